"""Collect every wording that people read, and bring the catalogues of translations up to date.

Chinese is the language of the source; each folder under ``locale`` is another one. Wordings that
are gone are dropped, new ones wait without a translation, those that changed are marked fuzzy.

Exit status: 0 all is translated, 1 something is not.
"""

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "guapeng"
LOCALES = PACKAGE / "locale"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}

NAMES = {  # shipped names, and in which column they stand: what ``words.named`` knows
    "demo/data/bodies.csv": "short_name",
    "demo/data/categories.csv": "name",
    "kernel/people/permissions.csv": "label",
}

Wording = str | tuple[str, str]


def main() -> None:
    """Update each catalogue and tell what is missing."""
    missing = sum(_update(path) for path in sorted(LOCALES.glob("*/LC_MESSAGES/django.po")))
    raise SystemExit(1 if missing else 0)


def wordings() -> Iterator[tuple[Wording, str, str | None]]:
    """Yield every wording, where it stands (path from the package), and its context."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield from _of_code(path.read_bytes(), path)
    for path in sorted(PACKAGE.rglob("templates/**/*.*")):
        code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield from _of_code(f"({code})".encode(), path)  # in brackets indentation means nothing
    for path in sorted(PACKAGE.rglob("jinja/**/*.html")):
        yield from _of_code(_jinja(path).encode(), path)
    for name, column in NAMES.items():
        with (PACKAGE / name).open(encoding="utf-8", newline="") as lines:
            yield from ((row[column], name, "name") for row in csv.DictReader(lines))


def catalogue(locale: str) -> Catalog:
    """Return a catalogue of all wordings, none of them translated."""
    fresh = Catalog(locale=locale, project="Guapeng", fuzzy=False)
    for wording, place, context in wordings():
        fresh.add(wording, locations=[(place, None)], context=context)
    return fresh


def untranslated(kept: Catalog) -> list[Wording]:
    """Return the wordings of a catalogue that have no good translation."""
    return [one.id for one in kept if one.id and (one.fuzzy or not _is_whole(one.string))]


def _update(path: Path) -> int:
    with path.open("rb") as source:
        kept = read_po(source)
    kept.update(catalogue(path.parent.parent.name), no_fuzzy_matching=True)
    kept.obsolete.clear()
    with path.open("wb") as target:
        write_po(target, kept, width=100, include_lineno=False, sort_by_file=True)
    missing = untranslated(kept)
    print(f"{path.relative_to(ROOT)}: {len(kept)} wordings, {len(missing)} not translated")
    return len(missing)


def _of_code(code: bytes, path: Path) -> Iterator[tuple[Wording, str, str | None]]:
    place = path.relative_to(PACKAGE).as_posix()
    found = extract_python(io.BytesIO(code), KEYWORDS, [], {"encoding": "utf-8"})
    for _line, function, given, _comments in found:
        if given:
            yield from _meant(function, given, place)


def _meant(
    function: str, given: str | tuple[str, ...], place: str
) -> Iterator[tuple[Wording, str, str | None]]:
    words = (given,) if isinstance(given, str) else given
    context = words[0] if function.startswith(("p", "np")) else None
    own = [word for word in words[1 if context else 0 :] if word]
    plural = "ngettext" in function or "npgettext" in function
    if own:
        yield (own[0], own[1]) if plural else own[0], place, context


def _jinja(path: Path) -> str:
    from jinja2.ext import babel_extract  # only for the few hot pieces

    with path.open("rb") as source:
        found = babel_extract(source, ["_"], [], {})
        return "\n".join(f"_({words!r})" for _line, _function, words, _comments in found)


def _is_whole(string: str | tuple[str, ...]) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    settings.configure(USE_I18N=True)
    sys.exit(main())
