"""Beginning plans and saving versions of them."""

import datetime as dt
import uuid as uuids
from collections.abc import Mapping
from typing import Any

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from scipy.spatial import cKDTree

from guapeng.apps.grids.models import Plan, Survey, Version
from guapeng.apps.grids.plans import queries, specials
from guapeng.apps.grids.plans.draft import Draft, DraftGrid
from guapeng.apps.grids.plans.ground import Ground
from guapeng.apps.grids.plans.solving import first_draft
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor


def begin_plan(
    survey: Survey, ground: Ground, *, by: Actor, at: dt.datetime, uid: uuids.UUID, name: str
) -> Plan:
    """Begin a plan on a survey: from the grids as they are, else from the engine.

    The same ``uid`` again gives the plan that is there.
    """
    draft = starting_draft(survey, ground, on=timezone.localdate(at))
    try:
        with transaction.atomic(), scope.trusted():
            plan = Plan.objects.create(
                uid=uid,
                survey=survey,
                division=survey.division,
                name=name,
                begun_at=at,
                begun_by_id=by.person_id,
            )
            _write(plan, draft, ground, by=by, at=at, uid=uuids.uuid4(), name=_("起始"))
            _tell("grids.plan_begun", plan, by=by, at=at, says=_("开始网格划分方案"))
            return plan
    except IntegrityError:  # sent twice
        return Plan.objects.get(uid=uid)


def starting_draft(survey: Survey, ground: Ground, *, on: dt.date) -> Draft:
    """Return what a plan begins with: the grids of the day, with newcomers in the nearest one."""
    community = ground.community
    taken = queries.given_codes(survey.division)
    standing, names = queries.assignment_today(survey.division, community, on=on)
    if not standing:
        return first_draft(ground, taken=taken)
    near = _nearest_known(ground, standing)
    of = {one: standing.get(one) or near[one] for one in community.ids}
    used = sorted(set(of.values()))
    return Draft(tuple(DraftGrid(code, names[code]) for code in used), of)


def save_version(
    plan: Plan,
    draft: Draft,
    ground: Ground,
    *,
    by: Actor,
    at: dt.datetime,
    uid: uuids.UUID,
    name: str = "",
) -> Version:
    """Save a state of a plan as its next version; the same ``uid`` again is the same version.

    Raises:
        Unfit: codes or names cannot be given.
    """
    on = timezone.localdate(at)
    retired = queries.retired_codes(plan.division, on=on)
    draft.check_names(plan.division.code, retired=retired)
    try:
        with transaction.atomic(), scope.trusted():
            Plan.objects.select_for_update().get(pk=plan.pk)  # versions one after the other
            return _write(plan, draft, ground, by=by, at=at, uid=uid, name=name)
    except IntegrityError:  # sent twice
        return Version.objects.get(uid=uid)


def _write(
    plan: Plan,
    draft: Draft,
    ground: Ground,
    *,
    by: Actor,
    at: dt.datetime,
    uid: uuids.UUID,
    name: str,
) -> Version:
    on, general = timezone.localdate(at), [one.name for one in draft.grids]
    last = plan.versions.aggregate(last=Max("number"))["last"] or 0
    data: dict[str, Any] = draft.as_data()
    return Version.objects.create(
        uid=uid,
        plan=plan,
        number=last + 1,
        name=name,
        made_at=at,
        made_by_id=by.person_id,
        specials=specials.named(plan.division, ground, general, on=on),
        **data,
    )


def _nearest_known(ground: Ground, standing: Mapping[str, str]) -> dict[str, str]:
    """Return for each building without a grid that of the nearest building which has one."""
    community = ground.community
    known = np.array([one in standing for one in community.ids], dtype=bool)
    way = cKDTree(community.places[known])
    codes = [standing[one] for one in community.ids if one in standing]
    rows = np.flatnonzero(~known)
    near = way.query(community.places[rows])[1] if len(rows) else []
    return {community.ids[row]: codes[int(at)] for row, at in zip(rows, near, strict=True)}


def _tell(event: str, plan: Plan, *, by: Actor, at: dt.datetime, says: str) -> None:
    journal.write(
        journal.Told(
            event=event,
            subject=f"grids_plan:{plan.pk}",
            at=at,
            actor=by.person_id,
            says=says,
            data={"division": plan.division_id},
        )
    )
