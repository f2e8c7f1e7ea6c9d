"""The page in a real Chromium, over a real centre."""
