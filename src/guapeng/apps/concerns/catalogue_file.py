"""The table of categories and the dispatch catalogue, read from a file."""

import datetime as dt
import re
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from guapeng.apps.concerns import routing, suggesting
from guapeng.apps.concerns.models import CatalogueLine, Category
from guapeng.kernel.matters.models import Urgency
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.unit_lists import Taken, each, filled, fitting, unit_named
from guapeng.plain.unfit import Unfit, gettext_noop

_HEADINGS: Final = {
    "code": "code", "代码": "code",
    "name": "name", "名称": "name",
    "urgency": "urgency", "紧急程度": "urgency",
    "anonymous": "anonymous", "可匿名": "anonymous",
    "petition": "petition", "属信访事项": "petition",
    "public": "public", "进公开栏": "public",
    "lead": "lead", "牵头单位": "lead",
    "assisting": "assisting", "协办单位": "assisting",
    "basis": "basis", "依据": "basis",
}  # fmt: skip
_CODE: Final = re.compile(r"[0-9]{5}")
_HEADING_ENDS: Final = "000"
_YES_NO: Final = {"1": True, "是": True, "yes": True, "0": False, "否": False, "no": False}


class NoCode(Unfit):
    """A code of a category has five digits."""

    code = "category.code"
    wording = gettext_noop("类别代码应是5位数字，不是“%(given)s”")


class NoHeading(Unfit):
    """The heading above a category is neither known nor further up in the file."""

    code = "category.heading"
    wording = gettext_noop("上一级类别%(above)s要先列出")


class NoAnswer(Unfit):
    """Yes or no is asked for, or a degree of urgency."""

    code = "category.answer"
    wording = gettext_noop("“%(column)s”写的是“%(given)s”")


@transaction.atomic
def import_catalogue(path: Path, *, at: dt.datetime) -> Taken:
    """Import categories and, where a lead is named, whose job they are; a change begins today.

    Columns: ``code`` and ``name``; perhaps ``urgency`` (1 to 4), ``anonymous``, ``petition`` and
    ``public`` (1 or 0), ``lead``, ``assisting`` (parted by spaces or 、), ``basis``. The first two
    digits of a code are its heading: ``01001`` stands under ``01000``. Empty cells change nothing.

    Raises:
        Unfit: a row or the file is not right; nothing is taken.
    """

    def take(row: dict[str, str]) -> bool | None:
        code = row.get("code", "")
        if not _CODE.fullmatch(code):
            raise NoCode(given=code)
        known, given = Category.objects.filter(code=code).first(), _fields(row)
        category = known or Category(code=code, parent=_heading(code), urgency=Urgency.ORDINARY)
        is_same = known is not None and all(getattr(known, key) == given[key] for key in given)
        for key, value in given.items():
            setattr(category, key, value)
        category.save()
        is_routed = bool(row.get("lead")) and _route(category, row, at=at)
        if known is None:
            return True
        return None if is_same and not is_routed else False

    return each(path, headings=_HEADINGS, required=("code", "name"), take=take)


def _fields(row: dict[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {"name": filled(row, "name", most=40)}
    if text := row.get("urgency"):
        if text not in {str(one.value) for one in Urgency}:
            raise NoAnswer(column="urgency", given=text)
        given["urgency"] = int(text)
    for column, field in (
        ("anonymous", "allows_anonymous"),
        ("petition", "is_petition"),
        ("public", "is_public"),
    ):
        if text := row.get(column):
            if text not in _YES_NO:
                raise NoAnswer(column=column, given=text)
            given[field] = _YES_NO[text]
    return given


def _heading(code: str) -> Category | None:
    """Return the category above, None for a heading itself."""
    above = code[:2] + _HEADING_ENDS
    if above == code:
        return None
    found = Category.objects.filter(code=above).first()
    if found is None:
        raise NoHeading(above=above)
    return found


def _route(category: Category, row: dict[str, str], *, at: dt.datetime) -> bool:
    """Begin a line of the catalogue if it says something new; tell whether it does."""
    lead, basis = unit_named(row["lead"]), fitting(row, "basis", most=200)
    assisting = [
        unit_named(name) for name in re.split(r"[\s、,，;；]+", row.get("assisting", "")) if name
    ]
    held = suggesting.line_for(category, on=timezone.localdate(at))
    if held and held.category_id == category.pk and _says(held) == (lead, basis, set(assisting)):
        return False
    routing.route(category, by=SYSTEM, at=at, lead=lead, assisting=assisting, basis=basis)
    return True


def _says(line: CatalogueLine) -> tuple[Any, str, set[Any]]:
    return line.lead, line.basis, set(line.assisting.all())
