"""The database's history: each step from one release to the next."""
