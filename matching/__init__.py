"""Media bytes become fingerprints, and fingerprints find their nearest."""
