"""Measurements: each module is run by `python -m benchmarks.NAME --json` and prints one JSON object last."""
