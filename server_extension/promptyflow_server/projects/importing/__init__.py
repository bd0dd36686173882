"""Taking in what was exported, here or by the ancestors of this product."""
