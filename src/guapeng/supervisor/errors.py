"""What the supervisor refuses, in words for the person at the terminal."""


class DatabaseRefused(RuntimeError):
    """The embedded database cannot be used; the message has the reason and a way out."""
