"""Where contents lie: a folder, or a bucket of an S3 store. Each lies once, under its hash.

``GUAPENG_FILES`` decides: a folder, or an address such as ``s3://bucket/prefix``, whose keys and
endpoint come from the environment as usual (``AWS_ACCESS_KEY_ID``, ``AWS_ENDPOINT``, …).
"""

import datetime as dt
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final, Protocol

import obstore
from django.conf import settings
from obstore.store import from_url

CHUNK_BYTES: Final = 256 * 1024
_PARTS_AT_ONCE: Final = 4
_DRAFT: Final = "draft-"


@dataclass(frozen=True)
class Draft:
    """A content on the disk that is not kept yet, with the hash found while it was written."""

    path: Path
    sha256: str
    bytes: int


class Store(Protocol):
    """What a place for contents can do. Contents are named by their SHA-256 in hexadecimal."""

    @property
    def drafts(self) -> Path | None:
        """The folder for drafts; None for the system's own."""

    def put(self, draft: Draft) -> None:
        """Keep the draft, whole or not at all; what lies there already stays."""

    def read(self, sha256: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``start`` up to but not with ``stop``, piece by piece.

        Raises:
            FileNotFoundError: no such content, before the first piece.
        """

    def exists(self, sha256: str) -> bool:
        """Tell whether the content lies there."""

    def delete(self, sha256: str) -> None:
        """Remove the content; none is no fault."""

    def contents(self) -> Iterator[tuple[str, dt.datetime]]:
        """Yield the hash of everything that lies there, and since when."""

    def tidy(self, before: dt.datetime) -> None:
        """Remove drafts that killed programs left before that moment."""


def store() -> Store:
    """Return the instance's store."""
    return _store(str(settings.FILES))


@contextmanager
def draft(content: BinaryIO, place: Store) -> Iterator[Draft]:
    """Write ``content`` from its start to a temporary file, hashing it; remove that at the end."""
    if place.drafts:
        _make(place.drafts)
    digest, total = hashlib.sha256(), 0
    content.seek(0)
    number, name = tempfile.mkstemp(prefix=_DRAFT, dir=place.drafts)
    try:
        with os.fdopen(number, "wb") as file:
            while piece := content.read(CHUNK_BYTES):
                digest.update(piece)
                total += file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        yield Draft(Path(name), digest.hexdigest(), total)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def opened(sha256: str) -> Iterator[BinaryIO]:
    """Open a content as a file in which one can go back and forth.

    Raises:
        FileNotFoundError: no such content.
    """
    with tempfile.SpooledTemporaryFile(max_size=CHUNK_BYTES) as copy:
        for piece in store().read(sha256):
            copy.write(piece)
        copy.seek(0)
        yield copy  # type: ignore[misc]  # a binary file in all but its type


class Folder:
    """A folder; the first four letters of the hash make two levels of folders below it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.drafts: Path | None = root / "incoming"

    def put(self, draft: Draft) -> None:
        """Keep the draft by renaming it, so that power can fail at any moment."""
        path = self._path(draft.sha256)
        if path.exists() and path.stat().st_size == draft.bytes:
            return
        _make(path.parent)
        draft.path.replace(path)
        for folder in (path.parent, path.parent.parent, self._root):
            _settle(folder)

    def read(self, sha256: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes, piece by piece."""
        with self._path(sha256).open("rb") as file:
            file.seek(start)
            left = file.seek(0, os.SEEK_END) - start if stop is None else stop - start
            file.seek(start)
            while left > 0 and (piece := file.read(min(CHUNK_BYTES, left))):
                left -= len(piece)
                yield piece

    def exists(self, sha256: str) -> bool:
        """Tell whether the content lies there."""
        return self._path(sha256).exists()

    def delete(self, sha256: str) -> None:
        """Remove the content."""
        self._path(sha256).unlink(missing_ok=True)

    def contents(self) -> Iterator[tuple[str, dt.datetime]]:
        """Yield every content and when it was written."""
        for path in self._root.glob("??/??/*"):
            yield path.name, _changed(path)

    def tidy(self, before: dt.datetime) -> None:
        """Remove old drafts."""
        for path in (self._root / "incoming").glob(f"{_DRAFT}*"):
            if _changed(path) < before:
                path.unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256[2:4] / sha256


class Bucket:
    """A bucket of an S3 store, or whatever else obstore can address."""

    drafts: Path | None = None

    def __init__(self, url: str) -> None:
        self._base = from_url(url)

    def put(self, draft: Draft) -> None:
        """Keep the draft; the store shows it only once it has arrived whole."""
        if self.exists(draft.sha256):
            return
        obstore.put(self._base, _key(draft.sha256), draft.path, max_concurrency=_PARTS_AT_ONCE)

    def read(self, sha256: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes, piece by piece."""
        key = _key(sha256)
        end = obstore.head(self._base, key)["size"] if stop is None else stop
        if start >= end:
            return
        answer = obstore.get(self._base, key, options={"range": (start, end)})
        for piece in answer.stream(min_chunk_size=CHUNK_BYTES):
            yield bytes(piece)

    def exists(self, sha256: str) -> bool:
        """Tell whether the content lies there."""
        try:
            obstore.head(self._base, _key(sha256))
        except FileNotFoundError:
            return False
        return True

    def delete(self, sha256: str) -> None:
        """Remove the content."""
        if self.exists(sha256):
            obstore.delete(self._base, _key(sha256))

    def contents(self) -> Iterator[tuple[str, dt.datetime]]:
        """Yield every content and when it was written."""
        for batch in obstore.list(self._base):
            for found in batch:
                yield found["path"].rpartition("/")[2], found["last_modified"]

    def tidy(self, before: dt.datetime) -> None:
        """Nothing to do: drafts lie in the system's own temporary folder."""


@lru_cache(maxsize=4)
def _store(place: str) -> Store:
    return Bucket(place) if "://" in place else Folder(Path(place).absolute())


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _changed(path: Path) -> dt.datetime:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)


def _make(folder: Path) -> None:
    """Make a folder, and those above it, for nobody else on the machine to read."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _settle(folder: Path) -> None:
    """Let the disk remember what the folder holds."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
