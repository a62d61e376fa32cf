"""What every process needs around the business: time, settings, logs, children."""
