"""The template library: texts to prompt with, their versions, and how they are found."""
