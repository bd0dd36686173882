"""People: profile, limits, provider keys."""
