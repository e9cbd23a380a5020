"""The promises of the style sheets: contrast in every theme, sizes, weight."""

import gzip
import re
from itertools import chain
from pathlib import Path

import pytest

SHEETS = Path(__file__).parents[2] / "src" / "guapeng" / "web" / "static" / "web"
AA, AAA, EDGE = 4.5, 7.0, 3.0
GROUNDS = ("paper", "surface", "sunken")
TONES = ("waiting", "going", "done", "overdue", "quiet")
THEMES = {
    "light": ("tokens",),
    "dark": ("tokens", "dark"),
    "contrast": ("tokens", "contrast"),
    "contrast-dark": ("tokens", "dark", "contrast", "contrast-dark"),
}
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "vine") for ground in GROUNDS),
    *((tone, ground) for tone in TONES for ground in ("paper", "surface", f"{tone}-soft")),
    ("on-vine", "vine"),
    ("on-vine", "vine-deep"),
    ("vine-deep", "vine-soft"),
    ("ink", "vine-soft"),
    ("surface", "overdue"),
    *(("ink", f"{tone}-soft") for tone in TONES),
]


def tokens(theme: str) -> dict[str, str]:
    """Return the colours of a theme by name, later sheets over earlier ones."""
    pairs = (
        re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", (SHEETS / f"{sheet}.css").read_text())
        for sheet in THEMES[theme]
    )
    return dict(chain.from_iterable(pairs))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as WCAG 2 defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_stands_out_from_its_ground(theme: str, ink: str, ground: str) -> None:
    colours = tokens(theme)

    least = AAA if theme.startswith("contrast") else AA
    assert contrast(colours[ink], colours[ground]) >= least


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_edges_of_controls_and_the_focus_stand_out(theme: str, ground: str) -> None:
    colours = tokens(theme)

    assert contrast(colours["edge"], colours[ground]) >= EDGE
    assert contrast(colours["focus"], colours[ground]) >= EDGE


@pytest.mark.parametrize("theme", ["dark", "contrast", "contrast-dark"])
def test_theme_changes_tokens_and_nothing_else(theme: str) -> None:
    sheet = re.sub(r"/\*.*?\*/", "", (SHEETS / f"{theme}.css").read_text(), flags=re.DOTALL)
    known = set(re.findall(r"--[a-z-]+", (SHEETS / "tokens.css").read_text()))

    changed = set(re.findall(r"^\s*([a-z-]+):", sheet, flags=re.MULTILINE))
    assert changed <= known | {"color-scheme"}


def test_style_sheets_stay_under_14_kilobytes_on_the_way() -> None:
    sent = [gzip.compress(path.read_bytes()) for path in SHEETS.glob("*.css")]

    assert sum(map(len, sent)) < 14 * 1024


def test_colours_are_named_nowhere_but_in_the_tokens() -> None:
    loose = [
        f"{sheet}: {colour}"
        for sheet in ("base", "components")
        for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b", (SHEETS / f"{sheet}.css").read_text())
    ]

    # A QR code is black on white in every theme, and a selection is dark on the melon's green.
    assert loose == ["base: #12200f", "components: #fff", "components: #000"]
