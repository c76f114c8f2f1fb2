"""Tests of what knows no file, clock, database or Discord."""
