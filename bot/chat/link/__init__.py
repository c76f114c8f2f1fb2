"""The way to Discord: who gets in, how fast requests follow each other, what its errors mean."""
