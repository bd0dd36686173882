"""What changes is told at once to everybody who sees it, whichever process changed it."""
