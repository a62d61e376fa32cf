"""Adapters: the ports, on PostgreSQL, Kafka and the file system."""
