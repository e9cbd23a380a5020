"""Field work on a telephone of three years ago: first load, data of the grid, saving; throttled.

A grid of 500 households with an outline of 800 points, eight neighbours and twenty patrol places is
served by the product's own server; headless Chromium, with a telephone's screen, works four times
slower and sees the network through DevTools' "Slow 4G" (180 kB/s down, 84 kB/s up, 563 ms there and
back). Measured are

* the bytes that arrive for the page with all it is made of, and for the data, as compressed;
* the time from asking for the page until it can be used, for the first time and when it is kept,
  with the network and without;
* the time from pressing 保存 until the record is on the disk, without and with a photograph;
* the processor time of the server for all the data, for none of it having changed, and for a batch
  of thirty visits.

    python bench/field.py --runs 5
"""

import argparse
import io
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

os.environ["GUAPENG_MODE"] = "demo"  # no second factor between the browser and the page
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from scratch import empty, usual

PORT = 8104
SITE = f"http://127.0.0.1:{PORT}"
HOUSEHOLDS = 500
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 180_000,
    "uploadThroughput": 84_375,
}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
USABLE = "() => document.documentElement.dataset.ready === 'yes'"
LISTED = "() => document.querySelector('[data-part=visits] li a')?.offsetParent"


def fill() -> None:
    """Make the grid, if it is not there, and who works in it."""
    import datetime as dt

    import shapely
    from django.db.backends.postgresql.psycopg_any import DateRange
    from django.utils import timezone

    from guapeng.apps.concerns.models import Category
    from guapeng.apps.grids.models import PatrolPlace
    from guapeng.kernel.divisions.models import Division
    from guapeng.kernel.people import actions, scope
    from guapeng.kernel.people.actors import SYSTEM
    from guapeng.kernel.people.models import Account, Household, Post
    from guapeng.kernel.rules.shipped import load_shipped

    if Account.objects.filter(username="bench").exists():
        return
    load_shipped()
    now, always = timezone.now(), DateRange(dt.date(2020, 1, 1), None)

    def division(level: int, code: str, parent: Any = None, shape: Any = None) -> Any:
        made = Division.objects.create(
            scheme="bench",
            code=code,
            level=level,
            name=f"{code[-3:]}号",
            parent=parent,
            valid=always,
        )
        made.lineage = [*(parent.lineage if parent else ()), made.pk]
        made.outline = shape and shapely.to_wkb(shape)
        made.save()
        return made

    county = division(3, "150999000000")
    village = division(5, "150999200201", division(4, "150999200000", county))
    round_ = [shapely.Point(120 + 0.02 * n, 43).buffer(0.01, quad_segs=200) for n in range(9)]
    grids = [division(6, f"150999200201{n + 1:03}", village, one) for n, one in enumerate(round_)]
    for n in range(48):
        Category.objects.create(code=f"{n:05}", name=f"第{n}类事项", urgency=3)
    with scope.acting(SYSTEM):
        actions.enter_households(
            (
                actions.Dwelling(
                    uid=uuid.uuid4(),
                    division_id=grids[0].pk,
                    address=f"额尔敦宝力格花园小区{n // 36 + 1}号楼{n % 3 + 1}单元{n % 36}室",
                    kind=Household.Kind.ORDINARY,
                    members=n % 5 + 1,
                    since=dt.date(2015, 1, 1),
                )
                for n in range(HOUSEHOLDS)
            ),
            by=SYSTEM,
            at=now,
        )
        for n in range(20):
            PatrolPlace.objects.create(
                uid=uuid.uuid4(), division=grids[0], name=f"{n}号井", lon=120, lat=43, valid=always
            )
    person = actions.enrol(at=now, name="网格员")
    Account.objects.create_account(username="bench", person=person, password=uuid.uuid4().hex)
    Post.objects.create(person=person, role="grid_worker", division=grids[0], valid=always)


def session() -> str:
    """Return the cookie of somebody who is signed in."""
    from django.test import Client

    from guapeng.kernel.people.models import Account

    client = Client()
    client.force_login(
        Account.objects.get(username="bench"), "django.contrib.auth.backends.ModelBackend"
    )
    return client.cookies["sessionid"].value


