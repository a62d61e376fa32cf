"""Read models: tables that any history of events can rebuild."""
