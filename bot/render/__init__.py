"""Pure functions from facts to what a person reads."""
