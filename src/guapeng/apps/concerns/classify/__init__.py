"""Suggests what a concern is about, learned from handled cases. It never decides alone.

``load(path).suggest(texts)`` needs neither Django nor a database.
"""

from guapeng.apps.concerns.classify.model import Model, Suggestion, default_path, load, present

__all__ = ["Model", "Suggestion", "default_path", "load", "present"]
