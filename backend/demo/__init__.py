"""A day of the built-in service, played through the HTTP API and printed."""
