"""Importing the layers of communities: judged by the engine's own reading, all or nothing."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guapeng.apps.grids.models import Survey
from guapeng.apps.grids.partition import Community, County, Fault, Special, read_county
from guapeng.apps.grids.partition.specials import whose_own, with_specials
from guapeng.apps.grids.partition.systems import Placing
from guapeng.apps.grids.plans import queries
from guapeng.apps.grids.plans.ground import rows_of
from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people import scope
from guapeng.plain.geo import System
from guapeng.plain.unfit import Unfit, gettext_noop

Progress = Callable[[int, int], None]

_BATCH = 2000


class UnknownDivision(Unfit):
    """A community of the layer is not a division that is valid today."""

    code = "grids.unknown_division"
    wording = gettext_noop("社区编码“%(community)s”没有登记为嘎查村（社区）")


@dataclass(frozen=True)
class Taken:
    """What an import did: the surveys that are new, or why there are none."""

    surveys: tuple[Survey, ...] = ()
    faults: tuple[Fault, ...] = ()


def take_layers(
    folder: Path,
    *,
    systems: dict[str, Placing],
    source: str,
    at: dt.datetime,
    later: bool = False,
    progress: Progress = lambda _done, _total: None,
) -> Taken:
    """Keep a survey of every community of a folder of layers; with any fault, none.

    Where no layer and no building tells an area of its own, those of the register are kept.

    Args:
        folder: as ``partition.read_county`` reads it, by the same judgement.
        systems: how layers lie that are not in degrees of CGCS2000 or WGS 84.
        source: where the layers come from, for those who draw.
        at: now.
        later: whether households of buildings that are built later count.
        progress: told how many of how many communities are kept.

    Raises:
        Unfit: a layer is missing, not right, or in another system than declared.
    """
    county = read_county(folder, systems=systems, later=later)
    on = timezone.localdate(at)
    divided = [one for one in county.communities if (whose_own(one) < 0).any()]
    known = _known(on, [one.id for one in divided])
    unknown = [
        Fault("communities", 0, one.id, UnknownDivision(community=one.id))
        for one in divided
        if one.id not in known
    ]
    faults = (*county.faults, *unknown)
    if faults:
        return Taken(faults=tuple(faults))
    if "specials" not in county.sources and not any(one.specials for one in divided):
        system = _system(county)
        divided = [_with_standing(one, known[one.id], system, on=on) for one in divided]
    return Taken(surveys=tuple(_keep(divided, known, county, systems, source, at, progress)))


def _with_standing(
    community: Community, division: Division, system: str, *, on: dt.date
) -> Community:
    """Return a community of which the layers tell no area of its own with those of the register."""
    drawn = [
        Special(one.code, one.name, "", shapely.from_wkb(bytes(one.outline)))
        for one in queries.grids_of(division, on=on)
        if not queries.is_general(one.code) and one.outline and one.datum.lower() == system
    ]
    made = with_specials(community, drawn, [""] * len(community.ids))
    return made if (whose_own(made) < 0).any() else community


def _system(county: County) -> str:
    return (System.GCJ02 if county.shifted else System.CGCS2000).value


def _known(on: dt.date, codes: Sequence[str]) -> dict[str, Division]:
    found = divisions.at(on).filter(code__in=codes, level=Level.VILLAGE)
    return {one.code: one for one in found}


@transaction.atomic
def _keep(  # noqa: PLR0917 - one call, by its one caller
    communities: Sequence[Community],
    known: dict[str, Division],
    county: County,
    systems: dict[str, Placing],
    source: str,
    at: dt.datetime,
    progress: Progress,
) -> list[Survey]:
    kept = []
    system = _system(county)
    with scope.trusted():
        for done, one in enumerate(communities, start=1):
            survey = Survey.objects.create(
                division=known[one.id],
                name=one.name,
                kind=one.kind,
                outline=shapely.to_wkb(shapely.transform(one.outline, one.plane.degrees)),
                system=system,
                declared={layer: str(named) for layer, named in systems.items()},
                source=source,
                taken_at=at,
            )
            _write(survey, one)
            kept.append(survey)
            progress(done, len(communities))
        _tell(kept, source, at)
    return kept


def _write(survey: Survey, community: Community) -> None:
    rows: dict[Any, list[Any]] = defaultdict(list)
    for row in rows_of(survey, community):
        rows[type(row)].append(row)
    for model, made in rows.items():
        model.objects.bulk_create(made, batch_size=_BATCH)


def _tell(surveys: Sequence[Survey], source: str, at: dt.datetime) -> None:
    journal.write(
        journal.Told(
            event="grids.survey",
            subject="grids:survey",
            at=at,
            says=_("导入%(count)d个社区（村）的楼栋底图") % {"count": len(surveys)},
            data={"surveys": [one.pk for one in surveys], "source": source},
        )
    )
