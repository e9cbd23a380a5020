"""Print pip's settings as those of uv, as ``export`` lines for a shell.

A site that has told pip about its mirror, its folder of wheels or its certificate need not tell
uv as well. Prints nothing where uv has settings of its own.
"""

import ast
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

OF_UV = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_FIND_LINKS", "UV_CONFIG_FILE")
FILES_OF_UV = ("~/.config/uv/uv.toml", "/etc/uv/uv.toml")
SECTIONS = ("global", "install", ":env:")  # the later wins


def main() -> None:
    """Print one line a setting."""
    if any(name in os.environ for name in OF_UV):
        return
    if any(Path(file).expanduser().exists() for file in FILES_OF_UV):
        return
    for name, value in as_uv(settings_of_pip()):
        print(f"export {name}={shlex.quote(value)}")


def settings_of_pip() -> dict[str, list[str]]:
    """Return what pip was told by files and environment, each setting as its words."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in said.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.rpartition(".")
        found.setdefault(section, {})[name] = ast.literal_eval(value)
    merged = {name: value for section in SECTIONS for name, value in found[section].items()}
    return {name: value.split() for name, value in merged.items()}


def as_uv(pip: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield the environment variables that tell uv the same."""
    if "index-url" in pip:
        yield "UV_DEFAULT_INDEX", pip["index-url"][0]
    if "extra-index-url" in pip:
        yield "UV_INDEX", " ".join(pip["extra-index-url"])
        yield "UV_INDEX_STRATEGY", "unsafe-best-match"  # as pip does: the hashes are in the lock
    if "find-links" in pip:
        yield "UV_FIND_LINKS", ",".join(pip["find-links"])
    if pip.get("no-index", ["0"])[0].lower() in {"1", "true", "yes", "on"}:
        yield "UV_NO_INDEX", "1"
    if "trusted-host" in pip:
        yield "UV_INSECURE_HOST", " ".join(pip["trusted-host"])
    if "cert" in pip:
        yield "SSL_CERT_FILE", pip["cert"][0]
    if "proxy" in pip:
        yield "ALL_PROXY", pip["proxy"][0]


if __name__ == "__main__":
    main()
