"""Commands that run the product: the web server and the job worker."""

import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Annotated, Any, Final

import typer

from guapeng.command.django import say
from guapeng.plain.terminal import _
from guapeng.supervisor import postgres
from guapeng.supervisor.processes import Program, keep_running

app = typer.Typer()

_DATABASE_EVERY_SECONDS: Final = 5
_JOBS_AT_ONCE: Final = 4  # a long import does not hold up the clock
_PATIENCE_SECONDS: Final = 3
_ME: Final = (sys.executable, "-m")

Host = Annotated[str, typer.Option(envvar="HOST", help="Address to listen on.")]
Port = Annotated[int, typer.Option(envvar="PORT", help="Port to listen on.", min=1, max=65535)]


@app.command()
def serve(
    *,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[
        int, typer.Option(help="Processes that answer requests; 0 is one a core.", min=0)
    ] = 0,
    with_worker: Annotated[
        bool, typer.Option(help="Run the job worker too: everything in one command.")
    ] = False,
) -> None:
    """Serve the product until it is stopped, by Ctrl-C or SIGTERM.

    A process that crashes is started again. Behind a proxy set GUAPENG_HOSTS, GUAPENG_ORIGINS and
    GUAPENG_HTTPS=on.

    Exit status: 0 stopped, 1 a process kept ending, 2 the port or the database cannot be had.

    Example: guapeng serve --with-worker --port 8001
    """
    require_free(host, port)
    collect_static_files()
    programs = [_web(host, port, workers or os.cpu_count() or 1)]
    if with_worker:
        programs.append(Program(_("任务进程"), (*_ME, "guapeng", "worker")))
    status = keep_running(programs, say=say, look=_watch(host, port))
    postgres.leave()
    raise typer.Exit(status)


@app.command()
def worker() -> None:
    """Tell people what happened, do what waits in the queue and what is due by the clock.

    Runs until it is stopped. Any number may run, on any number of hosts; one that is killed loses
    nothing, for the others do its work again.

    Exit status: 0 stopped, 2 the database cannot be had.

    Example: guapeng worker
    """
    from procrastinate.contrib.django import app as jobs  # after Django is set up

    from guapeng.kernel.notices.rounds import keep_delivering

    stop = Event()
    courier = Thread(target=keep_delivering, args=[stop], name="courier")
    courier.start()
    try:
        connector: Any = jobs.connector  # Django's, which has another for workers
        with jobs.replace_connector(connector.get_worker_connector()) as own:
            own.run_worker(
                concurrency=_JOBS_AT_ONCE,
                delete_jobs="successful",
                shutdown_graceful_timeout=_PATIENCE_SECONDS,
            )
    finally:
        stop.set()
        courier.join()


def collect_static_files() -> None:
    """Gather stylesheets, scripts and pictures under names that change with their content.

    Done again only where one is newer than the last gathering.
    """
    from django.conf import settings  # after Django is set up
    from django.contrib.staticfiles import finders
    from django.core.management import call_command

    gathered = Path(settings.STATIC_ROOT, "staticfiles.json")
    sources = (
        Path(storage.path(name))
        for finder in finders.get_finders()
        for name, storage in finder.list([])
    )
    newest = max(path.stat().st_mtime for path in sources)
    if not gathered.exists() or gathered.stat().st_mtime < newest:
        say(_("网页文件：收集"))
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def _web(host: str, port: int, workers: int) -> Program:
    where = ("--host", host, "--port", str(port))
    shape = ("--workers", str(workers), "--blocking-threads", "2", "--respawn-failed-workers")
    quiet = ("--no-ws", "--log-level", "warning")
    command = ("granian", "--interface", "wsgi", *where, *shape, *quiet)
    return Program(_("网页进程"), (*_ME, *command, "guapeng.config.wsgi:application"))


def _watch(host: str, port: int) -> Callable[[], None]:
    """Return what to do now and then: say when pages come, and keep the database there."""
    announced = False
    looked = time.monotonic()

    def look() -> None:
        nonlocal announced, looked
        if not announced and _answers(host, port):
            announced = True
            say(_("瓜棚开张：{url}").format(url=f"http://{_reachable(host)}:{port}/"))
        if time.monotonic() - looked > _DATABASE_EVERY_SECONDS:
            postgres.ensure_running(say=say)
            looked = time.monotonic()

    return look


def require_free(host: str, port: int) -> None:
    """Tell, and end with 2, where the port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            wording = _("不能在 {host}:{port} 上服务（{error}）；请用 PORT 或 HOST 另指")
            say(wording.format(host=host, port=port, error=error.strerror))
            raise typer.Exit(2) from None


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((_reachable(host), port), timeout=1):
            return True
    except OSError:
        return False


def _reachable(host: str) -> str:
    """Return an address by which this machine reaches a server that listens on ``host``."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
