"""Prompt blocks: their operations, what they select, and compiling them."""
