"""Web forms: what people send from a page, and what other programs send for them."""
