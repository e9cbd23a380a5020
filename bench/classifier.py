"""The classifier beside a plain linear model: how right, how well it knows it, how fast.

Both learn and are judged in this run, on the same parts: five, in which texts that begin alike
stay together. The plain one is what most would write first: scikit-learn's TF-IDF of one to three
characters (of words and pairs, where texts are split) and a linear support vector machine.

Example: python bench/classifier.py tokens.csv.gz raw.csv.gz --key mid
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
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from guapeng.apps.concerns.classify.figures import Figures, figures_of
from guapeng.apps.concerns.classify.model import Model, load, save
from guapeng.apps.concerns.classify.parts import PARTS, parts_of
from guapeng.apps.concerns.classify.tables import open_texts, read_cases, write_suggestions
from guapeng.apps.concerns.classify.training import train

Cases = list[tuple[str, str]]
Result = TypeVar("Result")


def main() -> None:
    """Measure every file, and each file's model on the others."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("files", nargs="+", type=Path, help="handled cases with labels")
    options.add_argument("--rounds", type=int, default=3, help="how often speed is measured")
    options.add_argument("--key", help="column by which a case is known in all files")
    given = options.parse_args()
    print(f"{os.cpu_count()} processors; seconds are CPU time, one process, no threads")
    for file in given.files:
        _measured(file, read_cases(file)[0], rounds=given.rounds)
    for taught, asked in pairwise(given.files if given.key else ()):
        _crossed(taught, asked, given.key)


def _measured(file: Path, cases: Cases, *, rounds: int) -> None:
    split = _is_split(file)
    (model, ours), seconds = _timed(
        lambda: train(cases, at=dt.datetime.now(dt.UTC), advance=lambda _done, _total: None)
    )
    (plain, theirs), plain_seconds = _timed(lambda: _plainly_learned(cases, split=split))
    print(f"\n{file.name}: {len(cases):,} cases, {len(model.labels)} labels")
    print(ours.told())
    print(f"{'':24}{'ours':>10}{'plain':>10}{'ratio':>8}")
    _line("macro F1", ours.macro_f1, theirs.macro_f1, "10.4f")
    _line("errors per 100", 100 - 100 * ours.accuracy, 100 - 100 * theirs.accuracy, "10.2f")
    _line("seconds of learning", seconds, plain_seconds, "10.1f")
    texts = [text for text, _ in cases]
    speed = _per_second(model.suggest, texts, rounds)
    _line("messages per second", speed, _per_second(plain.predict, texts, rounds), "10,.0f")
    _whole_command(file, model)


def _line(name: str, ours: float, plain: float, form: str) -> None:
    print(f"{name:24}{ours:{form}}{plain:{form}}{ours / plain:8.2f}")


def _plainly_learned(cases: Cases, *, split: bool) -> tuple[Pipeline, Figures]:
    texts = np.array([text for text, _ in cases], dtype=object)
    names, truth = np.unique([label for _, label in cases], return_inverse=True)
    parts = parts_of(list(texts), truth)
    suggested = np.empty_like(truth)
    for part in range(PARTS):
        tested = parts == part
        model = _plain(split=split).fit(texts[~tested], truth[~tested])
        suggested[tested] = model.predict(texts[tested])
    chances = np.eye(len(names), dtype=np.float32)[suggested]
    return _plain(split=split).fit(texts, truth), figures_of(list(names), truth, chances)


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
                file, Path(folder) / "out.csv", model=load(kept), advance=lambda _done, _total: None
            )
        )
        size = kept.stat().st_size / 1e6
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(
        f"file to file {count / seconds:,.0f} messages per second of CPU; "
        f"model {size:.1f} MB; process at most {most:,.0f} MB"
    )


def _crossed(taught: Path, asked: Path, key: str) -> None:
    """Tell how one form does for the other, without the cases that are in both."""
    theirs, known = read_cases(asked)[0], _column(taught, key)
    keys, cases = np.array(_column(asked, key)), read_cases(taught)[0]
    names, truth = np.unique([label for _, label in theirs], return_inverse=True)
    parts = parts_of([text for text, _ in theirs], truth)
    chances = np.zeros((len(theirs), len(names)), np.float32)
    for part in range(PARTS):
        tested = np.flatnonzero(parts == part)
        hidden = set(keys[tested])
        fresh = [case for case, one in zip(cases, known, strict=True) if one not in hidden]
        model, _ = train(fresh, at=dt.datetime.now(dt.UTC), advance=lambda _done, _total: None)
        for row, found in zip(tested, model.suggest([theirs[at][0] for at in tested]), strict=True):
            chances[row, names == found.label] = found.confidence
    found = figures_of(list(names), truth, chances)
    print(f"\nlearned from {taught.name}, asked {asked.name}:\n{found.told()}")


def _column(file: Path, name: str) -> list[str]:
    with open_texts(file) as table:
        at = table.headings.index(name)
        return [row[at] for row in table.rows()]


def _timed(run: Callable[[], Result]) -> tuple[Result, float]:
    begun = time.process_time()
    return run(), time.process_time() - begun


if __name__ == "__main__":
    main()
