"""A list brought by the browser, from upload to the rows that came back."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.factories.world import Banner, actor
from tests.kernel.matters.test_api import signed_in

from guapeng.kernel.exchange import intake, jobs, runs
from guapeng.kernel.exchange.models import Mapping, Run
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.rules.models import Rule

PAGE = "/import/concerns/"
LIST = (
    "工单编号,标题,诉求内容,来电时间,联系电话\n"
    "A1,水管,门口水管漏水,2025-03-01 10:00,13812341234\n"
    "A2,停电,没有电,昨天,\n"
)


NOTHING = {f"column-{place}": "-" for place in range(5)}


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def desk(banner: Banner) -> Client:
    return signed_in(banner.dispatcher)


def upload(
    client: Client, content: str | bytes = LIST, name: str = "三月.csv", **given: str
) -> Any:
    data = content.encode() if isinstance(content, str) else content
    division = given.pop("division", None) or runs_division(client)
    file = SimpleUploadedFile(name, data)
    return client.post(PAGE, {"file": file, "source": "12345", "division": division} | given)


def runs_division(client: Client) -> str:
    form = client.get(PAGE).context["form"]
    return str(form.fields["division"].initial)


def settled(client: Client, **changes: str) -> str:
    """Upload the list and settle its columns as they were guessed; return the run's address."""
    address = upload(client).url
    form = client.get(address).context["form"]
    given = {name: field.initial for name, field in form.fields.items()}
    assert client.post(address, given | changes).status_code == 302
    return str(address)


def work() -> None:
    """Do what a worker does with the jobs that wait."""
    for job in ProcrastinateJob.objects.filter(task_name="exchange.take"):
        jobs.take(**job.args)


def test_list_travels_from_upload_to_result(desk: Client, tmp_path: Path) -> None:
    assert "还没有导入过" in desk.get(PAGE).content.decode()
    address = upload(desk).url
    columns = desk.get(address)
    page = columns.content.decode()
    assert "例：门口水管漏水；没有电" in page
    assert "“昨天”不是日期时间" in page
    assert "1381234" not in page

    address = settled(desk)
    assert "排队中" in desk.get(address).content.decode()
    work()

    page = desk.get(address).content.decode()
    assert "已完成" in page
    run = Run.objects.get(begun_at__isnull=False)
    assert (run.new, run.known, run.refused, run.done) == (1, 0, 1, 2)
    assert not runs.upload_of(run).exists()
    with scope.acting(SYSTEM):
        assert Matter.objects.get().title == "水管"


def test_refused_rows_are_fetched_and_the_journal_says_so(desk: Client, banner: Banner) -> None:
    address = settled(desk)
    work()

    answer = desk.get(f"{address}refused.xlsx")

    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet[2]][:4] == [
        3, "时间", "“昨天”不是日期时间，请写成 2026-03-02 14:05", "A2"
    ]  # fmt: skip
    assert answer["Cache-Control"] == "no-store"
    entry = Entry.objects.get(event="exchange.exported")
    assert (entry.says, entry.actor) == ("下载退回的1行", banner.dispatcher.person_id)
    assert Entry.objects.get(event="exchange.imported").actor == banner.dispatcher.person_id


def test_settled_columns_are_remembered_for_the_source(desk: Client) -> None:
    settled(desk, **{"column-1": "-"})
    work()

    assert Mapping.objects.get(source="12345").columns["标题"] == ""
    form = desk.get(upload(desk).url).context["form"]
    assert form.fields["column-1"].initial == "-"
    assert form.fields["column-2"].initial == "body"


WORDS = (
    "工单编号,诉求内容,类别,状态,来电时间\n"
    "A1,门口水管漏水,供水管,已办结,2025-03-01\nA2,没有水,供水管,待回访,2025-03-01\n"
    "A3,路灯不亮,路灯,办理中,2025-03-01\nA4,吵,供水管道,已办结,2025-03-01\n"
)


def columns_settled(client: Client, content: str = WORDS) -> str:
    address = str(upload(client, content).url)
    form = client.get(address).context["form"]
    answer = client.post(address, {name: field.initial for name, field in form.fields.items()})
    assert answer.url == f"{address}words/"
    return address


def asked(client: Client, address: str) -> dict[str, tuple[str, str]]:
    """What the page asks: by word, in how many rows it stands and what is proposed."""
    fields = client.get(f"{address}words/").context["form"].fields.values()
    return {str(one.label): (str(one.help_text), str(one.initial)) for one in fields}


