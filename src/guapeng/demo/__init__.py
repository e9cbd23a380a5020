"""The demo banner: invented, the same for the same seed and moment, and full of life."""
