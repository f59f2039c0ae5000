"""Private servers for the tests: PostgreSQL with PostGIS, and Redis."""
