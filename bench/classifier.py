"""The classifier beside a plain linear model: how right, how well it knows it, how fast.

Both learn nine parts of the cases and are asked about the tenth, in this run and on the same parts,
which are dealt anew for each seed. Cases that are nearly the same stay together: those that begin
alike, or those that a column of the file says are one group. The plain one is what most would write
first: scikit-learn's TF-IDF of one to three characters (of words and pairs, where texts are split)
and a linear support vector machine. What labels are about may be known without any case; the plain
one has no use for it.

Example: python bench/classifier.py split.csv.gz raw.csv.gz --key mid --group group --known k.csv
"""

import argparse
import datetime as dt
import os
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from guapeng.apps.concerns.classify.figures import figures_of
from guapeng.apps.concerns.classify.model import Model, load, save
from guapeng.apps.concerns.classify.parts import PARTS, opening
from guapeng.apps.concerns.classify.tables import open_texts, read_cases, write_suggestions
from guapeng.apps.concerns.classify.training import train

Cases = list[tuple[str, str]]
Result = TypeVar("Result")

_DRAWS = 200
"""How often cases are drawn again to tell the standard error (bootstrap)."""


def main() -> None:
    """Measure every file, and each file's model on the others."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("files", nargs="+", type=Path, help="handled cases with labels")
    options.add_argument("--rounds", type=int, default=3, help="how often speed is measured")
    options.add_argument("--seeds", type=int, default=3, help="how often parts are dealt")
    options.add_argument("--key", help="column by which a case is known in all files")
    options.add_argument(
        "--group", help="column of the first file that tells what is nearly the same"
    )
    options.add_argument("--known", type=Path, help="texts that say what labels are about")
    options.add_argument(
        "--few", type=int, nargs="*", default=(), help="learn from so many cases, asked the others"
    )
    given = options.parse_args()
    known = read_cases(given.known)[0] if given.known else []
    print(f"{os.cpu_count()} processors; seconds are CPU time, one process, no threads")
    groups = _groups(given.files[0], given.key, given.group)
    for file in given.files:
        keys = _column(file, given.key) if given.key else []
        alike = [groups.get(key, key) for key in keys] if groups else None
        for count in given.few:
            _begun(file, read_cases(file)[0], known, alike, count=count, seeds=given.seeds)
        _judged(file, read_cases(file)[0], known, alike, seeds=given.seeds)
        _timed_both(file, read_cases(file)[0], known, rounds=given.rounds)
    for taught, asked in pairwise(given.files if given.key else ()):
        _crossed(taught, asked, given.key, groups, known)


def _groups(file: Path, key: str | None, group: str | None) -> dict[str, str]:
    """Return what each case is nearly the same as, by its key; nothing if no column tells."""
    if not (key and group):
        return {}
    return dict(zip(_column(file, key), _column(file, group), strict=True))


def _judged(
    file: Path, cases: Cases, known: Cases, alike: Sequence[str] | None, *, seeds: int
) -> None:
    """Tell how right both are about cases of which they have seen nothing alike."""
    texts = [text for text, _ in cases]
    names, truth = np.unique([label for _, label in cases], return_inverse=True)
    groups = np.array(alike or [opening(text) for text in texts])
    ours, theirs = [], []
    for seed in range(seeds):
        parts = _dealt(groups, truth, seed)
        chances = np.zeros((2, len(cases), len(names)), np.float32)
        for part in range(PARTS):
            asked = np.flatnonzero(parts == part)
            seen = [cases[at] for at in np.flatnonzero(parts != part)]
            model = _learned(seen, known)
            for row, found in zip(asked, model.suggest([texts[at] for at in asked]), strict=True):
                chances[0, row, names == found.label] = found.confidence
            plain = _plain(split=_is_split(file)).fit(*zip(*seen, strict=True))
            chances[
                1, asked, np.searchsorted(names, plain.predict([texts[at] for at in asked]))
            ] = 1
        ours.append(chances[0])
        theirs.append(chances[1])
    print(f"\n{file.name}: {len(cases):,} cases, {len(names)} labels, {seeds} times {PARTS} parts")
    print(figures_of(list(names), truth, ours[0]).told())
    print(f"{'':24}{'ours':>17}{'plain':>17}")
    told = [_summed(list(names), truth, one) for one in (ours, theirs)]
    for name in ("macro F1", "right", "calibration error"):
        print(f"{name:24}{told[0][name]:>17}{told[1][name] if name[0] != 'c' else '':>17}")


def _learned(cases: Cases, known: Cases) -> Model:
    return train(cases, known=known, at=dt.datetime.now(dt.UTC), advance=_quietly)[0]


def _begun(
    file: Path,
    cases: Cases,
    known: Cases,
    alike: Sequence[str] | None,
    *,
    count: int,
    seeds: int,
) -> None:
    """Tell how right a beginning is: learned from a few cases, with and without what is known."""
    names = sorted({label for _, label in cases})
    groups = np.array(alike or [opening(text) for text, _ in cases])
    found = []
    for seed in range(seeds):
        _, group = np.unique(groups, return_inverse=True)
        by_chance = np.random.default_rng(seed).permutation(group.max() + 1)
        order = np.argsort(by_chance[group], kind="stable")
        fresh = order[count:][~np.isin(groups[order[count:]], groups[order[:count]])]
        few, asked = [cases[at] for at in order[:count]], [cases[at] for at in fresh]
        with_it = _macro_f1(_learned(few, known), asked, names) if known else 0.0
        found.append((_macro_f1(_learned(few, []), asked, names) if few else 0.0, with_it))
    alone, with_it = np.mean(found, axis=0)
    print(
        f"{file.name}: {count} cases, macro F1 {alone:.3f} alone, {with_it:.3f} with what is known"
    )


def _macro_f1(model: Model, asked: Cases, names: Sequence[str]) -> float:
    chances = np.zeros((len(asked), len(names)), np.float32)
    for row, found in enumerate(model.suggest([text for text, _ in asked])):
        chances[row, [name == found.label for name in names]] = found.confidence
    truth = np.searchsorted(names, [label for _, label in asked])
    return figures_of(names, truth, chances).macro_f1


def _summed(
    names: Sequence[str], truth: NDArray[np.int64], chances: Sequence[NDArray[np.float32]]
) -> dict[str, str]:
    """Return the means over all seeds, with the standard errors that so few cases have."""
    chance = np.random.default_rng(0)
    drawn = [chance.integers(len(truth), size=len(truth)) for _ in range(_DRAWS)]
    found = [figures_of(names, truth, one) for one in chances]
    again = [figures_of(names, truth[rows], chances[0][rows]) for rows in drawn]

    def told(name: str) -> str:
        mean = np.mean([getattr(one, name) for one in found])
        return f"{mean:.4f} ± {np.std([getattr(one, name) for one in again]):.4f}"

    return {
        "macro F1": told("macro_f1"),
        "right": told("accuracy"),
        "calibration error": f"{np.mean([one.calibration_error for one in found]):.4f}",
    }


def _dealt(groups: NDArray[np.str_], truth: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Return each case's part: labels spread evenly, what is alike together, else by chance."""
    _, first, group = np.unique(groups, return_index=True, return_inverse=True)
    by_chance = np.random.default_rng(seed).permutation(len(first))
    order = by_chance[np.argsort(truth[first][by_chance], kind="stable")]
    part = np.empty(len(first), np.int64)
    part[order] = np.arange(len(first)) % PARTS
    return part[group]


