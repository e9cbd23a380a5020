"""The server's settings: for the memory of the machine, for safety, and for quiet logs."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from guapeng.supervisor.place import Place

_MIB: Final = 1024 * 1024
_CONTROL_GROUP_LIMITS: Final = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def configuration(place: Place) -> str:
    """Return ``postgresql.conf`` for the machine as it is now.

    The operator's own go into ``local.conf`` beside it, and win.
    """
    folder = place.folder
    settings = {
        "hba_file": folder / "pg_hba.conf",
        "ident_file": folder / "pg_ident.conf",
        "listen_addresses": "",
        "unix_socket_directories": place.run,
        **for_memory(memory()),
        **_BEHAVIOUR,
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    return "\n".join([*lines, f"include = {_quoted(folder / 'local.conf')}", ""])


def for_memory(mib: int) -> dict[str, str]:
    """Return the settings that depend on memory, given in MiB.

    An eighth is the server's own cache: web workers, the job worker and the system's file cache
    live on the same machine.
    """
    return {
        "shared_buffers": f"{_within(64, mib // 8, 4096)}MB",
        "effective_cache_size": f"{mib // 2}MB",
        "work_mem": f"{_within(4, mib // 512, 64)}MB",
        "maintenance_work_mem": f"{_within(32, mib // 32, 1024)}MB",
    }


def memory() -> int:
    """Return the MiB that this machine or container has."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in _CONTROL_GROUP_LIMITS:
        with suppress(OSError, ValueError):  # no control groups, or "max"
            limits.append(int(path.read_text(encoding="ascii")))
    return min(limits) // _MIB


_BEHAVIOUR: Final = {
    # Pages are small and hot, disks are SSDs, statements too short to be worth compiling.
    "random_page_cost": "1.1",
    "jit": "off",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # Statements and the details of violated constraints may name people: never into the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}


def _within(least: int, value: int, most: int) -> int:
    return max(least, min(value, most))


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
