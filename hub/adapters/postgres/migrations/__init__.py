"""Alembic revisions: plain SQL, in order."""