def _timed_both(file: Path, cases: Cases, known: Cases, *, rounds: int) -> None:
    """Tell how fast both learn and suggest, and what the model takes."""
    texts, labels = zip(*cases, strict=True)
    model, seconds = _timed(lambda: _learned(cases, known))
    plain, plain_seconds = _timed(lambda: _plain(split=_is_split(file)).fit(texts, labels))
    print(f"{'':24}{'ours':>10}{'plain':>10}{'ratio':>8}")
    _line("seconds of learning", seconds, plain_seconds, "10.1f")
    speed = _per_second(model.suggest, texts, rounds)
    _line("messages per second", speed, _per_second(plain.predict, texts, rounds), "10,.0f")
    _whole_command(file, model)


def _line(name: str, ours: float, plain: float, form: str) -> None:
    print(f"{name:24}{ours:{form}}{plain:{form}}{ours / plain:8.2f}")


def _plain(*, split: bool) -> Pipeline:
    form: dict[str, Any] = (
        {"token_pattern": r"\S+", "ngram_range": (1, 2)}
        if split
        else {"analyzer": "char", "ngram_range": (1, 3)}
    )
    return make_pipeline(TfidfVectorizer(sublinear_tf=True, min_df=2, **form), LinearSVC())


def _is_split(file: Path) -> bool:
    with open_texts(file) as table:
        return [table.headings[at] for at in table.columns] == ["tokens"]


