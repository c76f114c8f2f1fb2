"""All that people read and that is not the news."""
