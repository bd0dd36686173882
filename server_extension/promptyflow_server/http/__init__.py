"""HTTP: routes, the dispatcher, the two hosts, errors on the wire, OpenAPI."""
