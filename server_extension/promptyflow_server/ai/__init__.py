"""Sending to AI providers, and the record of every run."""
