"""The keys of the search: pairs of characters of what can be found, as hashes under a secret.

What may be read by anybody and what those involved have said are kept apart. Neither can be read
back from the table: the hashes are made with the instance's secret.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import orjson
from django.conf import settings
from django.db import connection

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.matters.models import Matter
from guapeng.plain.text import grams, query_grams

Words = Callable[[Sequence[int]], Mapping[int, str]]

_WORDS: Final[dict[str, Words]] = {}
_MOST_KEPT: Final = 50_000
_KEEP: Final = """
insert into matters_searchkeys (matter_id, open_keys, closed_keys)
select matter_id, open_keys, closed_keys
from json_populate_recordset(null::matters_searchkeys, %s)
on conflict (matter_id) do update
    set (open_keys, closed_keys) = (excluded.open_keys, excluded.closed_keys)
where (matters_searchkeys.open_keys, matters_searchkeys.closed_keys)
    is distinct from (excluded.open_keys, excluded.closed_keys)
"""


def register(workflow: str, words: Words) -> None:
    """Let the search read what those involved in a kind of matter have said.

    ``words`` gives the texts of some matters by id. Called from an app's ``ready``.
    """
    _WORDS[workflow] = words


def keys_of(text: str) -> list[int]:
    """Return the keys under which ``text`` is found, each once."""
    return _keys(grams(text))


def wanted_keys(query: str) -> list[int]:
    """Return the keys that a text must all have; none where ``query`` has no pair or word."""
    return _keys(query_grams(query))


def keep(matters: Sequence[int]) -> None:
    """Work out the keys of some matters anew. For the kernel's own scope."""
    rows = Matter.objects.filter(pk__in=matters).values_list(
        "pk", "title", "place", "outcome", "division_id"
    )
    said, of_places = _said(matters), _of_places(division for *_rest, division in rows)
    fresh = [
        {
            "matter_id": pk,
            "open_keys": sorted({*keys_of(" ".join(words)), *of_places[division]}),
            "closed_keys": keys_of(said.get(pk, "")),
        }
        for pk, *words, division in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [orjson.dumps(fresh).decode()])


def _said(matters: Sequence[int]) -> dict[int, str]:
    return {pk: text for words in _WORDS.values() for pk, text in words(matters).items()}


def _of_places(divisions: Iterable[int]) -> dict[int, list[int]]:
    """Return the keys of each division's name and of those above it, for they find a matter too."""
    ids = set(divisions)
    lineages = dict(Division.objects.filter(pk__in=ids).values_list("pk", "lineage"))
    above = {id_ for lineage in lineages.values() for id_ in lineage}
    names = dict(Division.objects.filter(pk__in=above).values_list("pk", "name"))
    return {pk: keys_of(" ".join(names[id_] for id_ in way)) for pk, way in lineages.items()}


def _keys(found: Iterable[str]) -> list[int]:
    return [_key(gram) for gram in found]


@lru_cache(_MOST_KEPT)
def _key(gram: str) -> int:
    digest = blake2b(gram.encode(), digest_size=8, key=_secret()).digest()
    return int.from_bytes(digest, signed=True)


def _secret() -> bytes:
    return blake2b(settings.SECRET_KEY.encode(), person=b"guapeng.search").digest()
