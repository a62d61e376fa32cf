"""Connectors: each speaks one channel's protocols and nothing else."""
