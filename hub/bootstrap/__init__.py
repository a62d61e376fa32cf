"""The one place that wires: settings in, running roles out."""
