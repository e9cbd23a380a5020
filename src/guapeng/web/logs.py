"""How faults are told to the operator."""

import logging
import traceback
from typing import Any


class Places(logging.Formatter):
    """Tells of an error its kind and its places; its message may quote people's data."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's name
        """Return the places, outermost first, and the kind."""
        kind, _, frames = ei
        return "".join([*traceback.format_tb(frames), kind.__qualname__])
