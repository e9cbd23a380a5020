"""A folder and a bucket behave alike."""

import datetime as dt
import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pytest

from guapeng.kernel.files.store import CHUNK_BYTES, Store, draft, opened, store

CONTENT = os.urandom(CHUNK_BYTES * 2 + 7)
NAME = hashlib.sha256(CONTENT).hexdigest()


# An empty place on a server of one's own, with AWS_ENDPOINT and keys beside it.
SERVER = os.environ.get("GUAPENG_TEST_S3", "")


@pytest.fixture(
    params=["folder", "bucket in memory", "bucket in a folder", *["server"] * bool(SERVER)]
)
def place(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Store:
    (tmp_path / "bucket").mkdir()
    settings.FILES = {
        "folder": str(tmp_path / "files 文件"),
        "bucket in memory": f"memory:///{tmp_path.name}",
        "bucket in a folder": f"file://{tmp_path}/bucket",
        "server": f"{SERVER}/{tmp_path.name}",
    }[request.param]
    return store()


def put(place: Store, content: bytes = CONTENT) -> str:
    with draft(io.BytesIO(content), place) as one:
        place.put(one)
    return one.sha256


def test_what_is_put_is_read_again(place: Store) -> None:
    assert put(place) == NAME

    assert b"".join(place.read(NAME)) == CONTENT
    with opened(NAME) as file:
        file.seek(5)
        assert file.read(3) == CONTENT[5:8]


@pytest.mark.parametrize(("start", "stop"), [(0, 1), (3, 9), (CHUNK_BYTES - 1, None), (7, None)])
def test_part_is_read(place: Store, start: int, stop: int | None) -> None:
    put(place)

    assert b"".join(place.read(NAME, start, stop)) == CONTENT[start:stop]


def test_same_content_lies_there_once(place: Store) -> None:
    put(place)
    put(place)

    assert [name for name, _since in place.contents()] == [NAME]


def test_what_is_deleted_is_gone_and_none_is_no_fault(place: Store) -> None:
    put(place)
    place.delete(NAME)
    place.delete(NAME)

    assert not place.exists(NAME)
    with pytest.raises(FileNotFoundError):
        next(place.read(NAME))


def test_contents_tell_since_when(place: Store) -> None:
    put(place)

    ((_name, since),) = place.contents()
    assert abs(dt.datetime.now(dt.UTC) - since) < dt.timedelta(minutes=1)


def test_draft_that_is_not_put_leaves_nothing(place: Store) -> None:
    with draft(io.BytesIO(CONTENT), place) as one:
        pass

    assert not one.path.exists()
    assert list(place.contents()) == []


def test_drafts_of_killed_programs_are_tidied(folder: Path) -> None:
    place = store()
    put(place)
    left = folder / "incoming" / "draft-old"
    left.write_bytes(b"x")

    place.tidy(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    assert left.exists()
    place.tidy(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    assert not left.exists()


def test_content_cut_off_by_a_crash_is_put_right(folder: Path) -> None:
    place = store()
    path = folder / NAME[:2] / NAME[2:4] / NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT[:10])

    put(place)

    assert path.read_bytes() == CONTENT


def test_nobody_else_on_the_machine_reads_the_folder(folder: Path) -> None:
    put(store())

    for path in (folder, *folder.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0
