"""Projects shared with other people and with groups of the Hub."""
