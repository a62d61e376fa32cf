"""PostgreSQL: the event store, its indexes, and everything that commits with them."""
