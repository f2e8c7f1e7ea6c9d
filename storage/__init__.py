"""Tables, queries and keys; the only floor that knows the database."""
