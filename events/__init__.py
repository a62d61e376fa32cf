"""The vocabulary of touchline: what happened, how it is named, how it is encoded."""
