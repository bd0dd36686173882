"""Identity, and the vault that seals providers' keys."""
