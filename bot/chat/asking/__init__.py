"""What members ask for, by command, menu or button."""
