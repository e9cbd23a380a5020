"""What is known of a source: remembered when its lists come again."""

import datetime as dt
from collections.abc import Mapping as Pairs

from guapeng.kernel.exchange import columns as naming
from guapeng.kernel.exchange.columns import Columns
from guapeng.kernel.exchange.labels import Labels
from guapeng.kernel.exchange.models import Mapping
from guapeng.kernel.exchange.running import Importer
from guapeng.kernel.exchange.tables import Table


def source_of(table: Table, given: str) -> str:
    """Return the name of the source: as given, else one that all lists with these headings share.

    A daily list has another file name every day; its headings stay.
    """
    return given.strip() or f"#{table.signature}"


def recalled(importer: Importer, source: str) -> Mapping | None:
    """Return what was settled for a source, if anything was."""
    return Mapping.objects.filter(importer=importer.key, source=source).first()


def columns_for(
    table: Table, importer: Importer, *, saved: Mapping | None, given: Pairs[str, str]
) -> Columns:
    """Return what each column means: as given, else as saved, else as guessed.

    A heading that the source had not until now is guessed too. A field that is given to other
    columns is taken from those that were guessed for it.

    Raises:
        NoSuchColumn, NoSuchField: a name in ``given`` is unknown.
    """
    asked = naming.checked(given, headings=table.headings, fields=importer.fields)
    settled = {heading: key for heading, key in (saved.columns if saved else {}).items() if key}
    settled = {heading: settled[heading] for heading in table.headings if heading in settled}
    before = _guessed(table, importer, seen=saved.columns if saved else {}, settled=settled)
    kept = {
        heading: key
        for heading, key in (settled | before).items()
        if heading not in given and key not in asked.values()
    }
    return kept | asked


def _guessed(
    table: Table, importer: Importer, *, seen: Pairs[str, str], settled: Columns
) -> Columns:
    """Return what headings that were not seen before mean, without the fields settled already."""
    free = [one for one in importer.fields if one.many or one.key not in settled.values()]
    return naming.guess([one for one in table.headings if one not in seen], free)


def save(
    importer: Importer,
    source: str,
    *,
    columns: Columns,
    labels: Labels,
    by: int | None,
    at: dt.datetime,
) -> Mapping:
    """Remember what was settled for a source, by heading; the last word holds."""
    saved = recalled(importer, source)
    columns = (saved.columns if saved else {}) | columns
    mapping, _is_new = Mapping.objects.update_or_create(
        importer=importer.key,
        source=source,
        defaults={
            "columns": columns, "labels": labels, "saved_by_id": by, "saved_at": at,
        },
    )  # fmt: skip
    return mapping
