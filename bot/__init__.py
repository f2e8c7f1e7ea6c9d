"""Who speaks to people: Slack, Telegram and the command line."""
