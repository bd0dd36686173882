"""The trail of who changed what, and when: ids only, no texts."""
