"""Splitting a text of the context: where, shown first, and into which nodes."""
