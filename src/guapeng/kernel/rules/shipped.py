"""The rules that come with the product: ``rules.toml`` beside each app, loaded at migration."""

import datetime as dt
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from guapeng.kernel.rules.models import Rule


@transaction.atomic
def load_shipped() -> int:
    """Add every shipped rule whose key has no row yet; return how many were added.

    A key that has a row is the instance's own from then on: what people changed or confirmed is
    never overwritten. A new text of a law comes as a new row with its own date.
    """
    kept = set(Rule.objects.values_list("key", flat=True))
    fresh = [rule for rule in _shipped() if rule.key not in kept]
    return len(Rule.objects.bulk_create(fresh))


def _shipped() -> Iterator[Rule]:
    for config in apps.get_app_configs():
        path = Path(config.path) / "rules.toml"
        if path.exists():
            rows = tomllib.loads(path.read_text("utf-8"))["rule"]
            yield from (_rule(row) for row in rows)


def _rule(row: dict[str, Any]) -> Rule:
    start: dt.date = row.pop("from")
    return Rule(
        key=row.pop("key"),
        valid=DateRange(start, row.pop("until", None)),
        source=row.pop("source"),
        confidence=row.pop("confidence"),
        value=row,
    )
