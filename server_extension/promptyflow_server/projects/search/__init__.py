"""Finding words in one project: its context, its prompts and the answers to them."""
