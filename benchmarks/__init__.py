"""Measurements, as ratios in one run: this machine's speed cancels out."""
