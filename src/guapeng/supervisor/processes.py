"""Programs kept running by one program in the foreground: started, restarted, stopped with it."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from guapeng.plain.terminal import _
from guapeng.supervisor.orphans import ends_with_parent

_LOOK_EVERY_SECONDS: Final = 0.2
_GOOD_LIFE_SECONDS: Final = 60
_TRIES: Final = 5
_PATIENCE_SECONDS: Final = 5

Say = Callable[[str], None]


@dataclass(frozen=True)
class Program:
    """What is run, under the name by which people are told of it."""

    name: str
    command: Sequence[str]


def keep_running(programs: Iterable[Program], *, say: Say, look: Callable[[], None]) -> int:
    """Keep the programs running until SIGTERM or SIGINT comes; return the exit status.

    A program that ends is started again, after a pause that grows. ``look`` is called several
    times a second. The status is 0, or 1 where a program kept ending; then all are stopped too.

    Every program gets a process group of its own: at the end, or when this process is killed,
    it is asked to stop; what is left of its group after some seconds is killed.
    """
    kept = [_Kept(program, say) for program in programs]
    try:
        with _stoppable():
            while True:
                for one in kept:
                    one.see_to()
                look()
                time.sleep(_LOOK_EVERY_SECONDS)
    except _Stop:
        return 0
    except _KeepsEnding:
        return 1
    finally:
        _stop(kept)


class _Stop(BaseException):
    """A signal has asked us to stop."""


class _KeepsEnding(Exception):
    """A program ended too often to be started again."""


@dataclass
class _Kept:
    """One program, its process, and how often it has failed in a row."""

    program: Program
    say: Say
    process: "subprocess.Popen[bytes] | None" = None
    failures: int = 0
    since: float = field(default_factory=time.monotonic)

    def see_to(self) -> None:
        """Start it where it does not run and its pause is over.

        Raises:
            _KeepsEnding: it has ended too often.
        """
        if self.process is None:
            if time.monotonic() >= self.since:
                self._start()
        elif self.process.poll() is not None:
            self._note_end(self.process.returncode)

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def sweep(self) -> None:
        """Kill what is left of its group: a killed program does not stop its own children."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):  # macOS says the second of zombies
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _start(self) -> None:
        self.since = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  # our own programs
            self.program.command,
            start_new_session=True,  # an interrupt at the terminal comes through us
            preexec_fn=ends_with_parent(by=signal.SIGTERM),  # noqa: PLW1509  # no threads here
        )

    def _note_end(self, status: int) -> None:
        lived = time.monotonic() - self.since
        self.failures = 1 if lived > _GOOD_LIFE_SECONDS else self.failures + 1
        self.sweep()
        self.process = None
        name = self.program.name
        if self.failures == _TRIES:
            self.say(_("{name}接连退出，不再启动").format(name=name))
            raise _KeepsEnding
        pause = 2 ** (self.failures - 1)
        self.since = time.monotonic() + pause
        wording = _("{name}退出了（{status}），{pause} 秒后再启动")
        self.say(wording.format(name=name, status=status, pause=pause))


def _stop(kept: Sequence[_Kept]) -> None:
    for one in kept:
        one.ask_to_stop()
    end = time.monotonic() + _PATIENCE_SECONDS
    for one in kept:
        if one.process is not None:
            with suppress(subprocess.TimeoutExpired):
                one.process.wait(max(0, end - time.monotonic()))
        one.sweep()


@contextmanager
def _stoppable() -> Iterator[None]:
    """Raise ``_Stop`` here at the first signal to stop; further ones are ignored."""
    signals = (signal.SIGTERM, signal.SIGINT)

    def stop(*_: object) -> None:
        for name in signals:
            signal.signal(name, signal.SIG_IGN)
        raise _Stop

    for name in signals:
        signal.signal(name, stop)
    yield
