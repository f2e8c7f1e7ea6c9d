"""What is true and allowed: values, rules and lifecycles, by the standard library alone."""
