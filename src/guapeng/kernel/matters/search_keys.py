"""The keys of the search: pairs of characters of what can be found, as hashes under a secret.

What may be read by anybody and what those involved have said are kept apart. Neither can be read
back from the table: the hashes are made with the instance's secret.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import Final

import orjson
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people.actors import Actor
from guapeng.plain.text import grams, query_grams

Words = Callable[[Sequence[int]], Mapping[int, str]]

_WORDS: Final[dict[str, Words]] = {}
_MOST_KEPT: Final = 50_000
_MANY: Final = 0.25  # of all matters
_COMMON_SECONDS: Final = 3600
_COMMON: Final = """
select key from pg_stats, unnest(most_common_elems::text::bigint[], most_common_elem_freqs)
    as found(key, share)
where tablename = 'matters_searchkeys' and attname = 'open_keys' and key is not null and share > %s
"""
_KEEP: Final = """
insert into matters_searchkeys (matter_id, open_keys, closed_keys, involved)
select matter_id, open_keys, closed_keys, involved
from json_populate_recordset(null::matters_searchkeys, %s)
on conflict (matter_id) do update set (open_keys, closed_keys, involved)
    = (excluded.open_keys, excluded.closed_keys, excluded.involved)
where (matters_searchkeys.open_keys, matters_searchkeys.closed_keys, matters_searchkeys.involved)
    is distinct from (excluded.open_keys, excluded.closed_keys, excluded.involved)
"""
_PUT_AWAY: Final = "select gin_clean_pending_list('matter_found_by')"
# Whom ``guapeng_involves`` lets in, by name.
_INVOLVED: Final = """
select m.id, array_remove(array[
    'person:' || m.raised_by_id, 'person:' || m.on_behalf_of_id, 'asker:' || m.uid,
    'area:' || m.grid_id, 'area:' || m.village_id, 'area:' || m.township_id, 'area:' || m.county_id
], null)
    || array(select t.holder from matters_task t where t.matter_id = m.id)
    || array(select 'body:' || a.body_id from matters_assignment a where a.matter_id = m.id)
from matters_matter m where m.id = any(%s)
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


def telling(keys: list[int]) -> list[int]:
    """Return those of ``keys`` that few matters have; all of them if there are none."""
    common = cache.get_or_set("matters.search.common", _common, _COMMON_SECONDS) or frozenset()
    return [key for key in keys if key not in common] or keys


def _common() -> frozenset[int]:
    """Return the keys that many matters have, as the database has last estimated."""
    with connection.cursor() as cursor:
        cursor.execute(_COMMON, [_MANY])
        return frozenset(key for (key,) in cursor.fetchall())


def keys_of_actor(actor: Actor) -> list[int]:
    """Return the keys of the matters that involve ``actor``."""
    return _keys([*actor.keys, *(f"area:{area}" for area in actor.areas)])


def keep(matters: Sequence[int]) -> None:
    """Work out the keys of some matters anew; ``put_away`` is for afterwards.

    For the kernel's own scope.
    """
    rows = Matter.objects.filter(pk__in=matters).values_list(
        "pk", "title", "place", "outcome", "division_id"
    )
    said, of_places = _said(matters), _of_places(division for *_rest, division in rows)
    involved = _involved(matters)
    fresh = [
        {
            "matter_id": pk,
            "open_keys": sorted(
                {*of_places[division], *chain.from_iterable(map(_kept_keys, words))}
            ),
            "closed_keys": keys_of(said.get(pk, "")),
            "involved": involved[pk],
        }
        for pk, *words, division in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [orjson.dumps(fresh).decode()])


def put_away() -> None:
    """Put what has come in where it belongs in the index: every search reads through the rest."""
    with connection.cursor() as cursor:
        cursor.execute(_PUT_AWAY)


def _said(matters: Sequence[int]) -> dict[int, str]:
    return {pk: text for words in _WORDS.values() for pk, text in words(matters).items()}


def _involved(matters: Sequence[int]) -> dict[int, list[int]]:
    """Return the keys of whom each matter involves."""
    with connection.cursor() as cursor:
        cursor.execute(_INVOLVED, [list(matters)])
        return {pk: sorted(set(_keys(names))) for pk, names in cursor.fetchall()}


def _of_places(divisions: Iterable[int]) -> dict[int, list[int]]:
    """Return the keys of each division's name and of those above it, for they find a matter too."""
    ids = set(divisions)
    lineages = dict(Division.objects.filter(pk__in=ids).values_list("pk", "lineage"))
    above = {id_ for lineage in lineages.values() for id_ in lineage}
    names = dict(Division.objects.filter(pk__in=above).values_list("pk", "name"))
    return {pk: keys_of(" ".join(names[id_] for id_ in way)) for pk, way in lineages.items()}


@lru_cache(_MOST_KEPT)
def _kept_keys(text: str) -> list[int]:
    """Return the keys of a title, a place or an outcome, for the same ones come again and again."""
    return keys_of(text)


def _keys(found: Iterable[str]) -> list[int]:
    return [key_of(gram) for gram in found]


@lru_cache(_MOST_KEPT)
def key_of(gram: str) -> int:
    """Return the key of a pair, a word or a holder."""
    digest = blake2b(gram.encode(), digest_size=8, key=_secret()).digest()
    return int.from_bytes(digest, signed=True)


def _secret() -> bytes:
    return blake2b(settings.SECRET_KEY.encode(), person=b"guapeng.search").digest()
