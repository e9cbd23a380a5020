"""Ways out of the product, each a plug-in: a decorated function that sends one letter.

::

    @channel("sms", label=_("短信"), ways=phones, is_ready=has_gateway)
    def send(letter: Letter) -> None: ...

A module of this package (or of an app) that is imported from an ``AppConfig.ready`` is all that a
new channel takes; WeCom and SMS come this way. What the product itself shows needs no channel.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise

Text = str | Promise


class Gone(Exception):
    """The address is no more, and will not come back."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a channel reaches a person: an address, and the device where there may be several."""

    person_id: int
    address: Mapping[str, str]
    device_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What leaves the county: that something waits, its number, and where to read it.

    Attributes:
        id: the same whenever the letter is sent again.
        topic: the same for all letters about one thing, of which only the newest matters; at most
            32 letters, digits, ``-`` or ``_``.
        words: the sentence, without anything personal.
        url: the path of the page.
        number: of the matter; may be empty.
        urgent: danger to life.
        address: where to, as the channel's ``ways`` gave it.
    """

    id: str
    topic: str
    words: str
    url: str
    number: str
    urgent: bool
    address: Mapping[str, str]


Send = Callable[[Letter], None]
Ways = Callable[[Collection[int]], Iterable[Way]]


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A way out.

    Attributes:
        key: stable; stands in deliveries and preferences.
        label: its name on the settings page.
        ways: from person ids to how they can be reached now; one query.
        is_ready: whether this instance has what the channel needs.
        send: sends one letter, in a thread without database. Raises ``Gone`` when the address is
            no more; anything else that it raises is tried again later.
    """

    key: str
    label: Text
    ways: Ways
    is_ready: Callable[[], bool]
    send: Send


_CHANNELS: Final[dict[str, Channel]] = {}


def channel(
    key: str, *, label: Text, ways: Ways, is_ready: Callable[[], bool]
) -> Callable[[Send], Send]:
    """Register the decorated function as the channel ``key``."""

    def register(send: Send) -> Send:
        _CHANNELS[key] = Channel(key=key, label=label, ways=ways, is_ready=is_ready, send=send)
        return send

    return register


def ready() -> dict[str, Channel]:
    """Return the channels that this instance can use, by key."""
    return {key: one for key, one in _CHANNELS.items() if one.is_ready()}
