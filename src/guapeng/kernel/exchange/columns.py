"""Which column means what: guessed from the headings, corrected by people."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise

from guapeng.plain.text import fold
from guapeng.plain.unfit import Unfit, gettext_noop

Columns = dict[str, str]
"""The field of each heading, by its key."""

RESULT_HEADINGS: Final = ("行号", "退回的栏目", "退回的理由")
"""What a result file puts before the row; a corrected one can be imported as it is."""

_NO_WORD: Final = re.compile(r"[\s_\-*#:：.()（）\[\]【】/\\]+|必填|选填")
_TELLING: Final = 3
"""A heading may say more than a word of so many characters and still mean the same."""


@dataclass(frozen=True)
class Field:
    """What an import can take of a row.

    Attributes:
        words: headings it stands under, the likeliest first.
        many: several columns may make it up.
        personal: leads to a person; pages show no examples of it.
        exact: a heading that holds one of the words and more means something else, as 应办结时间,
            when it should end, is not 办结时间, when it did.
    """

    key: str
    label: str | Promise
    words: tuple[str, ...]
    many: bool = False
    personal: bool = False
    exact: bool = False


class NoSuchField(Unfit):
    """A column is mapped to a field that the import does not know."""

    code = "columns.field"
    wording = gettext_noop("没有“%(field)s”这个字段；可用：%(known)s")


class NoSuchColumn(Unfit):
    """A mapping names a column that the file does not have."""

    code = "columns.column"
    wording = gettext_noop("表头没有“%(column)s”一列；表头是：%(headings)s")


def guess(headings: Sequence[str], fields: Sequence[Field]) -> Columns:
    """Return the field of every heading that names one; a field is given to one column, or more.

    First the headings that are exactly a word of a field, then those that hold a telling one; of
    several words the longest tells.
    """
    free = {_bare(heading): heading for heading in reversed(headings) if _bare(heading)}
    columns: Columns = {}

    def assign(bare: str, field: Field) -> None:
        if bare in free and (field.many or field.key not in columns.values()):
            columns[free.pop(bare)] = field.key

    for field in fields:
        for word in field.words:
            assign(_bare(word), field)
    for bare in reversed(list(free)):
        if held := _longest_held(bare, fields):
            assign(bare, held)
    return {heading: columns[heading] for heading in headings if heading in columns}


def checked(
    columns: Mapping[str, str], *, headings: Sequence[str], fields: Sequence[Field]
) -> Columns:
    """Return a mapping that was given, once every name in it is known.

    Raises:
        NoSuchColumn, NoSuchField: the first that is not.
    """
    known = [field.key for field in fields]
    for column, key in columns.items():
        if column not in headings:
            raise NoSuchColumn(column=column, headings="、".join(filter(None, headings)))
        if key and key not in known:
            raise NoSuchField(field=key, known="、".join(known))
    return {column: key for column, key in columns.items() if key}


def known_words(fields: Iterable[Field]) -> frozenset[str]:
    """Return the bare words by which a row of headings is told from what stands above it."""
    return frozenset(_bare(word) for field in fields for word in field.words)


def count_known(cells: Sequence[str], words: Collection[str]) -> int:
    """Return how many different cells are headings that we know."""
    return len({_bare(cell) for cell in cells} & set(words))


def signature(headings: Sequence[str]) -> str:
    """Return a short name for a set of headings: lists of one system have the same."""
    bare = sorted(filter(None, map(_bare, headings)))
    return hashlib.sha256("\x1f".join(bare).encode()).hexdigest()[:8]


def _longest_held(bare: str, fields: Sequence[Field]) -> Field | None:
    """Return the field of the longest telling word in a heading: 诉求人联系电话 is a telephone."""
    held = [
        (len(word), -place)
        for place, field in enumerate(fields)
        for word in map(_bare, field.words)
        if not field.exact and len(word) >= _TELLING and word in bare
    ]
    return fields[-max(held)[1]] if held else None


def _bare(heading: str) -> str:
    return _NO_WORD.sub("", fold(heading))
