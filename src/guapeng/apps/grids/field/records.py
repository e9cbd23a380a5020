"""The records that a telephone sends: what each kind holds, and nothing besides.

A field that the format does not know is refused rather than dropped: no telephone can deliver a
track, a moment or a position by mistake.
"""

import datetime as dt
import uuid as uuids
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guapeng.apps.grids.models import Visit


class RecordRefused(Exception):
    """A record cannot be taken as it is; ``message`` tells its writer why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Later(Exception):
    """What the record hangs on has not come yet."""


class Record(forms.Form):
    """What every record has: the client-made id, which makes sending it again harmless."""

    id = forms.UUIDField()
    groups: ClassVar[frozenset[str]] = frozenset()
    """Names of what is an object of its own, checked where it is used."""

    def __init__(self, sent: Mapping[str, Any], *, on: dt.date, back_days: int) -> None:
        """Take what was sent ``on`` a day, dated at most ``back_days`` before it."""
        super().__init__({name: value for name, value in sent.items() if value is not None})
        self.sent, self.today, self.back_days = sent, on, back_days

    def clean(self) -> dict[str, Any]:
        """Refuse what no record of this kind holds.

        Raises:
            ValidationError: a name that the format does not know.
        """
        unknown = self.sent.keys() - self.fields.keys() - self.groups - {"kind"}
        if unknown:
            raise ValidationError(_("这种记录没有“%(names)s”这一项") % {"names": min(unknown)})
        return super().clean() or {}

    def group(self, name: str) -> dict[str, Any]:
        """Return an object that the record holds; an empty one if it holds none.

        Raises:
            RecordRefused: it is no object.
        """
        found = self.sent.get(name) or {}
        if not isinstance(found, dict):
            raise RecordRefused(_("记录的格式不对"))
        return found


class _Dated(Record):
    """A record that says on which day it was written. No record says at what hour."""

    on = forms.DateField()

    def clean_on(self) -> dt.date:
        """Return the day.

        Raises:
            ValidationError: it is still to come, or too long ago.
        """
        day: dt.date = self.cleaned_data["on"]
        if not dt.timedelta(days=-1) <= self.today - day <= dt.timedelta(days=self.back_days):
            raise ValidationError(_("日期须在今天或此前%(days)d天内") % {"days": self.back_days})
        return min(day, self.today)


class VisitRecord(_Dated):
    """A household was visited or called, or a patrol place looked at."""

    household = forms.UUIDField(required=False)
    place = forms.UUIDField(required=False)
    how = forms.ChoiceField(choices=Visit.How.choices, required=False)
    found = forms.CharField(max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        """Want a household or a place.

        Raises:
            ValidationError: both or neither.
        """
        given = super().clean()
        if bool(given.get("household")) == bool(given.get("place")):
            raise ValidationError(_("要写明是哪一户或哪个巡查点"))
        return given


class ReportRecord(Record):
    """Something was seen; ``fields`` are those of the report's own form.

    ``lon`` and ``lat`` are where it is, only where the person pressed for it.
    """

    grid = forms.CharField(max_length=15)
    place = forms.CharField(max_length=200, required=False)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    groups = frozenset({"fields"})

    def clean(self) -> dict[str, Any]:
        """Want both coordinates or none.

        Raises:
            ValidationError: one is missing.
        """
        given = super().clean()
        if (given.get("lon") is None) != (given.get("lat") is None):
            raise ValidationError(_("经度和纬度要一起给"))
        return given


class StepRecord(Record):
    """A step of a matter was taken; ``fields`` are those of the step's own form."""

    matter = forms.CharField(max_length=40)
    step = forms.CharField(max_length=40)
    groups = frozenset({"fields"})


class HouseholdRecord(_Dated):
    """The ledger is to be changed: which version was seen, and in ``set`` what is now otherwise.

    ``until`` instead lets the household move away, its last day. A household that is new has
    ``grid`` instead of ``household``, and the record's id is its own.
    """

    household = forms.UUIDField(required=False)
    grid = forms.CharField(max_length=15, required=False)
    version = forms.IntegerField(min_value=0)
    until = forms.DateField(required=False)
    groups = frozenset({"set"})

    def clean(self) -> dict[str, Any]:
        """Want a household or the grid of a new one.

        Raises:
            ValidationError: both or neither.
        """
        given = super().clean()
        if bool(given.get("household")) == bool(given.get("grid")):
            raise ValidationError(_("要写明是哪一户，或新住户在哪个网格"))
        return given


class PhotoRecord(Record):
    """A photograph belongs to a visit, a report or a step, and has arrived piece by piece.

    A browser without https cannot tell its hash, and tells how many bytes it has alone.
    """

    of = forms.UUIDField()
    name = forms.CharField(max_length=200)
    bytes = forms.IntegerField(min_value=1)
    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", required=False)


KINDS: Final[dict[str, type[Record]]] = {
    "visit": VisitRecord,
    "report": ReportRecord,
    "step": StepRecord,
    "household": HouseholdRecord,
    "photo": PhotoRecord,
}


def uid_of(sent: Any) -> uuids.UUID | None:
    """Return the id of a record; None where there is none, and nobody could be told of it."""
    try:
        return uuids.UUID(str(sent["id"]))
    except (TypeError, KeyError, ValueError):
        return None
