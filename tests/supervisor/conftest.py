"""Data folders of their own for the tests of the supervisor."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.supervisor.programs import Program, server, soon


@pytest.fixture(scope="session")
def ready_home() -> Iterator[Path]:
    """A data folder with a database, to be copied; every account can enter it."""
    with tempfile.TemporaryDirectory(prefix="guapeng-test-") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder, "home")
        program = Program(home)
        assert program.is_in()
        program.end()
        (home / "pg" / "local.conf").write_text("fsync = off\nshared_buffers = 32MB\n")
        yield home


@pytest.fixture
def home(ready_home: Path) -> Iterator[Path]:
    """A data folder with a database; no server outlives the test."""
    with tempfile.TemporaryDirectory(prefix="guapeng-test-") as folder:
        Path(folder).chmod(0o755)
        subprocess.run(["cp", "-a", ready_home, folder], check=True)
        home = Path(folder, "home")
        yield home
        assert soon(lambda: server(home) is None), "a server is left"


@pytest.fixture
def start(home: Path) -> Iterator[Callable[..., Program]]:
    """Start a program on the test's data folder or another; all have ended after the test."""
    started: list[Program] = []

    def start(at: Path = home) -> Program:
        started.append(Program(at))
        return started[-1]

    yield start
    for program in started:
        if program.process.poll() is None:
            program.end()
