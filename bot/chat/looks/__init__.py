"""What things look like in Discord. Nothing here asks or sends anything."""
