"""Context blocks: their operations, their texts, their sizes."""
