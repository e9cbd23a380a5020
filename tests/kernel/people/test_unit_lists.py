"""Units and their duties, brought by a file."""

import datetime as dt
from pathlib import Path

import pytest
from tests.factories.world import MONDAY, Banner

from guapeng.kernel.people.models import Body, Duty
from guapeng.kernel.people.unit_lists import BadRows, import_bodies, import_duties

TODAY = MONDAY.date()

pytestmark = pytest.mark.django_db


def written(folder: Path, *lines: str) -> Path:
    path = folder / "list.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_units_are_found_again_by_place_and_name(banner: Banner, tmp_path: Path) -> None:
    head = "名称,简称,类别,值班电话"
    path = written(
        tmp_path, head, "某旗林业和草原局,林草局,部门,0479-4221234", "某苏木,某苏木,township,"
    )
    assert import_bodies(path, on=TODAY) == (2, 0, 0)

    path = written(
        tmp_path, head, "某旗林业和草原局,林草局,部门,0479-4229999", "某苏木,某苏木,township,"
    )
    assert import_bodies(path, on=TODAY) == (0, 1, 1)

    unit = Body.objects.get(short_name="林草局")
    assert (unit.division, unit.phone) == (banner.county, "0479-4229999")


def test_changed_duty_begins_today_and_the_old_one_is_kept(banner: Banner, tmp_path: Path) -> None:
    head, unit = "body,number,title,kind,basis", banner.water.short_name
    first = written(tmp_path, head, f"{unit},SL-01,水管维护,公共服务,条例")
    assert import_duties(first, on=TODAY - dt.timedelta(days=30)) == (1, 0, 0)

    second = written(tmp_path, head, f"{unit},SL-01,水管和水井维护,公共服务,条例")
    assert import_duties(second, on=TODAY) == (0, 1, 0)
    assert import_duties(second, on=TODAY) == (0, 0, 1)

    lines = Duty.objects.filter(body=banner.water, number="SL-01").order_by("valid")
    assert [(line.title, line.valid.upper) for line in lines] == [
        ("水管维护", TODAY),
        ("水管和水井维护", None),
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (",林草局,,", "没有填“name”"),
        ("林业局,林草局,军队,", "没有“军队”这种单位"),
        ("林业局,林草局,,999", "没有代码为999的区划"),
    ],
)
def test_bad_row_is_told_and_nothing_is_taken(
    banner: Banner, tmp_path: Path, line: str, says: str
) -> None:
    path = written(tmp_path, "name,short_name,kind,division", "某局,某局,,", line)

    with pytest.raises(BadRows, match="第3行") as refusal:
        import_bodies(path, on=TODAY)

    assert says in str(refusal.value)
    assert not Body.objects.filter(name="某局").exists()
