"""What goes out by itself, what is looked for, and what becomes of it."""
