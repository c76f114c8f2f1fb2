"""The news itself: values and decisions that know no file, clock, database or Discord."""