def test_words_of_the_list_are_asked_for_and_remembered_for_the_source(
    desk: Client, banner: Banner
) -> None:
    address = columns_settled(desk)
    assert asked(desk, address) == {
        "已办结": ("2行", "closed"),
        "待回访": ("1行", ""),
        "办理中": ("1行", "open"),
        "供水管": ("2行 · 名称相近，请核对", "01001"),
        "路灯": ("1行", "-"),
        "供水管道": ("1行", "01001"),
    }

    given = {"status-0": "closed", "status-1": "closed", "status-2": "open"}
    given |= {"category-0": "01001", "category-1": "-", "category-2": "01001"}
    assert desk.post(f"{address}words/", given).url == address
    work()

    with scope.acting(SYSTEM):
        taken = [(one.state, one.category) for one in Matter.objects.order_by("opened_at", "id")]
    assert sorted(taken) == [
        ("closed", "01001"), ("closed", "01001"), ("closed", "01001"), ("reported", ""),
    ]  # fmt: skip
    assert Mapping.objects.get().labels["category"] == {
        "供水管": "01001", "路灯": "", "供水管道": "01001",
    }  # fmt: skip
    next_time = asked(desk, columns_settled(desk))
    assert (next_time["待回访"][1], next_time["路灯"][1]) == ("closed", "-")


def test_word_that_must_mean_something_is_not_passed_over(desk: Client) -> None:
    address = columns_settled(desk)

    answer = desk.post(f"{address}words/", {"status-0": "closed", "category-0": "-"})

    assert answer.status_code == 422
    assert Run.objects.get().begun_at is None


def test_rows_of_a_status_that_is_not_wanted_come_back(desk: Client) -> None:
    address = columns_settled(desk)
    form = desk.get(f"{address}words/").context["form"]
    given = {name: field.initial for name, field in form.fields.items()} | {"status-1": "-"}
    desk.post(f"{address}words/", given)
    work()

    run = Run.objects.get()
    assert (run.new, run.refused, run.unknown) == (3, 1, {})


def test_words_that_come_later_in_the_file_are_reported(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_WORDS_IN", 2)
    address = columns_settled(desk, WORDS.replace("路灯,办理中", "路灯,归口"))
    form = desk.get(f"{address}words/").context["form"]
    assert [str(one.label) for one in form.fields.values()] == ["已办结", "待回访", "供水管"]
    given = {"status-0": "closed", "status-1": "open", "category-0": "-"}
    desk.post(f"{address}words/", given)
    work()

    assert Run.objects.get().unknown == {"status": {"归口": 1}}
    page = desk.get(address).content.decode()
    assert "办理状态：没有指明意思的词" in page
    assert "归口" in page


def test_columns_can_be_changed_until_the_words_are_settled(desk: Client) -> None:
    address = columns_settled(desk)

    form = desk.get(address).context["form"]
    given = {name: field.initial for name, field in form.fields.items()}
    answer = desk.post(address, given | {"column-2": "-", "column-3": "-"})

    assert answer.url == address
    assert Run.objects.get().begun_at is not None
    assert desk.get(f"{address}words/").url == address


def test_samples_hide_numbers_that_lead_to_a_person(desk: Client) -> None:
    page = desk.get(upload(desk, "编号,内容\n1,请打13812341234\n").url).content.decode()

    assert "例：请打〔电话〕" in page


def test_columns_can_be_looked_at_before_they_are_settled(desk: Client) -> None:
    address = upload(desk).url

    page = desk.post(address, NOTHING | {"column-1": "body", "look": "yes"}).content.decode()

    assert "停电" in page
    assert "昨天”不是" not in page
    assert Run.objects.get().begun_at is None


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (NOTHING, "请指明哪一列是“内容／标题／类别”"),
        (NOTHING | {"column-1": "body", "column-2": "body"}, "只能有一列是“内容”"),
        (NOTHING | {"column-1": "nonsense"}, "nonsense"),
        ({}, "请指明哪一列是“内容／标题／类别”"),
    ],
)
def test_columns_that_cannot_be_are_refused_on_the_form(
    desk: Client, given: dict[str, str], reason: str
) -> None:
    answer = desk.post(upload(desk).url, given)

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert Run.objects.get().begun_at is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "文件是空的"),
        (b"\n,\n", "“三月.csv”是空的"),
        (b"PK\x03\x04", "读不了“三月.csv”"),
        (b"\x89PNG" + bytes(500), "读不了“三月.csv”"),
    ],
)
def test_file_that_is_no_table_is_refused_and_not_kept(
    desk: Client, content: bytes, reason: str, tmp_path: Path
) -> None:
    answer = upload(desk, content)

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert not Run.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_file_larger_than_the_rule_allows_is_refused(desk: Client) -> None:
    Rule.objects.filter(key="exchange.upload").update(value={"mb": 0})

    assert "文件超过0 MB" in upload(desk).content.decode()


