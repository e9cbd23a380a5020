"""The base of every step's form: what is given, and what of it may be told."""

import datetime as dt
from typing import Any, ClassVar, Final

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guapeng.kernel.files.forms import FilesField
from guapeng.kernel.files.intake import Examined
from guapeng.kernel.matters.models import Case, Matter
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.models import Body, Duty
from guapeng.plain.numbers import MatterNumber
from guapeng.plain.unfit import Unfit
from guapeng.web import words

_MOST_CARDS: Final = 6


class StepForm(forms.Form):
    """What a step asks for. Validates; saves nothing.

    ``tells`` names the fields that the journal's sentence may quote. Everything else stays in the
    step's own row, where retention can empty it; ``asker_reads`` names what of it the asker reads.
    ``begins_with`` names what an address may fill in, so that a page can lead to a form half done.
    """

    tells: ClassVar[tuple[str, ...]] = ()
    begins_with: ClassVar[tuple[str, ...]] = ()
    asker_reads: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, matter: Any = None, by: Any = None, **kwargs: Any) -> None:
        """Take the matter and the actor, by which choices are narrowed (``by`` may be None)."""
        super().__init__(*args, **kwargs)
        self.matter = matter
        self.by = by
        for field in self.fields.values():
            _fit_for_thumbs(field)
            if isinstance(field, UnitField | UnitsField):
                field.queryset = _units_around(matter, by)
        self.narrow()

    @property
    def given(self) -> dict[str, Any]:
        """What a valid form tells of the step itself: all but the files."""
        files = self._files()
        return {name: value for name, value in self.cleaned_data.items() if name not in files}

    @property
    def uploads(self) -> list[Examined]:
        """The files that came with a valid form."""
        return [one for name in self._files() for one in self.cleaned_data[name]]

    def opening_facts(self) -> dict[str, Any]:
        """What a valid form that opens a matter tells the kernel of it: fields of ``Opening``."""
        return {}

    def _files(self) -> list[str]:
        return [name for name, field in self.fields.items() if isinstance(field, FilesField)]

    def narrow(self) -> None:
        """Narrow choices to the matter and the actor. For subclasses."""


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when run
    """A unit that may have a part: of the matter's own township and village, or of the county."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(_units(), **kwargs)

    def label_from_instance(self, obj: Body) -> str:
        """Name the unit in the reader's language."""
        return words.named(obj.short_name)


class UnitsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # the same
    """Several such units."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(_units(), **kwargs)

    def label_from_instance(self, obj: Body) -> str:
        """Name the unit in the reader's language."""
        return words.named(obj.short_name)


class CaseField(forms.CharField):
    """The number of another matter, as people write it; gives its case.

    Attributes:
        case: what kind of matter it must be.
    """

    def __init__(self, case: type[Case], **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.case = case

    def clean(self, value: Any) -> Any:
        """Return the case of the number.

        Raises:
            ValidationError: it cannot be a number, or the scope shows no such matter.
        """
        try:
            number = str(MatterNumber.parse(super().clean(value)))
        except Unfit as fault:
            raise forms.ValidationError(str(fault), code=fault.code) from None
        case = self.case.objects.filter(matter__number=number).first()
        if case is None:
            raise forms.ValidationError(_("没有这个编号，或您无权查看"), code="unknown")
        return case


def duties_around(matter: Matter | None, by: Actor | None, *, on: dt.date) -> QuerySet[Duty]:
    """Return the lines of the duty lists of the units that could have a part in the matter."""
    lines = Duty.objects.filter(body__in=_units_around(matter, by), valid__contains=on)
    return lines.select_related("body").order_by("body__short_name", "number")


def kept(given: dict[str, Any]) -> dict[str, Any]:
    """Return what was given as plain JSON: rows become ``{"id", "label"}``, times ISO texts."""
    return {name: _plain(value) for name, value in given.items() if value not in (None, "", [])}


def _units() -> QuerySet[Body]:
    return Body.objects.filter(ended_on__isnull=True).order_by("division__level", "id")


def _units_around(matter: Matter | None, by: Actor | None) -> QuerySet[Body]:
    """Return the units whose place holds the matter's, or before there is one the actor's."""
    if matter:
        return _units().filter(division__in=matter.division.lineage)
    places = {place for post in by.posts for place in post.lineage} if by else set()
    return _units().filter(division__in=places) if places else _units()


def _fit_for_thumbs(field: forms.Field) -> None:
    """Give a field the control that a thumb can use: cards instead of lists, the phone's dates."""
    match field:
        case forms.ModelMultipleChoiceField():
            field.widget = forms.CheckboxSelectMultiple()
            field.widget.choices = field.choices
        case forms.ModelChoiceField():  # as long as the county has units: a list
            field.empty_label = _("请选择")
        case forms.ChoiceField(widget=forms.Select()) if _is_short(field):
            field.widget = forms.RadioSelect()
            field.widget.choices = field.choices
        case forms.DateTimeField():
            field.widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        case forms.DateField():
            field.widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def _is_short(field: forms.ChoiceField) -> bool:
    choices = list(field.choices)  # type: ignore[arg-type]  # called already, where it is a callable
    return len(choices) <= _MOST_CARDS


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return {"id": value.pk, "label": str(value)}
    if isinstance(value, (list, tuple, models.QuerySet)):
        return [_plain(item) for item in value]
    if isinstance(value, (bool, int, float, str)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
