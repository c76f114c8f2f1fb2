"""What those who manage a server set off and change."""
