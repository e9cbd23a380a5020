"""Telling people: in the product, by web push, by e-mail; what is told, and when it may be."""
