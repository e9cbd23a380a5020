import gzip
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guapeng.apps.concerns.words import FIELDS
from guapeng.kernel.exchange import columns
from guapeng.kernel.exchange.tables import open_table

REAL = {
    "message_no,user,time,subject,body,up,down": "id,,time,subject,body,,",
    "mid,message_no,time,subject,body,label": ",id,time,subject,body,category",
    "mid,tokens,label,group": "id,body,category,",
    "message_no,time,subject,body,reply_time,reply": "id,time,subject,body,closed,result",
    "unique_key,created_date,closed_date,agency,complaint_type,descriptor": (
        "id,time,closed,unit,category,body"
    ),
    "borough,latitude,longitude,open_data_channel_type": "division,lat,lon,channel",
    "序号,工单编号,来电时间,办结时间,市民诉求内容（必填）,回复内容": ",id,time,closed,body,result",
    "应办结时间,办结时限,当前状态,承办单位,处理状态说明": ",,status,unit,",
    "公开答复内容,答复内容,community": ",result,",
    "所属乡镇,社 区,诉求人,诉求人联系电话,诉求人姓名": "division,division,name,phone,",
    "来电人电话,联系人手机号码": "phone,",
}
"""Headings of lists we have seen, and what each column means."""


@pytest.mark.parametrize(("headings", "wanted"), REAL.items())
def test_headings_of_real_lists_are_understood(headings: str, wanted: str) -> None:
    named = headings.split(",")

    guessed = columns.guess(named, FIELDS)

    assert [guessed.get(heading, "") for heading in named] == wanted.split(",")


@given(st.lists(st.sampled_from([word for field in FIELDS for word in field.words]), unique=True))
def test_no_column_has_two_meanings_and_single_fields_one_column(headings: list[str]) -> None:
    guessed = columns.guess(headings, FIELDS)

    assert set(guessed) <= set(headings)
    single = [field.key for field in FIELDS if not field.many]
    assert all(list(guessed.values()).count(key) <= 1 for key in single)


def test_no_word_stands_for_two_fields() -> None:
    words = [columns.signature([word]) for field in FIELDS for word in field.words]

    assert len(set(words)) == len(words)


@given(st.permutations(["工单编号", "诉求内容", "时间", ""]))
def test_source_is_the_same_whatever_the_order_of_the_columns(headings: list[str]) -> None:
    assert columns.signature(headings) == columns.signature(["时间", "工单编号", "诉求内容"])


def test_rows_keep_the_numbers_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress("台账\n\n编号,内容\n1,甲\n,\n2,\n3,丙,多\n".encode()))

    with open_table(path, fields=FIELDS) as table:
        lines = list(table.lines())

    assert table.headings == ["编号", "内容"]
    assert [(line.number, line.cells, line.more) for line in lines] == [
        (4, ["1", "甲"], []), (6, ["2", ""], []), (7, ["3", "丙"], ["多"]),
    ]  # fmt: skip


def test_lines_can_be_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("编号,内容\n" + "1,甲\n" * 50, "utf-8")

    with open_table(path, fields=FIELDS) as table:
        first = list(itertools.islice(table.lines(), 3))
        assert list(table.lines())[:3] == first
