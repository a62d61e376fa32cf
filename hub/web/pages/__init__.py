"""Pages and their fragments, in HTML."""
