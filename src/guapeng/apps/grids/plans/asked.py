"""What the pages and the editor's questions need first: the plan in scope and its ground."""

import datetime as dt
import uuid as uuids
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.http import Http404
from django.utils.translation import gettext as _

from guapeng.apps.grids.models import Plan, Survey, Version
from guapeng.apps.grids.partition import Options
from guapeng.apps.grids.plans import queries
from guapeng.apps.grids.plans.draft import Draft
from guapeng.apps.grids.plans.ground import Ground
from guapeng.apps.grids.plans.specials import OwnGrid, own_grids

_KEPT = 16


@dataclass(frozen=True)
class Asked:
    """A plan that somebody in whose scope it is asks for, and all that its drawing needs."""

    plan: Plan
    on: dt.date

    @classmethod
    def of(cls, uid: uuids.UUID, *, on: dt.date) -> "Asked":
        """Return the plan of that id.

        Raises:
            Http404: the scope shows none.
        """
        found = Plan.objects.select_related("survey__division", "division").filter(uid=uid).first()
        if found is None:
            raise Http404(_("没有这个方案，或您无权查看"))
        return cls(found, on)

    @cached_property
    def ground(self) -> Ground:
        """The surveyed community; a survey never changes, so the last few are kept."""
        return ground_of(self.plan.survey, queries.options(on=self.on))

    @cached_property
    def taken(self) -> frozenset[str]:
        """Codes that were ever given in the community."""
        return queries.given_codes(self.plan.division)

    def version(self, number: str = "") -> Version:
        """Return a version by its number, the newest without one.

        Raises:
            Http404: there is none.
        """
        if not number:
            return queries.newest_version(self.plan)
        found = self.plan.versions.filter(number=int(number)) if number.isdecimal() else None
        version = found.first() if found is not None else None
        if version is None:
            raise Http404(_("没有这个版本"))
        return version

    def draft(self, number: str = "") -> Draft:
        """Return what a version holds, the newest without a number."""
        return Draft.of_version(self.version(number))

    def own(self, number: str = "") -> tuple[OwnGrid, ...]:
        """Return the grids of their own of a version, the newest without a number."""
        return own_grids(self.version(number), self.ground)


def ground_of(survey: Survey, options: Options) -> Ground:
    """Return the ground of a survey that the scope has shown."""
    return _ground(_Key(survey), options)


class _Key:
    """A survey by its id alone, so that what was built for one asker serves the next."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey

    def __hash__(self) -> int:
        return hash(self.survey.pk)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.survey.pk == other.survey.pk


@lru_cache(maxsize=_KEPT)
def _ground(key: _Key, options: Options) -> Ground:
    return Ground.of(key.survey, options)
