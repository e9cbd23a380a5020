"""Contents are kept once, however many give them at once, and go when nobody needs them."""

import datetime as dt
import hashlib
import io
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from tests.factories import pictures
from tests.factories.world import MONDAY, Banner
from tests.stories.test_concern import report
from typer.testing import CliRunner

from guapeng.kernel.files import actions, commands, upkeep
from guapeng.kernel.files.models import Blob, Copy
from guapeng.kernel.files.store import store
from guapeng.kernel.matters.attachments import actions as attachments
from guapeng.kernel.people import scope

LATER = MONDAY + dt.timedelta(days=3)


def keep(content: bytes, at: dt.datetime = MONDAY) -> Blob:
    return actions.keep(io.BytesIO(content), name="照片.jpg", at=at).blob


def files(folder: Path) -> list[Path]:
    return list(folder.glob("??/??/*"))


def aged(folder: Path) -> None:
    """Let all contents lie there for days."""
    for path in files(folder):
        os.utime(path, (MONDAY.timestamp(), MONDAY.timestamp()))


def at_once(*turns: Callable[[], Any]) -> list[Any]:
    """Run them in threads that begin together, each on a connection of its own."""
    start = threading.Barrier(len(turns))

    def run(turn: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return turn()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(turns)) as threads:
        return list(threads.map(run, turns))


@pytest.fixture
def blobs(transactional_db: None) -> Any:
    yield Blob.objects
    Copy.objects.all().delete()
    Blob.objects.all().delete()


@pytest.mark.django_db
def test_same_content_is_kept_once(folder: Path) -> None:
    first = keep(pictures.photo())
    second = keep(pictures.photo(), at=LATER)

    assert first == second
    assert first.pk == hashlib.sha256(pictures.photo()).hexdigest()
    assert Copy.objects.count() == 1
    assert len(files(folder)) == 2
    assert Blob.objects.get(pk=first.pk).kept_at == LATER


@pytest.mark.django_db
def test_copy_is_drawn_at_first_use_and_kept(folder: Path) -> None:
    blob = keep(pictures.photo(2000, 1000))

    drawn = actions.copy_of(blob, 1280, at=MONDAY)

    assert actions.copy_of(blob, 1280, at=MONDAY) == drawn
    assert len(files(folder)) == 3


def test_two_who_give_the_same_at_once_both_have_it(blobs: Any, folder: Path) -> None:
    kept = at_once(*[lambda: keep(pictures.photo())] * 6)

    assert len(set(kept)) == 1
    assert len(files(folder)) == 2
    assert b"".join(store().read(kept[0].pk)) == pictures.photo()


def test_forms_with_the_same_pictures_in_another_order_do_not_wait_for_each_other(
    blobs: Any, folder: Path
) -> None:
    one, other = pictures.photo(colour="red"), pictures.photo(colour="blue")

    def give(*contents: bytes) -> list[str]:
        examined = [
            actions.intake.examine(io.BytesIO(content), name="a.jpg", on=MONDAY.date())
            for content in contents
        ]
        with transaction.atomic():
            return [kept.blob.pk for kept in actions.keep_all(examined, at=MONDAY)]

    kept = at_once(*[lambda: give(one, other), lambda: give(other, one)] * 3)

    assert all(set(pair) == set(kept[0]) for pair in kept)


@pytest.mark.django_db
def test_sweep_removes_what_belongs_to_nothing(banner: Banner, folder: Path) -> None:
    matter = report(banner)
    needed = pictures.photo(colour="red")
    with scope.acting(banner.resident):
        kept = [actions.keep(io.BytesIO(needed), name="a.jpg", at=MONDAY)]
        attachments.attach(matter, kept, by=banner.resident, at=MONDAY)
    keep(pictures.photo(colour="blue"))
    aged(folder)

    assert upkeep.sweep(at=LATER) == 2

    assert {blob.pk for blob in Blob.objects.all()} == {path.name for path in files(folder)}
    assert hashlib.sha256(needed).hexdigest() in {path.name for path in files(folder)}
    assert len(files(folder)) == 2


@pytest.mark.django_db
def test_sweep_leaves_what_came_in_just_now(folder: Path) -> None:
    keep(pictures.photo())

    assert upkeep.sweep(at=MONDAY + dt.timedelta(hours=1)) == 0
    assert len(files(folder)) == 2


@pytest.mark.django_db
def test_sweep_removes_contents_whose_rows_were_taken_back(folder: Path) -> None:
    with transaction.atomic():
        keep(pictures.photo())
        transaction.set_rollback(True)
    assert not Blob.objects.exists()
    assert len(files(folder)) == 2
    aged(folder)

    assert upkeep.sweep(at=LATER) == 2
    assert files(folder) == []


def test_sweep_leaves_what_is_given_again_meanwhile(blobs: Any, folder: Path) -> None:
    keep(pictures.photo())
    aged(folder)

    for _ in range(5):
        at_once(
            lambda: upkeep.sweep(at=LATER),
            lambda: keep(pictures.photo(), at=LATER),
            lambda: upkeep.sweep(at=LATER),
        )
        for blob in blobs.all():
            assert store().exists(blob.pk), "a row without its content"
        Blob.objects.update(kept_at=MONDAY)
        aged(folder)


@pytest.mark.django_db
def test_check_names_what_is_missing_or_changed(folder: Path) -> None:
    whole, missing, changed = (
        keep(pictures.photo(colour=colour)) for colour in ("red", "green", "blue")
    )
    store().delete(missing.pk)
    path = next(path for path in files(folder) if path.name == changed.pk)
    path.write_bytes(b"x")

    found = dict(upkeep.check(lambda _done, _all: None))

    assert found == {missing.pk: "missing", changed.pk: "changed"}
    assert whole.pk not in found
    assert CliRunner().invoke(commands.app, ["check"]).exit_code == 1


@pytest.mark.django_db
def test_commands_say_what_they_found() -> None:
    keep(pictures.photo())

    checked = CliRunner().invoke(commands.app, ["check"])
    swept = CliRunner().invoke(commands.app, ["sweep"])

    assert (checked.exit_code, checked.output) == (0, "文件完整\n")
    assert swept.exit_code == 0
    assert "已清除" in swept.output
