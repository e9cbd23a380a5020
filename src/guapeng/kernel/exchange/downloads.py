"""A list as a download: what a page answers to ``?format=xlsx``."""

import datetime as dt
import tempfile
from pathlib import Path
from typing import Final

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.http import content_disposition_header

from guapeng.kernel.exchange.exports import FORMATS, Listing, export
from guapeng.kernel.people.middleware import actor

_LONGEST_PURPOSE: Final = 200


def wants_file(request: HttpRequest) -> bool:
    """Tell whether a list is asked for as a file."""
    return request.GET.get("format", "") in FORMATS


def download(request: HttpRequest, listing: Listing) -> FileResponse:
    """Answer with a listing as a file, in the format that the address names.

    For a view that shows the same list as a page and has scoped its rows::

        if wants_file(request):
            return download(request, Listing("concerns", _("诉求"), COLUMNS, rows.iterator(1000)))

    The journal keeps who took how many rows; ``?purpose=`` is kept as its digest.

    Raises:
        NoSuchFormat: the address names another format.
    """
    format_, now = request.GET.get("format", ""), timezone.now()
    with tempfile.TemporaryDirectory(prefix="guapeng-") as folder:
        path = Path(folder, f"list.{format_}")
        export(
            listing,
            path,
            format=format_,
            by=actor(request),
            at=now,
            purpose=request.GET.get("purpose", "")[:_LONGEST_PURPOSE],
        )
        file = path.open("rb")  # stays readable when its name is gone
    answer = FileResponse(file, content_type=FORMATS[format_])
    name = file_name(listing, format_, on=timezone.localdate(now))
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    answer["Cache-Control"] = "no-store"
    return answer


def file_name(listing: Listing, format_: str, *, on: dt.date) -> str:
    """Return the name under which a listing is saved: what it is, and of which day."""
    return f"{listing.label}-{on:%Y%m%d}.{format_}"
