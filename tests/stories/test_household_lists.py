"""A list of households by the browser: columns, preview, refused rows; and the file back."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.factories import accounts
from tests.factories.world import Banner

from guapeng.apps.grids.models import LedgerChange
from guapeng.kernel.exchange import jobs
from guapeng.kernel.exchange.models import Run
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import Household, Person

PAGE = "/import/households/"
LIST = (
    "序号,详细地址,户别,家庭人口,身份证号码,民族\n"
    "1,1号楼101,农户,3人,150999199001011234,汉\n"
    "2,2浩特5号,牧户,,,\n"
    "3,1号楼 101,农户,4,,\n"
    "4,,农户,2,,\n"
    "5,1号楼103,贫困户,2,,\n"
    "6,1号楼104,农户,好多,,\n"
)


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def keeper(banner: Banner) -> Person:
    return accounts.enter("keeper", "grid_worker", banner.grid, name="乌兰")


def imported(client: Client) -> Run:
    """Upload the list, settle the columns as they were guessed, and do what a worker does."""
    form = client.get(PAGE).context["form"]
    given = {
        "file": SimpleUploadedFile("住户.csv", LIST.encode()),
        "source": "",
        "division": form.fields["division"].initial,
    }
    address = client.post(PAGE, given).url
    page = client.get(address)
    assert "150999199001011234" not in page.content.decode()
    columns = {name: field.initial for name, field in page.context["form"].fields.items()}
    assert list(columns.values()) == ["-", "address", "kind", "members", "-", "-"]
    assert client.post(address, columns).status_code == 302
    for job in ProcrastinateJob.objects.filter(task_name="exchange.take"):
        jobs.take(**job.args)
    return Run.objects.latest("uploaded_at")


def test_list_is_entered_in_the_keepers_own_name(banner: Banner, keeper: Person) -> None:
    run = imported(accounts.sign_in(keeper))

    assert (run.new, run.known, run.refused) == (2, 1, 3)
    with scope.acting(SYSTEM):
        found = Household.objects.order_by("address")
        homes = list(found.values_list("address", "kind", "members"))
        changes = set(LedgerChange.objects.values_list("by", "source", "title"))
    assert homes == [("1号楼101", "ordinary", 3), ("2浩特5号", "herding_household", None)]
    assert changes == {(keeper.pk, "list", "第一网格 网格员")}


def test_refused_rows_come_back_with_their_reasons(banner: Banner, keeper: Person) -> None:
    client = accounts.sign_in(keeper)
    run = imported(client)

    answer = client.get(f"{PAGE}{run.pk}/refused.xlsx")

    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    told = [[cell.value for cell in row[:3]] for row in sheet.iter_rows(min_row=2)]
    assert told == [
        [5, "住址", "请填写住址，不超过200字"],
        [6, "户别", "没有这一户别"],
        [7, "人数", "人数应为1至99，不清楚的留空"],
    ]


def test_same_list_twice_enters_nobody_twice(banner: Banner, keeper: Person) -> None:
    client = accounts.sign_in(keeper)
    imported(client)

    again = imported(client)

    assert (again.new, again.known, again.refused) == (0, 3, 3)


@pytest.mark.parametrize("role", ["grid_leader", "village_secretary", "dispatcher", "resident"])
def test_who_does_not_keep_the_ledger_brings_no_list(banner: Banner, role: str) -> None:
    client = accounts.sign_in(accounts.enter("other", role, banner.village))
    assert client.get(PAGE).status_code == 403


def test_keeper_of_a_ledger_brings_no_concerns(banner: Banner, keeper: Person) -> None:
    client = accounts.sign_in(keeper)
    assert client.get("/import/concerns/").status_code == 403
    assert client.get("/import/").url == PAGE


def test_file_holds_addresses_and_nobodys_name(banner: Banner, keeper: Person) -> None:
    client = accounts.sign_in(keeper)
    imported(client)
    secretary = accounts.sign_in(accounts.enter("sec", "village_secretary", banner.village))
    here = f"/households/grid/{banner.grid.code}/file/?format=csv"

    for reader in (client, secretary):
        lines = b"".join(reader.get(here).streaming_content).decode("utf-8-sig").splitlines()
        assert lines[0] == "网格,网格代码,住址,户别,人数,入住日期"
        assert [line.split(",")[2:5] for line in lines[1:]] == [
            ["1号楼101", "普通户", "3"],
            ["2浩特5号", "牧户", ""],
        ]
    assert Entry.objects.filter(event="exchange.exported").count() == 2
    township = accounts.sign_in(accounts.enter("town", "township_leader", banner.township))
    assert township.get(here).status_code == 403
