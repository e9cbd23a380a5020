"""Telling of a concern, seeing that others told it before, and following what becomes of it."""
