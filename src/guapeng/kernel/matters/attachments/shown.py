"""The files of a matter as ``matters/attachments.html`` shows them."""

import datetime as dt
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from guapeng.kernel.files import images
from guapeng.kernel.matters import holders, tables
from guapeng.kernel.matters.attachments import queries
from guapeng.kernel.matters.models import Attachment, Matter, Visibility
from guapeng.kernel.people.actors import Actor
from guapeng.web import words

_ICONS = {"video": "camera", "audio": "voice"}


def shown(matter: Matter, *, by: Actor, at: dt.datetime) -> dict[str, Any]:
    """Return the context of the template: pictures, other files, who opened them.

    Strangers get what was published, and links to its copies only.
    """
    found = list(queries.attachments_of(matter))
    if not found:
        return {"pictures": [], "documents": [], "openings": []}
    inside = queries.involves(matter)
    may_publish = inside and matter.visibility == Visibility.PUBLIC
    may_publish = may_publish and queries.may_publish(by, matter)
    return {
        "pictures": [_picture(one, matter, inside) for one in found if one.blob.is_image],
        "documents": [_document(one) for one in found if not one.blob.is_image],
        "openings": _openings(matter, at=at) if inside else [],
        "may_publish": may_publish,
    }


def _picture(one: Attachment, matter: Matter, inside: bool) -> dict[str, Any]:  # noqa: FBT001
    large = reverse("matters:thumb", args=[one.pk, images.MEDIUM])
    return {
        "href": reverse("matters:file", args=[one.pk]) if inside else large,
        "thumb": reverse("matters:thumb", args=[one.pk, images.SMALL]),
        "alt": _alt(one, matter),
        "publish": reverse("matters:publish", args=[one.pk]),
        "published": one.published_at is not None,
    }


def _document(one: Attachment) -> dict[str, Any]:
    sort = one.blob.media_type.partition("/")[0]
    return {
        "href": reverse("matters:file", args=[one.pk]),
        "icon": _ICONS.get(sort, "file"),
        "name": one.name,
        "size": filesizeformat(one.blob.bytes),
    }


def _alt(one: Attachment, matter: Matter) -> str:
    number = {"number": one.position}
    if one.step_taken is None:
        return _("照片%(number)d") % number
    step = tables.of(matter).step(one.step_taken.step).label
    return _("照片%(number)d，%(step)s时附上") % {**number, "step": step}


def _openings(matter: Matter, *, at: dt.datetime) -> list[dict[str, str]]:
    entries = queries.openings(matter)
    names = holders.in_words(entry.acting_as for entry in entries)
    return [
        {
            "who": names[entry.acting_as],
            "when": words.moment(entry.at, at=at),
            "iso": entry.at.isoformat(),
        }
        for entry in entries
    ]
