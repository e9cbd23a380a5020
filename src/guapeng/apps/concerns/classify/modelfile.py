"""The file of a model: numbers and a description, nothing that could run.

A zip of plain arrays (NumPy's .npz, read without pickle); one of them, ``header``, is JSON with
the format's name and version and a SHA-256 over all of it. Grams are in it as hashes, so it
holds no text of anybody.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from guapeng.apps.concerns.classify.features import VIEWS
from guapeng.apps.concerns.classify.replacing import replacing
from guapeng.plain.terminal import _

_FORMAT: Final = "guapeng-concerns-classifier"
_VERSION: Final = 2
_SHAPES: Final = {
    "keys": ("uint64", 1),
    "rarity": ("float16", 1),
    "weights": ("float16", 3),
    "bias": ("float32", 1),
    "words": ("uint64", 1),
    "beginnings": ("uint64", 1),
    "lengths": ("uint8", 1),
    "themes": ("uint8", 1),
    "fields": ("uint8", 1),
}
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, ValueError, KeyError, EOFError, TypeError)


class ModelUnreadable(OSError):
    """The file is damaged, of another version, or no model at all."""


def write(path: Path, arrays: Mapping[str, NDArray[Any]], header: Mapping[str, Any]) -> None:
    """Write ``arrays`` with ``header`` to ``path`` in one go."""
    described = {"format": _FORMAT, "version": _VERSION, **header}
    described["sha256"] = _checksum(arrays, described)
    encoded = np.frombuffer(_json(described), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        np.savez_compressed(file, allow_pickle=False, header=encoded, **arrays)


def read(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return the arrays and the header.

    Raises:
        ModelUnreadable: the file is not whole, of another version, or no model.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            header = json.loads(stored["header"].tobytes())
            if header["format"] != _FORMAT:
                raise ValueError
            if header["version"] != _VERSION:
                raise ModelUnreadable(
                    _("“{file}”是另一版程序的分类模型，请重新训练").format(file=path)
                )
            arrays = {name: stored[name] for name in _SHAPES}
    except _DAMAGE as damage:
        raise ModelUnreadable(
            _("“{file}”不是分类模型，或者已经损坏，请重新训练").format(file=path)
        ) from damage
    if not _fits(arrays, header):
        raise ModelUnreadable(_("“{file}”不是分类模型，或者已经损坏，请重新训练").format(file=path))
    return arrays, header


def _fits(arrays: Mapping[str, NDArray[Any]], header: Mapping[str, Any]) -> bool:
    labels = len(header.get("labels", ()))
    return (
        all(
            (str(arrays[name].dtype), arrays[name].ndim) == shape for name, shape in _SHAPES.items()
        )
        and arrays["weights"].shape[::2] == (len(VIEWS), labels)
        and arrays["rarity"].shape == arrays["keys"].shape
        and arrays["bias"].shape == (labels,)
        and header.get("sha256") == _checksum(arrays, header)
    )


def _checksum(arrays: Mapping[str, NDArray[Any]], header: Mapping[str, Any]) -> str:
    described = {name: told for name, told in header.items() if name != "sha256"}
    digest = hashlib.sha256(_json(described))
    for name in _SHAPES:
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()


def _json(header: Mapping[str, Any]) -> bytes:
    return json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
