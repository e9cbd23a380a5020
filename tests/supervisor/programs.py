"""Programs that use the database of a data folder, and what can be seen of its server."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg

from guapeng.supervisor.place import Place

_USES_THE_DATABASE = """
import sys
from guapeng.supervisor import postgres

def use():
    postgres.ensure_running()
    print("in", flush=True)

try:
    use()
    while input() == "again":
        use()
    postgres.leave()
except postgres.DatabaseRefused as refusal:
    sys.exit(str(refusal))
"""


class Program:
    """A process that starts or joins the database of a data folder, until it is told to end."""

    def __init__(self, home: Path) -> None:
        given = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _USES_THE_DATABASE],
            env=given | {"GUAPENG_HOME": str(home), "LANGUAGE": "zh"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def says(self) -> str:
        """Wait for the next line that it says; empty where it has ended."""
        return self.process.stdout.readline().strip()

    def is_in(self) -> bool:
        """Wait until it uses the database; False where it ended instead."""
        while said := self.says():
            if said == "in":
                return True
        return False

    def comes_again(self) -> bool:
        """Have it make sure of the database once more."""
        self.process.stdin.write("again\n")
        self.process.stdin.flush()
        return self.is_in()

    def end(self) -> tuple[int, str]:
        """Let it end; return its exit status and its complaint."""
        _, complaint = self.process.communicate("\n", timeout=30)
        return self.process.returncode, complaint

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def tell(home: Path, statement: str, *, role: str = "guapeng") -> object:
    """Run a statement on the server of the data folder; return its first value, if it has one."""
    with psycopg.connect(Place(home).url(role=role)) as connection:
        done = connection.execute(statement)
        return done.fetchone()[0] if done.description else None


def answers(home: Path) -> bool:
    try:
        return tell(home, "SELECT 1") == 1
    except psycopg.OperationalError:
        return False


def server(home: Path) -> psutil.Process | None:
    """Return the server of the data folder; None where none lives."""
    lock_file = Place(home).data / "postmaster.pid"
    try:
        found = psutil.Process(int(lock_file.read_text().split()[0]))
        alive = found.name() == "postgres" and found.status() != psutil.STATUS_ZOMBIE
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None
    return found if alive else None


def soon(holds: Callable[[], object], *, within: float = 15) -> bool:
    """Wait until it holds; False where it does not within the seconds."""
    end = time.monotonic() + within
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
