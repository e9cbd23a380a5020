"""A list of divisions as it was published, line by line, and what is wrong with its lines."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from guapeng.plain import codes
from guapeng.plain.codes import Level
from guapeng.plain.unfit import Unfit, gettext_noop

HEADINGS = {
    "code": "code", "代码": "code", "区划代码": "code",
    "name": "name", "名称": "name",
    "level": "level", "级别": "level",
    "parent": "parent", "上级代码": "parent",
    "kind": "kind", "类别": "kind",
    "formerly": "formerly", "原代码": "formerly",
}  # fmt: skip
REQUIRED = ("code", "name")
_BETWEEN_CODES = re.compile(r"[\s,;，；、]+")
_LONGEST_NAME = 100
_LONGEST_KIND = 30


class NameMissing(Unfit):
    """A division without a name."""

    code = "division.name_missing"
    wording = gettext_noop("没有名称")


class TooLong(Unfit):
    """A name or kind that nobody would read."""

    code = "division.too_long"
    wording = gettext_noop("“%(text)s…”超过%(most)d个字")


class LevelDisagrees(Unfit):
    """The level column says something else than the code."""

    code = "division.level_disagrees"
    wording = gettext_noop("级别写的是“%(given)s”，按代码应是%(level)d")


class Repeated(Unfit):
    """A code that stands further up."""

    code = "division.repeated"
    wording = gettext_noop("代码%(division)s与第%(first)d行重复")


class ParentUnknown(Unfit):
    """The division above is neither in the file nor known, or has been refused itself."""

    code = "division.parent_unknown"
    wording = gettext_noop("上级%(parent)s不在文件里，也没有登记")


class ParentNotAbove(Unfit):
    """The division named as parent lies on the same level or deeper."""

    code = "division.parent_not_above"
    wording = gettext_noop("上级%(parent)s的级别不高于本级")


class FormerlyElsewhere(Unfit):
    """What is named as a division's past lies on another level."""

    code = "division.formerly_elsewhere"
    wording = gettext_noop("原代码%(former)s的级别与本级不同")


class FormerlyUnknown(Unfit):
    """What is named as a division's past was never known."""

    code = "division.formerly_unknown"
    wording = gettext_noop("原代码%(former)s没有登记过")


@dataclass(frozen=True)
class Line:
    """One division of the list; ``parent`` is the code above, ``None`` for a region.

    ``kind`` is as the list words it; empty where the list does not tell. ``formerly`` are the codes
    of what it was made of.
    """

    row: int
    code: str
    name: str
    level: Level
    parent: str | None
    kind: str
    formerly: tuple[str, ...] = ()

    @property
    def kind_or_derived(self) -> str:
        """The kind as given, else what the code tells."""
        return self.kind or codes.kind(self.code)


@dataclass(frozen=True)
class Problem:
    """What is wrong in a row of a file; rows count as a spreadsheet shows them."""

    number: int
    fault: Unfit
    wording: ClassVar[str] = gettext_noop("第%(number)d行：%(fault)s")

    def told(self, translate: Callable[[str], str]) -> str:
        """Return the sentence for the person, its wordings translated."""
        fault = translate(self.fault.wording) % self.fault.given
        return translate(self.wording) % {"number": self.number, "fault": fault}

    def __str__(self) -> str:
        return self.told(str)


@dataclass
class Listing:
    """The lines that can be right, by code, higher levels first; and the problems of the others."""

    lines: dict[str, Line] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_listing(
    rows: Iterable[tuple[int, Mapping[str, str]]],
    *,
    known: Collection[str],
    past: Collection[str] = (),
) -> Listing:
    """Return the list that ``rows`` make.

    A list may begin anywhere in the tree: where one division stands alone on its highest level
    and nobody knows the one above, it becomes a root. Every row is looked at, and has
    at most one problem: the first that is found.

    Args:
        rows: with their numbers.
        known: codes that may be parents besides the list's own.
        past: codes of which a division may have been made.
    """
    listing = Listing()
    for row, given in rows:
        try:
            line = _line(row, given)
            _require_known(line.formerly, past)
            if first := listing.lines.get(line.code):
                raise Repeated(division=line.code, first=first.row)
            listing.lines[line.code] = line
        except Unfit as fault:
            listing.problems.append(Problem(row, fault))
    listing.lines = dict(sorted(listing.lines.items(), key=lambda pair: pair[1].level))
    _drop_orphans(listing, known)
    listing.problems.sort(key=lambda problem: problem.number)
    return listing


def _line(row: int, given: Mapping[str, str]) -> Line:
    code = codes.normalise(given["code"])
    level = codes.level(code)
    if given.get("level") and given["level"] != str(level.value):
        raise LevelDisagrees(given=given["level"], level=level.value)
    if not given["name"]:
        raise NameMissing
    parent = given.get("parent")
    return Line(
        row=row,
        code=code,
        name=_at_most(_LONGEST_NAME, given["name"]),
        level=level,
        parent=codes.normalise(parent) if parent else codes.parent(code),
        kind=_at_most(_LONGEST_KIND, given.get("kind", "")),
        formerly=tuple(_former(given.get("formerly", ""), level)),
    )


def _former(given: str, level: Level) -> Iterator[str]:
    for text in filter(None, _BETWEEN_CODES.split(given)):
        former = codes.normalise(text)
        if codes.level(former) != level:
            raise FormerlyElsewhere(former=former)
        yield former


def _require_known(formerly: Iterable[str], past: Collection[str]) -> None:
    for former in formerly:
        if former not in past:
            raise FormerlyUnknown(former=former)


def _at_most(most: int, text: str) -> str:
    if len(text) > most:
        raise TooLong(text=text[:10], most=most)
    return text


def _drop_orphans(listing: Listing, known: Collection[str]) -> None:
    """Move lines without a parent to the problems; from the top down, so that theirs follow."""
    listed = list(listing.lines.values())
    top = [line for line in listed if line.level == listed[0].level]
    if len(top) == 1 and top[0].parent not in known:
        listing.lines[top[0].code] = replace(top[0], parent=None)
    for line in list(listing.lines.values()):
        fault = _fault_of_parent(line, listing.lines, known)
        if fault:
            del listing.lines[line.code]
            listing.problems.append(Problem(line.row, fault))


def _fault_of_parent(line: Line, lines: Mapping[str, Line], known: Collection[str]) -> Unfit | None:
    if line.parent is None:
        return None
    if codes.level(line.parent) >= line.level:
        return ParentNotAbove(parent=line.parent)
    if line.parent not in lines and line.parent not in known:
        return ParentUnknown(parent=line.parent)
    return None