@contextmanager
def served() -> Iterator[None]:
    """Serve the product while the block runs."""
    command = [sys.executable, "-m", "guapeng", "serve", "--port", str(PORT), "--workers", "1"]
    with subprocess.Popen(command, env=os.environ, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(SITE)
            yield
        finally:
            server.terminate()


def wait_for(address: str) -> None:
    """Wait until the server answers."""
    from urllib.request import urlopen

    for _ in range(300):
        try:
            urlopen(address, timeout=5)  # noqa: S310  # our own
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server did not come")


class Telephone:
    """A browser with a telephone's screen, pace and network; counts what arrives."""

    def __init__(self, browser: Any, cookie: str) -> None:
        self.context = browser.new_context(base_url=SITE, locale="zh-CN", **PHONE)
        self.context.add_cookies([{"name": "sessionid", "value": cookie, "url": SITE}])
        self.bytes: dict[str, int] = defaultdict(int)
        self.requests = 0
        self.page = self.context.new_page()
        cdp = self.context.new_cdp_session(self.page)
        cdp.send("Network.enable")
        cdp.send("Network.emulateNetworkConditions", SLOW_4G)
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        names: dict[str, str] = {}
        cdp.on(
            "Network.requestWillBeSent",
            lambda e: names.update({e["requestId"]: e["request"]["url"]}),
        )
        cdp.on("Network.loadingFinished", lambda e: self._count(names.get(e["requestId"], ""), e))

    def _count(self, url: str, event: dict[str, Any]) -> None:
        self.bytes["data" if "/carried/" in url else "page"] += int(event["encodedDataLength"])
        self.requests += 1

    def opened(self, until: str) -> float:
        """Open the page; return the seconds until something holds, by the page's own clock."""
        self.page.goto("/field/", wait_until="commit")
        self.page.wait_for_function(until, polling="raf", timeout=60_000)
        return float(self.page.evaluate("performance.now()")) / 1000

    def saved(self, photo: bytes | None) -> float:
        """Write a visit; return the seconds from pressing until it is kept."""
        self.page.evaluate("location.hash = 'today'")
        self.page.locator("[data-part=visits] li a").first.click()
        self.page.fill("#found", "一切都好，要办一张老年证。")
        if photo:
            shot = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo}
            self.page.set_input_files("input[name=photos]", [shot])
            self.page.wait_for_selector("[data-photos-list] li")
        self.page.evaluate(
            """() => { const status = document.getElementById("status");
                status.replaceChildren();
                document.querySelector("[data-save]").addEventListener("click", () => {
                    globalThis.pressed = performance.now(); }, { capture: true, once: true });
                new MutationObserver((_, watch) => { globalThis.kept = performance.now();
                    watch.disconnect(); }).observe(status, { childList: true }); }"""
        )
        self.page.locator("[data-save]").click()
        self.page.wait_for_function("() => globalThis.kept > globalThis.pressed")
        return float(self.page.evaluate("globalThis.kept - globalThis.pressed")) / 1000


def costs(runs: int) -> None:
    """Print what the server spends, application and database, in ms."""
    import datetime as dt

    from django.test import Client

    from guapeng.kernel.people import scope
    from guapeng.kernel.people.actors import SYSTEM
    from guapeng.kernel.people.models import Account, Household

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(
        Account.objects.get(username="bench"), "django.contrib.auth.backends.ModelBackend"
    )
    with scope.acting(SYSTEM):
        homes = [str(uid) for uid in Household.objects.values_list("uid", flat=True)[:30]]
    packed = {"Accept-Encoding": "gzip"}
    known = packed | {"If-None-Match": client.get("/field/carried/", headers=packed)["ETag"]}
    day = str(dt.datetime.now(tz=dt.UTC).date())

    def batch() -> None:
        sent = [
            {"id": str(uuid.uuid4()), "kind": "visit", "household": home, "on": day, "found": "好"}
            for home in homes
        ]
        answer = client.post("/field/sync/", {"records": sent}, content_type="application/json")
        assert {one["state"] for one in answer.json()["answers"]} == {"taken"}

    for name, run, times in (
        ("all the data", lambda: client.get("/field/carried/", headers=packed), 10 * runs),
        ("nothing new", lambda: client.get("/field/carried/", headers=known), 10 * runs),
        ("thirty visits", batch, runs),
    ):
        spent = usual(run, times=times)
        print(f"{name}: {spent['cpu']:.1f} + {spent['database']:.1f} ms")


def picture() -> bytes:
    """Return a photograph as a telephone takes it: 12 megapixels, three megabytes."""
    import numpy as np
    from PIL import Image

    noise = np.random.default_rng(1).integers(0, 255, (750, 1000, 3), dtype=np.uint8)
    whole = io.BytesIO()
    Image.fromarray(noise).resize((4000, 3000)).save(whole, "JPEG", quality=88)
    return whole.getvalue()


def main() -> None:
    """Measure, and print the middle of the runs."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--fresh", action="store_true", help="make the database anew")
    given = asked.parse_args()
    empty("bench_field", fresh=given.fresh)
    fill()
    cookie, photo = session(), picture()
    costs(given.runs)
    from playwright.sync_api import sync_playwright

    times: dict[str, list[float]] = defaultdict(list)
    with served(), sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for _ in range(given.runs):
            phone = Telephone(browser, cookie)
            times["first, page usable"].append(phone.opened(USABLE))
            phone.page.wait_for_function(LISTED)
            times["first, list there"].append(
                float(phone.page.evaluate("performance.now()")) / 1000
            )
            weight, requests = dict(phone.bytes), phone.requests
            phone.page.wait_for_timeout(8000)  # the worker keeps the page
            times["saved"].append(phone.saved(None))
            times["saved with a photograph"].append(phone.saved(photo))
            times["again, list there"].append(phone.opened(LISTED))
            phone.context.set_offline(True)
            times["without network, list there"].append(phone.opened(LISTED))
            phone.context.close()
        browser.close()
    print(f"page {weight['page']:,} bytes, data {weight['data']:,} bytes, {requests} requests")
    for name, seconds in times.items():
        print(f"{name}: {median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})")


if __name__ == "__main__":
    main()
