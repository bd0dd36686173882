"""Models: what is known of each, and what they cost."""
