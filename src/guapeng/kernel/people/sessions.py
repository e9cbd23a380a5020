"""Sessions in the database, as Django keeps them; one question finds a session and whose it is."""

from functools import cache
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

from guapeng.kernel.people.models import Account, BrowserSession, account_of, account_query


class SessionStore(db.SessionStore):
    """Django's own, but for the one question that every request asks.

    Attributes:
        account: whose session it is, with ``held_today``; read with it, None before and without.
    """

    account: Account | None = None

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        """Return the table of sessions."""
        return BrowserSession

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Return the row, which knows the account that the session's own data name."""
        row: Any = super().create_model_instance(data)
        row.account_id = data.get(SESSION_KEY)
        return row

    def load(self) -> dict[str, Any]:
        """Return what the session holds; an unknown or ended one loses its key and is empty."""
        with connection.cursor() as cursor:
            given = [timezone.localdate(), self.session_key, timezone.now()]
            cursor.execute(_with_account(), given)
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        if row[-1] is not None:
            self.account = account_of(row[1:])
        kept: dict[str, Any] = self.decode(row[0])
        return kept


@cache
def _with_account() -> str:
    return f"""
select session.session_data, whose.* from people_browsersession session
left join lateral ({account_query("session.account_id")}) whose on true
where session.session_key = %s and session.expire_date > %s
"""  # noqa: S608  # ours
