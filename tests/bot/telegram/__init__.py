"""Tests of the Telegram side, with the real library against the practice Telegram."""
