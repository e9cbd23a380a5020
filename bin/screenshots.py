"""Take the pictures of the documents from a running demo.

    bin/screenshots http://127.0.0.1:8000

Signs in by role, visits each page as a phone and as a desk, and keeps what is seen under
``docs/images``, in few colours: at most 120 KB each, at most 1.2 MB together.

Exit status: 0 all kept, 1 a picture or all of them are too large.
"""

import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
MOST_BYTES: Final = 120_000
MOST_BYTES_ALL: Final = 1_200_000
COLOURS: Final = (128, 64, 32)

SIZES: Final[dict[str, dict[str, Any]]] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
        "device_scale_factor": 1.5,
    },
    "desk": {"viewport": {"width": 1280, "height": 800}},
}
# What is shown, who looks (nobody: without signing in), and where.
SHOTS: Final = (
    ("report", "", "/report/"),
    ("board", "", "/board/"),
    ("map", "", "/map/"),
    ("statistics", "", "/statistics/"),
    ("matter", "resident", "/inbox/raised/"),
    ("me", "resident", "/me/"),
    ("desk", "dispatcher", "/desk/"),
    ("inbox", "housing", "/inbox/"),
    ("plan", "secretary", "/grids/plans/"),
    ("field", "grid", "/field/"),
    ("field-map", "grid", "/field/#map"),
)
ON_PHONES: Final = frozenset({"field", "field-map"})


def main(base: str) -> None:
    """Take all pictures and say what they weigh."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    sizes = {}
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for name, taken in _all(browser, base):
            (FOLDER / name).write_bytes(taken)
            sizes[name] = len(taken)
            print(f"{name} {len(taken):,}")
        browser.close()
    heavy = [name for name, size in sizes.items() if size > MOST_BYTES]
    if heavy or sum(sizes.values()) > MOST_BYTES_ALL:
        sys.exit(f"screenshots: too large: {', '.join(heavy) or sum(sizes.values())}")


def _all(browser: Browser, base: str) -> Iterator[tuple[str, bytes]]:
    for size, screen in SIZES.items():
        for name, role, address in SHOTS:
            if name in ON_PHONES and size != "phone":
                continue
            context = browser.new_context(
                base_url=base, locale="zh-CN", timezone_id="Asia/Shanghai", **screen
            )
            page = context.new_page()
            if role:
                _sign_in(page, role)
            _visit(page, name, address)
            yield f"{name}-{size}.png", _in_few_colours(page.screenshot())
            context.close()


def _sign_in(page: Page, role: str) -> None:
    page.goto("/accounts/login/")
    page.locator(f"button[name=role][value={role}]").click()
    page.locator(".chip, [href='/inbox/']").first.wait_for(state="attached")


def _visit(page: Page, name: str, address: str) -> None:
    page.goto(address, wait_until="networkidle")
    if name == "matter":
        page.locator("[data-row]").first.click()
        page.locator(".timeline").wait_for()
    if name == "plan":
        page.locator(".card a[href*='/grids/plans/']").first.click()
        page.locator(".gridmap .area").first.wait_for()
    if name == "field":
        page.locator("[data-part=visits]").wait_for()
    if name == "field-map":
        page.locator(".field-map .own").first.wait_for()
    if name == "map":
        page.locator(".leaflet-container .count").first.wait_for()


def _in_few_colours(taken: bytes) -> bytes:
    """Return the picture with as many colours as its size allows."""
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    for colours in COLOURS:
        kept = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
        if kept.tell() <= MOST_BYTES:
            break
    return kept.getvalue()


if __name__ == "__main__":
    match sys.argv[1:]:
        case [address]:
            main(address)
        case _:
            sys.exit("Usage: bin/screenshots http://127.0.0.1:8000")
