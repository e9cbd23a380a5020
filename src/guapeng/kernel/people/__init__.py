"""Persons, bodies, posts, consent, and who looked at what."""
