"""Starts the servers that nobody gave us: one launcher for `up`, tests, benchmarks."""
