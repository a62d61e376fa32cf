"""The rules: pure functions from commands and state to events."""
