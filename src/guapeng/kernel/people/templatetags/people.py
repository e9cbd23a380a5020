"""What the sign-in pages need to know."""

import re
from typing import Final

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

register = template.Library()

# The first that occurs in what the browser says of itself; the order tells them apart.
_BROWSERS: Final = {
    "MicroMessenger": "微信",
    "Edg": "Edge",
    "HuaweiBrowser": "华为浏览器",
    "MiuiBrowser": "小米浏览器",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS: Final = {
    "HarmonyOS|OpenHarmony": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


@register.simple_tag
def mail_is_sent() -> bool:
    """Tell whether the instance sends e-mail."""
    return bool(settings.EMAIL_HOST)


@register.filter
def device(user_agent: str) -> str:
    """Return a browser's long name of itself as people know it: ``Android · 微信``."""
    found = (_first(_SYSTEMS, user_agent), _first(_BROWSERS, user_agent))
    return " · ".join(filter(None, found)) or _("其他设备")


def _first(names: dict[str, str], text: str) -> str:
    return next((said for sign, said in names.items() if re.search(sign, text)), "")
