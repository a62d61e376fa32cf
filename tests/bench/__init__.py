"""Throughput and delay, measured on real servers: `python -m tests.bench`."""
