"""What happens by the clock: ``@every(seconds=60)`` or ``@daily(hour=3)`` in a part's ``jobs.py``.

The worker finds every ``jobs.py`` by its name. However many workers run, one of them takes each
turn; a turn that comes while the one before still waits is left out, and so is one that no worker
was there to take. A job must be harmless when it runs twice, or in two places at once: a worker
can be killed amid it, and a long one can meet the next.
"""

import datetime as dt
from collections.abc import Callable
from typing import Final

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

Job = Callable[..., object]

PREFIX: Final = "clock:"
_QUEUE: Final = "clock"
_TRIES: Final = 5
_KEPT_HOURS: Final = 30 * 24
_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR


def every(*, seconds: int) -> Callable[[Job], Job]:
    """Call the function, ``job(at=…)``, again and again.

    Raises:
        ValueError: the seconds do not divide a minute, the minutes an hour, or the hours a day.
    """
    return _register(_schedule(seconds))


def daily(*, hour: int) -> Callable[[Job], Job]:
    """Call the function, ``job(at=…)``, once a day at a full hour of the county's clock."""
    ahead = timezone.localtime().utcoffset() or dt.timedelta()
    return _register(f"0 {(hour - ahead // dt.timedelta(hours=1)) % 24} * * *")


def _register(schedule: str) -> Callable[[Job], Job]:
    def register(job: Job) -> Job:
        name = PREFIX + f"{job.__module__}.{job.__qualname__}".removeprefix("guapeng.")

        def turn(timestamp: int) -> None:  # noqa: ARG001  # when it was meant to be
            job(at=timezone.now())

        task = app.task(name=name, queueing_lock=name, queue=_QUEUE)(turn)
        app.periodic(cron=schedule)(task)
        return job

    return register


def _schedule(seconds: int) -> str:
    """Return the cron words, in UTC; the sixth, where there is one, counts seconds."""
    if seconds < _MINUTE and _MINUTE % seconds == 0:
        return f"* * * * * */{seconds}"
    if seconds < _HOUR and _HOUR % seconds == 0 and seconds % _MINUTE == 0:
        return f"*/{seconds // _MINUTE} * * * *"
    if seconds < _DAY and _DAY % seconds == 0 and seconds % _HOUR == 0:
        return f"0 */{seconds // _HOUR} * * *"
    raise ValueError(f"{seconds} seconds do not divide a minute, an hour or a day evenly")


@app.periodic(cron="* * * * *")
@app.task(name=PREFIX + "resume", queueing_lock=PREFIX + "resume", queue=_QUEUE, pass_context=True)
async def resume(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  # the same
    """Begin again the queued jobs whose worker was killed; after five tries they have failed.

    A turn of the clock is not begun again: the next one comes soon enough.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.queue == _QUEUE or job.attempts >= _TRIES:
            await manager.finish_job(job, Status.FAILED, delete_job=job.queue == _QUEUE)
        else:
            await manager.retry_job(job)


@app.periodic(cron="30 19 * * *")
@app.task(name=PREFIX + "forget", queueing_lock=PREFIX + "forget", queue=_QUEUE, pass_context=True)
async def forget(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  # the same
    """Delete failed jobs after a month; those that succeeded go at once."""
    await context.app.job_manager.delete_old_jobs(nb_hours=_KEPT_HOURS, include_failed=True)
