"""Broadsheet: a news desk for Discord communities."""
