import json

import pytest
from django.db import connection
from tests.kernel.journal.test_verify import unguarded, write
from typer.testing import CliRunner

from guapeng.command.app import app
from guapeng.kernel.journal.models import Entry

pytestmark = pytest.mark.django_db

RUN = CliRunner()


def test_verify_of_an_intact_journal_ends_with_0() -> None:
    write(2)

    ended = RUN.invoke(app, ["verify", "--json"])

    assert ended.exit_code == 0
    assert json.loads(ended.stdout) == {"intact": True, "lines": 2}


def test_verify_of_a_changed_journal_ends_with_1_and_names_the_line() -> None:
    write(3)
    with unguarded():
        Entry.objects.filter(seq=2).update(says="别的话")

    told, as_json = RUN.invoke(app, ["verify"]), RUN.invoke(app, ["verify", "--json"])

    assert (told.exit_code, as_json.exit_code) == (1, 1)
    assert "2" in told.stderr
    assert json.loads(as_json.stdout) == {"intact": False, "seq": 2, "fault": "changed"}


def test_verify_of_a_journal_that_cannot_be_read_ends_with_2() -> None:
    with connection.cursor() as cursor:
        cursor.execute("alter table journal_entry rename to journal_gone")

    ended = RUN.invoke(app, ["verify"])

    assert ended.exit_code == 2
    assert ended.stdout == ""
