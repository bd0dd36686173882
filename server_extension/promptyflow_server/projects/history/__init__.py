"""What became of a project, and how to bring a state of it back."""
