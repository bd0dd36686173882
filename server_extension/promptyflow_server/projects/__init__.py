"""Projects: their context, their prompts, and compiling."""
