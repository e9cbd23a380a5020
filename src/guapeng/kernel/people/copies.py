"""A copy of everything held about a person, for the person to take away (PIPL art. 45).

Apps above add what they hold: ``add(section)`` from ``AppConfig.ready``; a section is asked in the
person's own scope, and so can give nothing that the person may not read.
"""

import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from django.utils.functional import Promise
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from guapeng.kernel.people.errors import named
from guapeng.kernel.people.models import Field, HouseholdMember, Person
from guapeng.kernel.people.queries import (
    account_story,
    consents_of,
    held_about,
    lives_in,
    who_looked,
)

Cell = str | Promise | None


@dataclass(frozen=True)
class Section:
    """A table of the copy: its title, its columns, its rows of text."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Cell]]


Source = Callable[[Person], Section]
_SOURCES: Final[list[Source]] = []


def add(source: Source) -> None:
    """Let ``source`` add a section to everybody's copy."""
    _SOURCES.append(source)


def sections(person: Person, *, at: dt.datetime) -> Iterator[Section]:
    """Yield all that is held about ``person``, in whose own scope it is asked."""
    yield _held(person, on=localdate(at))
    yield _consents(person)
    yield _households(person)
    yield _lookups(person)
    yield _story(person)
    yield from (source(person) for source in _SOURCES)


def as_json(found: Iterable[Section], *, at: dt.datetime) -> bytes:
    """Return the copy as JSON: a machine of another house can read it."""
    tables = [{"title": one.title, "rows": list(_named_cells(one))} for one in found]
    whole = {"title": _("个人信息副本"), "at": localtime(at).isoformat(), "sections": tables}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2)


def as_xlsx(found: Iterable[Section]) -> bytes:
    """Return the copy as a workbook, a sheet a section."""
    book = Workbook(write_only=True)
    for section in found:
        sheet = book.create_sheet(section.title)
        for row in (section.head, *section.rows):
            sheet.append([_as_text(cell) for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def moment(at: dt.datetime | None) -> str:
    """Return a moment as a copy writes it: ``2026-03-02 10:00``, local time."""
    return f"{localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _named_cells(section: Section) -> Iterator[dict[str, str]]:
    return (dict(zip(section.head, map(str, row), strict=True)) for row in section.rows)


def _as_text(cell: Cell) -> str:
    """Return a cell that no spreadsheet takes for a formula or chokes on."""
    text = ILLEGAL_CHARACTERS_RE.sub("", str(cell or ""))
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _held(person: Person, *, on: dt.date) -> Section:
    rows = [
        (held.field.label, held.value, "；".join(basis.clause for basis in held.by_law))
        for held in held_about(person, on=on)
    ]
    return Section(_("登记的信息"), (_("项目"), _("内容"), _("依据")), rows)


def _consents(person: Person) -> Section:
    rows = [
        (one.purpose, Field(one.field).label, moment(one.given_at)) for one in consents_of(person)
    ]
    return Section(_("授权同意"), (_("用途"), _("信息"), _("同意时间")), rows)


def _households(person: Person) -> Section:
    head = (_("网格"), _("住址"), _("类别"), _("人数"), _("自"), _("至"))
    rows = (_dwelling(one) for one in lives_in(person))
    return Section(_("住户台账"), head, rows)


def _dwelling(one: HouseholdMember) -> tuple[Cell, ...]:
    home, until = one.household, one.valid.upper
    words = (home.division.name, home.address, home.get_kind_display())
    return (*words, str(home.members or ""), str(one.valid.lower or ""), str(until or ""))


def _lookups(person: Person) -> Section:
    head = (_("时间"), _("岗位"), _("看了什么"), _("目的"), _("依据"))
    rows = (
        (moment(one.at), one.title, named(map(Field, one.fields)), one.purpose, one.clause)
        for one in who_looked(person).iterator()
    )
    return Section(_("谁看过"), head, rows)


def _story(person: Person) -> Section:
    rows = ((moment(entry.at), entry.says) for entry in account_story(person))
    return Section(_("账号和岗位变动"), (_("时间"), _("事项")), rows)
