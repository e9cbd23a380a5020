"""Forms of steps as data, so that a telephone can ask for them without a page."""

from typing import Any, Final

from django import forms
from django.utils.functional import Promise

from guapeng.kernel.files.forms import FilesField
from guapeng.kernel.matters.forms import StepForm
from guapeng.kernel.matters.tables import Step
from guapeng.kernel.people.actors import Actor

_SIMPLE: Final[dict[type[forms.Field], str]] = {
    forms.CharField: "text",
    forms.DateField: "date",
    forms.BooleanField: "tick",
}


def described(step: Step, *, by: Actor) -> dict[str, Any] | None:
    """Return what a step asks for; None if it asks for what only a page can.

    ``fields`` have ``name``, ``label``, ``kind`` (text, long, date, tick, choice), ``required``,
    ``most`` characters (0 for any) and, of a choice, ``choices`` as value and label.
    """
    form = step.form(by=by)
    files = [one for one in form.fields.values() if isinstance(one, FilesField)]
    fields = [_field(name, one) for name, one in form.fields.items() if one not in files]
    if None in fields:
        return None
    return {
        "label": str(step.label),
        "photos": sum(one.most for one in files),
        "fields": fields,
    }


def takes_photos(form: type[StepForm]) -> bool:
    """Tell whether a step takes files."""
    return any(isinstance(one, FilesField) for one in form.base_fields.values())


def _field(name: str, field: forms.Field) -> dict[str, Any] | None:
    kind = _kind(field)
    if kind is None:
        return None
    told = {
        "name": name,
        "label": _text(field.label),
        "help": _text(field.help_text),
        "kind": kind,
        "required": field.required,
        "most": getattr(field, "max_length", None) or 0,
    }
    return told | {"choices": _choices(field)} if kind == "choice" else told


def _kind(field: forms.Field) -> str | None:
    if isinstance(field, forms.ModelMultipleChoiceField | forms.MultipleChoiceField):
        return None
    if isinstance(field, forms.ChoiceField):
        return "choice"
    if type(field) is forms.CharField and isinstance(field.widget, forms.Textarea):
        return "long"
    return _SIMPLE.get(type(field))


def _choices(field: forms.Field) -> list[tuple[str, str]]:
    found = field.choices  # type: ignore[attr-defined]  # only asked of choices
    return [(str(value), _text(label)) for value, label in found if str(value)]


def _text(words: str | Promise | None) -> str:
    return str(words or "")
