"""Whoever said “me too” hears how it ended, as the asker does."""

from typing import Any

import orjson
from django.urls import reverse
from django.utils.translation import gettext as _

from guapeng.apps.concerns.models import Seconding
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.journal.subscribers import on
from guapeng.kernel.matters import tables
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.notices import actions as notices
from guapeng.kernel.notices.kinds import Kind, register


@on("concern.*", many=False)
def tell_seconders(entry: Entry) -> None:
    """Tell the persons who second a concern that it has ended; a browser finds it by its list."""
    data = orjson.loads(entry.data)
    if not data.get("to") or data["to"] == data.get("from"):
        return
    matter = Matter.objects.get(pk=entry.subject.removeprefix("matter:"))
    if not tables.of(matter).state(data["to"]).final:
        return
    stands = Seconding.objects.filter(matter=matter, withdrawn_at=None, person__isnull=False)
    notices.notify(
        list(stands.values_list("person_id", flat=True)),
        key=f"entry:{entry.seq}",
        kind="concerns.ended",
        subject=entry.subject,
        url=reverse("concerns:followed", args=[matter.number]),
        at=entry.at,
        params={"title": matter.title, "version": matter.version, "state": data["to"]},
    )


def _says(params: Any) -> str:
    state = tables.workflow("concern", params["version"]).state(params["state"])
    told = {"title": params["title"], "state": str(state.public or state.label)}
    return _("您也遇到的“%(title)s”：%(state)s") % told


register(Kind(key="concerns.ended", says=_says, needs_action=False))