def test_worker_that_was_killed_is_followed_by_one_that_goes_on(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from guapeng.kernel.exchange import running

    monkeypatch.setattr(running, "_BATCH", 1)
    address = settled(desk)
    monkeypatch.setattr(running, "_told", _killed)
    with pytest.raises(KeyboardInterrupt):
        work()
    cut = Run.objects.get(begun_at__isnull=False)
    Run.objects.filter(pk=cut.pk).update(seen_at=timezone.now() - dt.timedelta(minutes=3))
    assert "中断，会自动接着来" in desk.get(address).content.decode()

    monkeypatch.undo()
    work()

    done = Run.objects.get(pk=cut.pk)
    assert (done.new, done.known, done.refused) == (1, 0, 1)
    assert done.ended_at


def _killed(*_given: object) -> list[object]:
    raise KeyboardInterrupt


def test_import_that_cannot_go_on_says_why(desk: Client) -> None:
    address = settled(desk)
    runs.upload_of(Run.objects.get()).unlink()

    work()

    page = desk.get(address).content.decode()
    assert "没有完成" in page
    assert "上传的文件已不在" in page


def test_begun_twice_is_taken_once(desk: Client) -> None:
    address = settled(desk)
    desk.post(address, NOTHING | {"column-2": "body"})

    assert ProcrastinateJob.objects.filter(task_name="exchange.take").count() == 1
    work()
    work()
    assert Entry.objects.filter(event="exchange.imported").count() == 1


def test_file_that_is_not_wanted_is_deleted(desk: Client, tmp_path: Path) -> None:
    address = upload(desk).url

    assert desk.post(f"{address}drop/").url == PAGE
    assert not Run.objects.exists()
    assert list((tmp_path / "exchange").iterdir()) == []


def test_old_files_are_forgotten(desk: Client, tmp_path: Path) -> None:
    settled(desk)
    work()
    upload(desk)

    assert jobs.forget(at=timezone.now() + dt.timedelta(days=6)) == 0
    assert jobs.forget(at=timezone.now() + dt.timedelta(days=8)) == 2
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("dispatcher", 200),
        ("dispatch_lead", 200),
        ("grid_worker", 403),
        ("village_secretary", 403),
        ("department_officer", 403),
        ("petition_liaison", 403),
        ("system_admin", 403),
        (None, 403),
    ],
)
def test_lists_come_in_by_those_who_write_all_the_county(
    banner: Banner, role: str | None, status: int
) -> None:
    client = signed_in(actor(role, banner.county))

    assert client.get(PAGE).status_code == status
    brings_some = status == 200 or role == "grid_worker"  # who brings lists of households
    assert ('href="/import/"' in client.get("/").content.decode()) == brings_some


def test_visitor_is_asked_to_sign_in(banner: Banner) -> None:
    assert "/login" in Client().get(PAGE).url


def test_imports_of_others_are_not_shown(desk: Client, banner: Banner) -> None:
    address = settled(desk)
    work()
    other = signed_in(actor("dispatcher", banner.county))

    assert other.get(address).status_code == 404
    assert other.get(f"{address}refused.xlsx").status_code == 404
    assert "三月.csv" not in other.get(PAGE).content.decode()


def test_progress_comes_as_a_piece(desk: Client) -> None:
    address = settled(desk)

    piece = desk.get(address, headers={"HX-Request": "true"}).content.decode()

    assert piece.lstrip().startswith('<div id="progress"')
    assert 'hx-trigger="every 2s"' in piece
    assert 'http-equiv="refresh"' in desk.get(address).content.decode()


def test_queries_do_not_grow_with_the_imports(
    desk: Client, django_assert_num_queries: Any, banner: Banner
) -> None:
    upload(desk)
    desk.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        desk.get(PAGE)
    count = len(one)
    for _n in range(3):
        upload(desk)
    with django_assert_num_queries(count):
        desk.get(PAGE)


def test_unknown_kind_of_import_is_not_found(desk: Client) -> None:
    assert desk.get("/import/nonsense/").status_code == 404
