"""Hotline lists: what a row must say to become a concern, and what is kept of its origin."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guapeng.apps.concerns import rows
from guapeng.apps.concerns.actions import visible
from guapeng.apps.concerns.labels import VOCABULARIES, Categories
from guapeng.apps.concerns.models import Category
from guapeng.apps.concerns.words import CLOSED, FIELDS, STATUSES
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.exchange import callers
from guapeng.kernel.exchange.labels import LONGEST, Labels, UnknownWord, by_word, count_unknown
from guapeng.kernel.exchange.places import Places
from guapeng.kernel.exchange.running import Importer, Misfit, Ready, Refusal, Taken
from guapeng.kernel.exchange.units import Units
from guapeng.kernel.matters import beginning
from guapeng.kernel.matters.beginning import Arrival
from guapeng.kernel.matters.engine import Opening
from guapeng.kernel.matters.models import Channel, Matter, StepTaken, Urgency, Visibility
from guapeng.kernel.people.actors import Actor
from guapeng.plain.masking import mask_address, mask_name, mask_phone, scrub
from guapeng.plain.text import fold
from guapeng.plain.unfit import Unfit, gettext_noop

_NAMESPACE: Final = uuid.UUID("5f1d8f0a-6a52-4f0e-9a39-3a4f8a3c1d57")
_LONGEST_TITLE: Final = 60
_LONGEST_PLACE: Final = 200
_LATER: Final = frozenset(("status", "closed", "result", "outcome", "unit"))
"""What becomes of a case while it is handled; before and after, the row is the same."""
_LONGEST_OUTCOME: Final = 300
_LONGEST_RESULT: Final = 20_000


class NoSuchDivision(Unfit):
    """The code of a division that is not below the one imported into."""

    code = "concern.division"
    wording = gettext_noop("区划代码%(division)s不在%(root)s之内")


class OtherContent(Unfit):
    """The number belongs to a row with other words."""

    code = "concern.other_content"
    wording = gettext_noop(
        "编号%(number)s已用于另一件内容不同的诉求；如果来自别的系统，请另取来源名（--source）"
    )


class NotWanted(Unfit):
    """Somebody settled that rows of that status are not taken in."""

    code = "concern.not_wanted"
    wording = gettext_noop("已定：状态为“%(word)s”的行不收")


@dataclass(frozen=True)
class Row:
    """A checked row: what it says, in our words."""

    uid: uuid.UUID
    number: str
    text: str
    title: str
    label: str
    category: Category | None
    urgency: Urgency
    channel: Channel
    opened_at: dt.datetime | None
    named: Division | None
    place: str
    public_place: str
    point: tuple[float, float] | None
    name: str
    phone: str
    bad_phone: bool
    is_closed: bool
    closed_at: dt.datetime | None
    unit: str
    result: str
    outcome: str

    def notes(self, division: Division, root: Division) -> list[str]:
        """Return what is to be told of the row, which was taken into ``division``."""
        notes = {
            "history": self.is_closed,
            "category": self.label,
            "place": division == root,
            "phone": self.bad_phone,
            "end": self.is_closed and not self.closed_at,
        }
        return [what for what, is_so in notes.items() if is_so]


class ConcernTaker:
    """Takes hotline rows of one source into the divisions below ``root``.

    Open cases wait for dispatch here; closed ones come in as history, with their own end.

    Args:
        source: the name of the system they come from; with the row's number it makes the row's id.
        labels: codes of categories and statuses for words of that source.
        by: who opens them; ``at``: when, the same moment for all.
    """

    def __init__(
        self, *, source: str, root: Division, labels: Labels, by: Actor, at: dt.datetime
    ) -> None:
        self.source, self.by, self.at = source, by, at
        self.places = Places(root, on=timezone.localdate(at))
        self.categories = Categories()
        self.meant = by_word(labels, "category")
        self.category = lru_cache(maxsize=1024)(self._category)  # the same words again and again
        self.statuses = STATUSES | by_word(labels, "status")
        self.units = Units(root)
        self.notes: Counter[str] = Counter()
        self.unknown: Counter[tuple[str, str]] = Counter()

    def check(self, values: Mapping[str, str]) -> Row:
        """Return what a row says.

        Raises:
            Misfit: it says nothing, or a number, time, code or point that cannot be one.
        """
        label = values.get("category", "")[:LONGEST]
        text = rows.words(values, label)
        number = rows.number(values.get("id", ""))
        category = self.category(label)
        phone, place = rows.phone(values.get("phone", "")), values.get("place", "")
        raised = rows.moment(values.get("time", ""), at=self.at)
        is_closed = self._is_closed(values)
        return Row(
            uid=self._uid(number, values),
            number=number,
            text=text,
            title=scrub(_first(values.get("subject", "") or text))[:_LONGEST_TITLE],
            label=label if label and not category else "",
            category=category,
            urgency=rows.urgency(values.get("urgency", ""), category),
            channel=rows.channel(values.get("channel", "")),
            opened_at=raised,
            named=self._named(values, text),
            place=place,
            public_place=_public_place(place) if place else "",
            point=rows.point(values.get("lon", ""), values.get("lat", "")),
            name=rows.name(values.get("name", "")),
            phone=phone,
            bad_phone=bool(values.get("phone")) and not phone,
            is_closed=is_closed,
            closed_at=rows.end(values.get("closed", ""), raised, at=self.at) if is_closed else None,
            unit=values.get("unit", "")[:LONGEST],
            result=values.get("result", "")[:_LONGEST_RESULT],
            outcome=values.get("outcome", "")[:_LONGEST_RESULT],
        )

    def take(self, batch: Sequence[Ready]) -> Taken:
        """Open the rows that are new; refuse those whose number belongs to other words.

        Of a case that stands in the batch as open and as closed, the closed row is the later.
        """
        said: list[Row] = [ready.content for ready in batch]
        wanted = self._arrivals(said)
        over = [one for row, one in zip(said, wanted, strict=True) if row.is_closed]
        still = [one for row, one in zip(said, wanted, strict=True) if not row.is_closed]
        new = beginning.open_many("concern", over, by=self.by, at=self.at, row="take_over")
        new += beginning.open_many("concern", still, by=self.by, at=self.at)
        opened = {matter.uid for matter in new}
        once = set(opened)  # of rows that come again, the first tells what was left out
        for row, arrival in zip(said, wanted, strict=True):
            if row.uid in once:
                once.remove(row.uid)
                self._note(row, arrival.opening.division)
        texts = {one.opening.uid: one.given["text"] for one in reversed(over + still)}
        texts |= _texts(texts.keys() - opened)
        if ended := _still_open({one.opening.uid for one in over} - opened):
            self.notes["ended"] += ended
        refused = [
            Refusal(ready.line, Misfit("id", OtherContent(number=ready.content.number)))
            for ready in batch
            if ready.content.text != texts[ready.content.uid]
        ]
        return Taken(len(opened), len(batch) - len(opened) - len(refused), refused)

    def _note(self, row: Row, division: Division) -> None:
        self.notes.update(row.notes(division, self.places.root))
        if row.label and fold(row.label) not in self.meant:
            count_unknown(self.unknown, "category", row.label)

    def _is_closed(self, values: Mapping[str, str]) -> bool:
        """Tell whether the case is closed there: by its status, or else by its end.

        Raises:
            Misfit: nobody has said what the status means, or that such rows shall not come in.
        """
        word = values.get("status", "")[:LONGEST]
        if not word:
            return values.get("closed", "") not in rows.NOTHING
        status = self.statuses.get(fold(word))
        if status is None:
            raise Misfit("status", UnknownWord(word=word, option="--status"))
        if not status:
            raise Misfit("status", NotWanted(word=word))
        return status == CLOSED

    def _arrivals(self, said: Sequence[Row]) -> list[Arrival]:
        found = self.places.located([row.point for row in said if row.point])
        located = iter(found)
        people = callers.known_by_phone(
            {row.phone: row.name for row in reversed(said) if row.phone}, at=self.at
        )
        return [
            self._arrival(row, next(located) if row.point else None, people.get(row.phone))
            for row in said
        ]

    def _arrival(self, row: Row, located: Division | None, asker: int | None) -> Arrival:
        division = self.places.deeper(row.named, located)
        is_public = row.is_closed and row.category and visible(row.category) == Visibility.PUBLIC
        opening = Opening(
            uid=row.uid,
            division=division,
            title=row.category.name if row.category and is_public else row.title,
            category=row.category.code if row.category else "",
            urgency=row.urgency,
            channel=row.channel,
            visibility=Visibility.PUBLIC if is_public else Visibility.INVOLVED,
            place=row.public_place,
            lon=row.point[0] if row.point else None,
            lat=row.point[1] if row.point else None,
            on_behalf_of_id=asker,
        )
        origin = {
            "source": self.source,
            "source_number": row.number,
            "source_category": row.label,
            "source_place": row.place,
            "source_unit": row.unit,
            "source_result": row.result or row.outcome,
        }
        given: dict[str, Any] = {"text": row.text, "category": row.category, **origin}
        if row.is_closed:
            given["lead"] = self.units.named(row.unit) if row.unit else None
            given["summary"] = _public(row.outcome, row.name) if row.outcome else ""
        return Arrival(opening, given, row.opened_at, row.closed_at)

    def _uid(self, number: str, values: Mapping[str, str]) -> uuid.UUID:
        """Return the id by which a row is known again: its number, else what was said then."""
        said = sorted(values.keys() - _LATER)
        says = number or "\x1f".join(f"{key}\x1f{values[key]}" for key in said)
        kind = "id" if number else "row"
        return uuid.uuid5(_NAMESPACE, f"{self.source}\x1f{kind}\x1f{says}")

    def _category(self, label: str) -> Category | None:
        if not label:
            return None
        folded = fold(label)
        code = self.meant.get(folded)
        return self.categories.named(folded) if code is None else self.categories.by_code.get(code)

    def _named(self, values: Mapping[str, str], text: str) -> Division | None:
        given = values.get("division", "")
        found = self.places.named(given) if given else None
        if given.isdecimal() and not found:
            raise Misfit("division", NoSuchDivision(division=given, root=self.places.root.name))
        if found:
            below = self.places.named(f"{given} {values.get('place', '')}")
            return below if below and found.pk in below.lineage else found
        return self.places.named(values.get("place", "")) or self.places.named(text)


def described(row: Row) -> dict[str, str]:
    """Return a row as the preview shows it: contacts masked, as to anybody without a reason."""
    return {
        _("编号"): row.number,
        _("时间"): f"{row.opened_at:%Y-%m-%d %H:%M}" if row.opened_at else "",
        _("标题"): row.title,
        _("类别"): row.category.name if row.category else row.label and f"{row.label}？",
        _("地点"): row.named.name if row.named else "",
        _("状态"): _("已办结") if row.is_closed else _("在办"),
        _("办结时间"): f"{row.closed_at:%Y-%m-%d %H:%M}" if row.closed_at else "",
        _("承办单位"): row.unit,
        _("来电人"): mask_name(row.name) if row.name else "",
        _("电话"): mask_phone(row.phone) if row.phone else "",
    }


CONCERNS: Final = Importer(
    key="concerns",
    label=gettext_lazy("诉求"),
    fields=FIELDS,
    required=("body", "subject", "category"),
    notes={
        "history": gettext_lazy("其中已在原系统办结，作为历史收下"),
        "category": gettext_lazy("类别认不出，先不归类"),
        "place": gettext_lazy("没有写明地点，归到默认区划"),
        "phone": gettext_lazy("电话号码有误，没有保存"),
        "end": gettext_lazy("已办结但没有办结时间，不计入办理时长"),
        "ended": gettext_lazy("以前收下、这里还没有办结，这张表说已办结"),
    },
    vocabularies=VOCABULARIES,
    taker=ConcernTaker,
    describe=described,
)


def _texts(uids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the words that the first step of each was given, as far as they are still kept."""
    if not uids:
        return {}
    steps = StepTaken.objects.filter(uid__in=uids, given__has_key="text")
    return dict(steps.values_list("uid", KT("given__text")))


def _still_open(uids: Collection[uuid.UUID]) -> int:
    """Return how many of them nobody has closed here."""
    return Matter.objects.filter(uid__in=uids, closed_at=None).count() if uids else 0


def _public_place(place: str) -> str:
    """Return a place down to the village; nothing if it names none."""
    masked = mask_address(place)[:_LONGEST_PLACE]
    return masked if masked.strip("*") else ""


def _public(outcome: str, caller: str) -> str:
    """Return a result that was public at its source, without what leads to a person."""
    text = scrub(" ".join(outcome.split()), names=[caller])
    return text if len(text) <= _LONGEST_OUTCOME else f"{text[: _LONGEST_OUTCOME - 1]}…"


def _first(text: str) -> str:
    """Return the beginning of a text on one line, a little longer than a title."""
    return " ".join(text[: 2 * _LONGEST_TITLE].split())
