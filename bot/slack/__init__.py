"""Handlers of Slack: parse, one service call, render, return."""
