"""The source's own words in a column, such as its categories, and what they mean to us."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.utils.functional import Promise

from guapeng.plain.text import fold
from guapeng.plain.unfit import Unfit, gettext_noop

Labels = dict[str, dict[str, str]]
"""Our code for each of a source's own words, by field; an empty code says that it has none."""

LONGEST: Final = 100
"""A word in so many characters; the rest is cut off."""

MOST_ASKED: Final = 100
"""So many words of a field are asked for: a column with more hardly holds words of ours."""

_MOST_UNKNOWN: Final = 1_000


class UnknownWord(Unfit):
    """A word that must mean something, and nobody has said what."""

    code = "labels.unknown"
    wording = gettext_noop("不认识“%(word)s”，请在对应词语一步（或用 %(option)s）指明它的意思")


class Guess(NamedTuple):
    """Our code for a word; not ``sure`` if the word only looks like it, and a person decides."""

    code: str
    sure: bool


@dataclass(frozen=True)
class Vocabulary:
    """A field whose words have a meaning to us.

    Attributes:
        field: its key.
        choices: our codes and what they are called, in the order of a list to choose from.
        guess: what words say by themselves; a word that says nothing is left out.
        otherwise: what becomes of rows whose word is given no code.
        must: nothing stands for a word that says nothing by itself: a person has to choose.
    """

    field: str
    choices: Callable[[], Sequence[tuple[str, str | Promise]]]
    guess: Callable[[Collection[str]], Mapping[str, Guess]]
    otherwise: str | Promise
    must: bool = False


class Word(NamedTuple):
    """A word of a list: as it is written first, in how many rows, and what it means so far.

    ``settled`` is the code that somebody gave it, empty for none, or None if nobody was asked.
    """

    text: str
    rows: int
    settled: str | None
    guess: Guess | None


def found_in(
    rows: Iterable[Mapping[str, str]], vocabularies: Sequence[Vocabulary], known: Labels
) -> dict[str, list[Word]]:
    """Return the words of each field that has any in some rows, the most frequent first.

    Beyond ``MOST_ASKED`` no word is guessed at.
    """
    counts: dict[str, Counter[str]] = {one.field: Counter() for one in vocabularies}
    written: dict[tuple[str, str], str] = {}
    for row in rows:
        for field, count in counts.items():
            if word := row.get(field, "")[:LONGEST]:
                folded = fold(word)
                count[folded] += 1
                written.setdefault((field, folded), word)
    return {
        one.field: _words(one, counts[one.field], written, by_word(known, one.field))
        for one in vocabularies
        if counts[one.field]
    }


def by_word(labels: Labels, field: str) -> dict[str, str]:
    """Return the codes of a field by word, folded as words are compared."""
    return {fold(word): code for word, code in labels.get(field, {}).items()}


def merged(first: Labels, then: Labels) -> Labels:
    """Return both; the second has the last word."""
    return {field: {**first.get(field, {}), **then.get(field, {})} for field in {**first, **then}}


def count_unknown(unknown: Counter[tuple[str, str]], field: str, word: str) -> None:
    """Count a word that nobody has said the meaning of; of very many different ones, the first."""
    if (field, word) in unknown or len(unknown) < _MOST_UNKNOWN:
        unknown[field, word] += 1


def _words(
    vocabulary: Vocabulary,
    count: Counter[str],
    written: Mapping[tuple[str, str], str],
    known: Mapping[str, str],
) -> list[Word]:
    texts = {folded: written[vocabulary.field, folded] for folded, _rows in count.most_common()}
    guesses = vocabulary.guess(list(texts.values())[:MOST_ASKED])
    return [
        Word(text, count[folded], known.get(folded), guesses.get(text))
        for folded, text in texts.items()
    ]
