"""Kafka: topics, publishing, intake, relay and outbound."""
