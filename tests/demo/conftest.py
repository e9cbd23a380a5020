"""A small demo banner, loaded once for all tests of a module and taken back after them."""

import datetime as dt
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction

from guapeng.demo import banner
from guapeng.demo.recipe import Recipe, Scale
from guapeng.demo.signing_in import BACKEND

AT = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)  # a Tuesday, ten in the morning
TINY = Scale(concerns=8, whistles=2, residents=12, past=20)


def quiet(_name: str) -> AbstractContextManager[Any]:
    """A phase that nobody watches."""
    return nullcontext(lambda _done, _total: None)


def load(*, seed: int = 1, phase: banner.Phase = quiet) -> None:
    banner.load(Recipe(AT, seed, TINY), phase=phase)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo_mode(settings: LazySettings) -> LazySettings:
    settings.DEMO = True
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, BACKEND]
    return settings
