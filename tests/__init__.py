"""The tests; their folder decides what they may need."""
