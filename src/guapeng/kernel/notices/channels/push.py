"""Web push: to browsers that agreed, through the servers of whoever made the browser.

Those servers see nothing but enciphered bytes; even inside stands only that something waits.
"""

import base64
import datetime as dt
import re
from collections.abc import Collection, Iterator
from fnmatch import fnmatch
from functools import cache
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import orjson
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from py_vapid import Vapid
from pywebpush import WebPushException, webpush

from guapeng.kernel.notices.channels import Gone, Letter, Way, channel
from guapeng.kernel.notices.models import Subscription
from guapeng.kernel.rules import queries as rules
from guapeng.supervisor.secrets import instance_secret

_PATIENCE_SECONDS: Final = 10
_KEPT_SECONDS: Final = 24 * 60 * 60  # by the push service, for a device that is off
_HOST: Final = re.compile(r"[A-Za-z0-9.:-]+")
_ORDER_OF_P256: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def public_key() -> str:
    """Return the key by which browsers know the instance (RFC 8292), in URL-safe base 64."""
    raw = _key().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def is_known(endpoint: str, *, on: dt.date) -> bool:
    """Tell whether the address is one of a push service's, and not somewhere in our own network."""
    parts = urlsplit(endpoint)
    services = rules.value("notices.push_services", on=on)["services"]
    return bool(_HOST.fullmatch(parts.netloc)) and any(
        fnmatch(f"{parts.scheme}://{parts.netloc}", service) for service in services
    )


def _ways(person_ids: Collection[int]) -> Iterator[Way]:
    for one in Subscription.objects.filter(person_id__in=person_ids):
        address = {"endpoint": one.endpoint, "p256dh": one.p256dh, "auth": one.auth}
        yield Way(person_id=one.person_id, address=address, device_id=one.pk)


@channel("push", label=_("推送到设备"), ways=_ways, is_ready=lambda: True)
def send(letter: Letter) -> None:
    """Send the letter; the topic lets service and device keep the newest of each matter alone.

    Raises:
        Gone: the browser has given the subscription up.
        WebPushException: the service refused it.
    """
    keys = {name: letter.address[name] for name in ("p256dh", "auth")}
    try:
        webpush(
            {"endpoint": letter.address["endpoint"], "keys": keys},
            data=_payload(letter),
            vapid_private_key=_key(),
            vapid_claims={"sub": f"mailto:{settings.DEFAULT_FROM_EMAIL}"},
            headers={"Topic": letter.topic, "Urgency": "high" if letter.urgent else "normal"},
            ttl=_KEPT_SECONDS,
            timeout=_PATIENCE_SECONDS,
            requests_session=_session(),
        )
    except WebPushException as refusal:
        if refusal.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            raise Gone from None
        raise


def _payload(letter: Letter) -> str:
    says = {"title": letter.words, "body": letter.number, "url": letter.url, "tag": letter.topic}
    return orjson.dumps(says).decode()


def _session() -> requests.Session:
    session = requests.Session()
    session.max_redirects = 0  # a service does not send us elsewhere
    return session


@cache
def _key() -> Vapid:
    """Return the instance's signing key, made from its secret ``push``."""
    secret = base64.urlsafe_b64decode(instance_secret("push") + "=")
    number = int.from_bytes(secret) % (_ORDER_OF_P256 - 1) + 1
    return Vapid(ec.derive_private_key(number, ec.SECP256R1()))
