"""One file per AI provider over one transport."""
