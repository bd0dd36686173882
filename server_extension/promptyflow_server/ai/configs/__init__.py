"""Named model configurations."""
