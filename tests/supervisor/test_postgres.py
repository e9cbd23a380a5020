"""The embedded server, with real servers and programs that come, go and are killed."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from guapeng.supervisor import postgres
from guapeng.supervisor.accounts import SERVER_ACCOUNT
from guapeng.supervisor.locks import lock
from guapeng.supervisor.place import SHARED_FOLDER, Place
from tests.supervisor.programs import Program, answers, server, soon, tell

Start = Callable[..., Program]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="concerns root alone")


def test_database_made_for_every_script_and_checked_by_sums(home: Path, start: Start) -> None:
    start().is_in()

    assert tell(home, "SHOW server_encoding") == "UTF8"
    assert tell(home, "SHOW data_checksums") == "on"
    assert tell(home, "SELECT lower('ÄЖ') || left('瓜棚', 1)") == "äж瓜"


def test_role_of_the_product_is_bound_by_row_level_security(home: Path, start: Start) -> None:
    start().is_in()

    powers = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    assert tell(home, powers) is False
    assert tell(home, powers, role="postgres") is True


def test_server_listens_on_no_network(home: Path, start: Start) -> None:
    start().is_in()

    assert server(home).net_connections(kind="inet") == []


def test_socket_is_closed_to_strangers(home: Path, start: Start) -> None:
    start().is_in()

    assert stat.S_IMODE(Place(home).run.stat().st_mode) == 0o700


def test_programs_that_come_at_once_share_one_server(home: Path, start: Start) -> None:
    programs = [start() for _ in range(4)]

    assert all(program.is_in() for program in programs)

    on_this_folder = [
        found
        for found in psutil.process_iter(["cmdline"])
        if str(Place(home).data) in (found.info["cmdline"] or ())
    ]
    assert on_this_folder == [server(home)]


def test_server_stays_while_one_program_is_left(home: Path, start: Start) -> None:
    first, second = start(), start()
    assert first.is_in()
    assert second.is_in()
    began = server(home).create_time()

    assert first.end() == (0, "")

    assert answers(home)
    assert server(home).create_time() == began


def test_last_program_ends_after_the_server_has(home: Path, start: Start) -> None:
    program = start()
    program.is_in()

    assert program.end() == (0, "")

    assert server(home) is None
    assert not (Place(home).data / "postmaster.pid").exists()


def test_program_that_comes_while_the_server_stops_waits_and_starts_another(
    home: Path, start: Start
) -> None:
    start().end()
    stopping = lock(Place(home).users)  # as the guardian holds it meanwhile

    program = start()
    assert program.says() == "数据库：等待上一个服务停止"
    os.close(stopping)

    assert program.is_in()


def test_killed_program_leaves_no_server(home: Path, start: Start) -> None:
    program = start()
    program.is_in()

    program.kill()

    assert soon(lambda: server(home) is None, within=5)


def test_killed_guardian_leaves_no_server_and_is_replaced(home: Path, start: Start) -> None:
    program = start()
    program.is_in()

    server(home).parent().kill()

    assert soon(lambda: server(home) is None, within=5)
    assert program.comes_again()


def test_killed_server_comes_back_with_what_was_committed(home: Path, start: Start) -> None:
    start().is_in()
    tell(home, "CREATE TABLE kept AS SELECT 42 AS n")
    killed = server(home)

    killed.kill()

    assert soon(lambda: server(home) not in {None, killed} and answers(home))
    assert tell(home, "SELECT n FROM kept") == 42


def _killed_with_its_guardian(home: Path) -> None:
    killed, guardian = server(home), server(home).parent()
    guardian.suspend()
    killed.kill()
    guardian.kill()
    assert soon(lambda: server(home) is None)


def test_new_program_recovers_what_a_killed_server_left(home: Path, start: Start) -> None:
    start().is_in()
    tell(home, "CREATE TABLE kept AS SELECT 42 AS n")
    _killed_with_its_guardian(home)

    assert start().is_in()

    assert tell(home, "SELECT n FROM kept") == 42


@pytest.mark.parametrize("stranger", [["true"], ["sleep", "60"]], ids=["zombie", "stranger"])
def test_lock_file_that_names_another_process_keeps_no_server_away(
    home: Path, start: Start, stranger: list[str]
) -> None:
    start().is_in()
    _killed_with_its_guardian(home)
    account = SERVER_ACCOUNT if os.geteuid() == 0 else None  # PostgreSQL heeds only its own
    lock_file = Place(home).data / "postmaster.pid"
    _, *rest = lock_file.read_text().splitlines(keepends=True)

    with subprocess.Popen(stranger, user=account) as process:
        lock_file.write_text("".join([f"{process.pid}\n", *rest]))
        came_in = start().is_in()
        process.kill()

    assert came_in


def test_program_waits_for_a_silent_server_and_says_so(home: Path, start: Start) -> None:
    start().is_in()
    suspended = server(home)
    suspended.suspend()

    second = start()
    said = [second.says(), second.says()]
    suspended.resume()

    assert said[0] == "数据库：启动"
    assert said[1].startswith("数据库：已等 ")
    assert second.is_in()


def test_data_of_another_major_version_are_refused_with_a_way_out(home: Path, start: Start) -> None:
    start().end()
    version = Place(home).data / "PG_VERSION"
    version.write_text("17\n")

    program = start()

    assert not program.is_in()
    status, complaint = program.end()
    assert status == 1
    assert "里是 PostgreSQL 17 的数据，本程序带的是 PostgreSQL 18" in complaint
    assert "guapeng database dump" in complaint


def test_server_that_cannot_start_is_told_with_its_own_words(home: Path, start: Start) -> None:
    start().end()
    (Place(home).folder / "local.conf").write_text("no_such_setting = 1\n")

    program = start()

    assert not program.is_in()
    assert 'unrecognized configuration parameter "no_such_setting"' in program.end()[1]


def test_server_that_lets_nobody_in_is_told_with_its_own_words(home: Path, start: Start) -> None:
    start().is_in()
    tell(home, "ALTER ROLE guapeng NOLOGIN", role="postgres")

    program = start()

    assert not program.is_in()
    assert 'role "guapeng" is not permitted to log in' in program.end()[1]


def test_half_made_database_is_made_again(home: Path, start: Start) -> None:
    fresh = home.parent / "fresh"
    (fresh / "pg" / "data.making" / "base").mkdir(parents=True)

    assert start(fresh).is_in()

    assert not (fresh / "pg" / "data.making").exists()


@pytest.mark.parametrize(
    "name", ["数据 目录, 'quoted'", "-".join(["long"] * 30)], ids=["odd characters", "long"]
)
def test_data_folder_may_have_any_name(home: Path, start: Start, name: str) -> None:
    odd = home.rename(home.parent / name)

    assert start(odd).is_in()

    assert answers(odd)
    assert str(Place(odd).data) in server(odd).cmdline()


@as_root
def test_folder_for_the_socket_that_a_stranger_made_is_refused(home: Path, start: Start) -> None:
    odd = home.parent / "名"
    odd.mkdir()
    squatted = Place(odd).run
    squatted.mkdir()
    os.chown(squatted, 12345, 12345)

    program = start(odd)

    assert not program.is_in()
    assert f"{squatted} 是别人建立的" in program.end()[1]
    squatted.rmdir()


@as_root
def test_root_leaves_the_server_to_another_account(home: Path, start: Start) -> None:
    start().is_in()

    assert server(home).username() == SERVER_ACCOUNT


@as_root
def test_root_may_keep_the_data_folder_where_only_root_can_walk(home: Path, start: Start) -> None:
    private = home.parent / "private"
    private.mkdir(mode=0o700)
    program = start(private)

    assert program.is_in()

    apart = (private / "pg").resolve()
    assert apart.parent == SHARED_FOLDER
    assert server(private).username() == SERVER_ACCOUNT
    program.end()
    shutil.rmtree(apart)


@as_root
def test_data_folder_of_another_user_is_refused(home: Path, start: Start) -> None:
    os.chown(home, 12345, 12345)

    program = start()

    assert not program.is_in()
    assert "属于 用户号 12345，现在的用户是 root" in program.end()[1]


def test_database_url_is_taken_as_it_is_and_nothing_started(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = home.parent / "elsewhere"
    monkeypatch.setenv("GUAPENG_HOME", str(elsewhere))
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/guapeng")

    postgres.ensure_running()

    assert postgres.database_url() == "postgresql://elsewhere/guapeng"
    assert not elsewhere.exists()
