"""The base of every step's form: what is given, and what of it may be told."""

from typing import Any, ClassVar

from django import forms
from django.db import models


class StepForm(forms.Form):
    """What a step asks for. Validates; saves nothing.

    ``tells`` names the fields that the journal's sentence may quote. Everything else stays in the
    step's own row, where retention can empty it.
    """

    tells: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, matter: Any = None, by: Any = None, **kwargs: Any) -> None:
        """Take the matter and the actor, by which choices are narrowed (``by`` may be None)."""
        super().__init__(*args, **kwargs)
        self.matter = matter
        self.by = by
        self.narrow()

    def narrow(self) -> None:
        """Narrow choices to the matter and the actor. For subclasses."""


def kept(given: dict[str, Any]) -> dict[str, Any]:
    """Return what was given as plain JSON: rows become ``{"id", "label"}``, times ISO texts."""
    return {name: _plain(value) for name, value in given.items() if value not in (None, "", [])}


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return {"id": value.pk, "label": str(value)}
    if isinstance(value, (list, tuple, models.QuerySet)):
        return [_plain(item) for item in value]
    if isinstance(value, (bool, int, float, str)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
