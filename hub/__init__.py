"""The hub: takes touchpoints in, decides, keeps history and serves the desktop."""
