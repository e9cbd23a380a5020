"""What other systems' categories and statuses mean here."""

from collections import Counter
from collections.abc import Collection, Mapping
from difflib import SequenceMatcher
from typing import Final

from django.utils.translation import gettext_lazy as _

from guapeng.apps.concerns.models import Category
from guapeng.apps.concerns.words import CLOSED, OPEN, STATUSES
from guapeng.kernel.exchange.labels import Guess, Vocabulary
from guapeng.plain.text import fold

_ALIKE: Final = 0.6
"""Of two words so much is the same: 道路破损 and 路面破损 are alike, 噪声扰民 and 邻里噪声 not."""


class Categories:
    """Our categories, by code and name; a name that two bear is left to the code."""

    def __init__(self) -> None:
        every = list(Category.objects.order_by("code"))
        names = Counter(fold(one.name) for one in every)
        self.by_code = {one.code: one for one in every}
        self.by_name = {fold(one.name): one for one in every if names[fold(one.name)] == 1}
        self._by_word = self.by_name | self.by_code

    def named(self, folded: str) -> Category | None:
        """Return the category that a folded word names: by code, name, or the end of a path."""
        return self._by_word.get(folded) or self._by_word.get(_last(folded))

    def alike(self, folded: str) -> Category | None:
        """Return the one whose name is most like a folded word, if any is like it."""
        last = _last(folded)
        likeness = {name: _likeness(name, last) for name in self.by_name}
        best = max(likeness, key=lambda name: likeness[name], default="")
        return self.by_name[best] if best and likeness[best] >= _ALIKE else None


def _category_choices() -> list[tuple[str, str]]:
    rows = Category.objects.order_by("code").values_list("code", "name", "parent")
    return [(code, f"　{name}" if parent else name) for code, name, parent in rows]


def _guess_categories(words: Collection[str]) -> Mapping[str, Guess]:
    categories = Categories()
    guesses = {}
    for word in words:
        if found := categories.named(fold(word)):
            guesses[word] = Guess(found.code, sure=True)
        elif found := categories.alike(fold(word)):
            guesses[word] = Guess(found.code, sure=False)
    return guesses


def _guess_statuses(words: Collection[str]) -> Mapping[str, Guess]:
    known = {word: STATUSES.get(fold(word)) for word in words}
    return {word: Guess(code, sure=True) for word, code in known.items() if code}


VOCABULARIES: Final = (
    Vocabulary(
        "status",
        choices=lambda: [(OPEN, _("在办：交派单台")), (CLOSED, _("已办结：作为历史收下"))],
        guess=_guess_statuses,
        otherwise=_("这些行不收，退回"),
        must=True,
    ),
    Vocabulary(
        "category",
        choices=_category_choices,
        guess=_guess_categories,
        otherwise=_("以后由坐席归类"),
    ),
)


def _last(folded: str) -> str:
    return folded.replace("/", "-").replace("—", "-").rpartition("-")[2].strip()


def _likeness(name: str, word: str) -> float:
    """Return how alike two folded words are, from 0.0 to 1.0; one that holds the other is near."""
    share = SequenceMatcher(None, name, word, autojunk=False).ratio()
    holds = min(len(name), len(word)) > 1 and (name in word or word in name)
    return max(share, _ALIKE) if holds else share
