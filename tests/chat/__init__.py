"""Tests of what Discord gets."""
