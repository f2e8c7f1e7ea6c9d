"""Servers on loopback that answer as the documents of keyed searches say: shapes, paging, errors, limits."""
