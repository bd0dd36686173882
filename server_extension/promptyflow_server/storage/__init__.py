"""PostgreSQL: the embedded server, the engine, the tables and their migrations."""
