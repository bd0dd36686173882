"""Tokens: how many a text has for a model, before it is sent."""
