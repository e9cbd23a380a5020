"""What the concerns bring to the command line."""

from guapeng.apps.concerns.classifier import app, suggest, train
from guapeng.apps.concerns.lists import exporters, importers

__all__ = ["app", "exporters", "importers"]

WITHOUT_DATABASE = (train, suggest)
