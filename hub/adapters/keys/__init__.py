"""Keys that seal personal data: the master key, data keys, and who opens with them."""