def _per_second(
    suggest: Callable[[Sequence[str]], object], texts: Sequence[str], rounds: int
) -> float:
    """Return the best of some rounds: what is in the way only ever makes it slower."""
    return max(len(texts) / _timed(lambda: suggest(texts))[1] for _ in range(rounds))


def _whole_command(file: Path, model: Model) -> None:
    """Tell the speed with reading and writing, and what of memory it takes more."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "model.npz"
        save(model, kept)
        count, seconds = _timed(
            lambda: write_suggestions(
                file, Path(folder) / "out.csv", model=load(kept), advance=_quietly
            )
        )
        size = kept.stat().st_size / 1e6
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(
        f"file to file {count / seconds:,.0f} messages per second of CPU; "
        f"model {size:.1f} MB; process at most {most:,.0f} MB"
    )


def _crossed(taught: Path, asked: Path, key: str, groups: dict[str, str], known: Cases) -> None:
    """Tell how one form does for the other, without the cases that are in both.

    The plain one reads characters here, without what stands between them: words split by somebody
    are none of the other form.
    """
    texts, labels = zip(*read_cases(asked)[0], strict=True)
    alike = np.array([groups.get(one, one) for one in _column(asked, key)])
    learned_from = np.array([groups.get(one, one) for one in _column(taught, key)])
    cases = read_cases(taught)[0]
    names, truth = np.unique(labels, return_inverse=True)
    parts = _dealt(alike, truth, 0)
    chances = np.zeros((2, len(texts), len(names)), np.float32)
    for part in range(PARTS):
        tested = np.flatnonzero(parts == part)
        fresh = [cases[at] for at in np.flatnonzero(~np.isin(learned_from, alike[tested]))]
        model = _learned(fresh, known)
        for row, found in zip(tested, model.suggest([texts[at] for at in tested]), strict=True):
            chances[0, row, names == found.label] = found.confidence
        plain = _plain(split=False).fit(
            [_run_on(text) for text, _ in fresh], [of for _, of in fresh]
        )
        told = plain.predict([_run_on(texts[at]) for at in tested])
        chances[1, tested, np.searchsorted(names, told)] = 1
    ours, theirs = (_summed(list(names), truth, [one]) for one in chances)
    print(f"\nlearned from {taught.name}, asked {asked.name}:")
    print(figures_of(list(names), truth, chances[0]).told())
    print(f"macro F1 {ours['macro F1']}, plain {theirs['macro F1']}")


def _run_on(text: str) -> str:
    return "".join(text.split())


def _column(file: Path, name: str) -> list[str]:
    with open_texts(file) as table:
        at = table.headings.index(name)
        return [row[at] for row in table.rows()]


def _quietly(_done: int, _total: int | None) -> None:
    """Show no progress."""


def _timed(run: Callable[[], Result]) -> tuple[Result, float]:
    begun = time.process_time()
    return run(), time.process_time() - begun


if __name__ == "__main__":
    main()
