"""Sign-in for the standalone service: OpenID Connect, sessions, personal access tokens."""
