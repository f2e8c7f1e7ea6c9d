"""What is true and allowed: values, rules and lifecycles, with nothing but the standard library."""
