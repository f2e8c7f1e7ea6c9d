"""Handlers of Telegram: parse, one service call, return."""
