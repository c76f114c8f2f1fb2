"""Discord: what members see and say. Only this package knows discord.py."""
