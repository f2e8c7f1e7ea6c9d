"""A Slack, a Telegram and a social network on loopback, to practise and to test with."""
