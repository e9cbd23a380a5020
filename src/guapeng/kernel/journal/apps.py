"""Registration of the journal."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The append-only, hash-chained journal."""

    name = "guapeng.kernel.journal"
    label = "journal"
