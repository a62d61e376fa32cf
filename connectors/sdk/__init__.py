"""The public API for integration teams: what a connector is and what it is given."""
