"""A made-up shop with its customers, to try touchline out with."""
