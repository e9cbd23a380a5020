"""How a person likes pages to look: theme, contrast, elder mode.

Kept in a cookie, so that it works without an account and the server draws the page right at once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final

from django.http import HttpRequest, HttpResponse, QueryDict

COOKIE: Final = "guapeng_look"
YEAR: Final = 365 * 24 * 60 * 60
CHOICES: Final = {
    "theme": ("auto", "light", "dark"),
    "contrast": ("auto", "more"),
    "elder": ("off", "on"),
}
_IF_DARK: Final = {"auto": "(prefers-color-scheme: dark)", "light": "not all", "dark": "all"}
_IF_MORE: Final = {"auto": "(prefers-contrast: more)", "more": "all"}


@dataclass(frozen=True)
class Look:
    """One person's choice. ``auto`` follows the device."""

    theme: str = "auto"
    contrast: str = "auto"
    elder: str = "off"

    @property
    def dark_media(self) -> str:
        """The media query under which the dark tokens apply."""
        return _IF_DARK[self.theme]

    @property
    def contrast_media(self) -> str:
        """The media query under which the high-contrast tokens apply."""
        return _IF_MORE[self.contrast]

    @property
    def dark_contrast_media(self) -> str:
        """The media query under which both apply."""
        queries = [query for query in (self.dark_media, self.contrast_media) if query != "all"]
        return "not all" if "not all" in queries else " and ".join(queries) or "all"

    def changed(self, given: QueryDict) -> Look:
        """Return the look with the valid choices of a submitted form; others stay."""
        choices = {name: given.get(name) for name in CHOICES}
        return replace(self, **{k: v for k, v in choices.items() if v and v in CHOICES[k]})

    def keep(self, response: HttpResponse) -> None:
        """Store the look in the visitor's browser for a year."""
        value = ".".join(getattr(self, field.name) for field in fields(self))
        response.set_cookie(COOKIE, value, max_age=YEAR, samesite="Lax", httponly=True)


def look_of(request: HttpRequest) -> Look:
    """Return the look the request's cookie asks for; anything unknown counts as the default."""
    said = request.COOKIES.get(COOKIE, "").split(".")
    names = [field.name for field in fields(Look)]
    return Look(
        **{k: v for k, v in zip(names, said, strict=False) if v in CHOICES[k]},
    )
