"""The web edge: pages for people, an API for machines, live views for both."""
