"""A hotline's list brought by a dispatcher, at a desk and on a phone, with scripts and without."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.live_server_helper import LiveServer

from guapeng.kernel.exchange import jobs
from tests.browser.conftest import Opened, axe
from tests.factories.world import Banner
from tests.kernel.matters.test_api import signed_in

HEAD = "工单编号,标题,诉求内容,类别,来电时间,地点,来电人,联系电话,紧急程度,处理单位"
GOOD = "GD{n},水管漏水,门口水管漏水三天,供水管道,2025-03-{n:02} 10:00,乙嘎查三组,某人,,一般,水利局"
BAD = "GD90,停电,没有电,用电,昨天,甲苏木,某人,,紧急,电力局"
SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def site(live_server: LiveServer, settings: Any, tmp_path: Path) -> str:
    settings.HOME = tmp_path
    return live_server.url


@pytest.fixture
def cookie(committed_banner: Banner, site: str) -> Iterator[dict[str, str]]:
    client = signed_in(committed_banner.dispatcher)
    yield {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}
    ProcrastinateJob.objects.filter(task_name="exchange.take").delete()


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def work() -> None:
    for job in ProcrastinateJob.objects.filter(task_name="exchange.take"):
        jobs.take(**job.args)


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("scripts", [True, False])
def test_list_is_uploaded_settled_and_taken(
    visit: Opened, cookie: dict[str, str], tmp_path: Path, size: str, *, scripts: bool
) -> None:
    rows = [HEAD, *(GOOD.format(n=n) for n in range(1, 9)), BAD]
    (tmp_path / "三月.csv").write_text("\n".join(rows), encoding="gb18030")
    page = visit("/accounts/login/", size=size, java_script_enabled=scripts)
    page.context.add_cookies([cookie])  # type: ignore[list-item]

    page.goto("/import/")
    _fair(page, f"imports-{size}", scripts=scripts)
    page.get_by_label("表格文件").set_input_files(tmp_path / "三月.csv")
    page.get_by_label("来源").fill("12345热线")
    page.get_by_role("button", name="上传").click()

    expect(page.get_by_role("heading", name="各列是什么")).to_be_visible()
    expect(page.get_by_label("诉求内容")).to_have_value("body")
    expect(page.get_by_label("处理单位")).to_have_value("unit")
    expect(page.get_by_text("“昨天”不是日期时间")).to_be_visible()
    _fair(page, f"columns-{size}", scripts=scripts)
    page.get_by_role("button", name="下一步").click()

    expect(page.get_by_role("heading", name="原系统的词是什么意思")).to_be_visible()
    expect(page.get_by_label("用电")).to_have_value("-")
    expect(page.get_by_label("供水管道")).to_be_hidden()
    page.get_by_text("认得的词：1个").click()
    expect(page.get_by_label("供水管道")).to_have_value("01001")
    _fair(page, f"words-{size}", scripts=scripts)
    page.get_by_role("button", name="开始导入").click()

    expect(page.get_by_text("排队中")).to_be_visible()
    _fair(page, f"waiting-{size}", scripts=scripts)
    work()
    expect(page.get_by_text("已完成")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("link", name="下载退回的行")).to_be_visible()
    _fair(page, f"done-{size}", scripts=scripts)
    page.goto("/import/")
    expect(page.get_by_role("link", name="三月.csv")).to_be_visible()
    _fair(page, f"list-{size}", scripts=scripts)


def _fair(page: Page, name: str, *, scripts: bool) -> None:
    """No barrier that axe knows, and nothing wider than the screen."""
    shot(page, name)
    if scripts:
        assert axe(page) == []
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0
