"""Text messages, by one generic provider: signed webhooks in, HTTP out."""
