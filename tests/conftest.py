"""The suite's scene, and its database server, which every test process joins."""

import pytest

from guapeng.supervisor import postgres
from tests.factories import world

postgres.ensure_running(say=lambda _: None)


@pytest.fixture
def banner(db: None) -> world.Banner:
    return world.banner()
