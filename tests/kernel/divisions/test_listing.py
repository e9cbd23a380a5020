import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guapeng.kernel.divisions.listing import read_listing
from guapeng.plain import codes

COUNTY, TOWN, VILLAGE = "152224000000", "152224102000", "152224102217"


def rows(*given: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    columns = ("code", "name", "level", "parent", "kind")
    return [
        (number, dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False)))
        for number, cells in enumerate(given, start=2)
    ]


def problems(*given: tuple[str, ...], known: frozenset[str] = frozenset()) -> list[str]:
    return [str(problem) for problem in read_listing(rows(*given), known=known).problems]


def test_level_parent_and_kind_come_from_the_code() -> None:
    listing = read_listing(rows((VILLAGE, "东泉村"), (TOWN, "甲镇"), (COUNTY, "乙县")), known=())

    assert [(line.level, line.parent, line.kind_or_derived) for line in listing.lines.values()] == [
        (3, None, "county"),
        (4, COUNTY, "town"),
        (5, TOWN, "village"),
    ]


def test_kind_is_kept_as_the_list_words_it() -> None:
    listing = read_listing(rows((COUNTY, "乙县", "3", "", "旗")), known=())

    assert listing.lines[COUNTY].kind_or_derived == "旗"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (("15222A", "甲镇"), "第3行：区划代码只有数字，这里是“15222A”"),
        (("15222", "甲镇"), "第3行：区划代码应有2、4、6、9或12位数字，网格代码15位，这里有5位"),
        ((TOWN, ""), "第3行：没有名称"),
        ((TOWN, "甲镇", "5"), "第3行：级别写的是“5”，按代码应是4"),
        ((COUNTY, "丙县"), f"第3行：代码{COUNTY}与第2行重复"),
        ((VILLAGE, "东泉村"), f"第3行：上级{TOWN}不在文件里，也没有登记"),
        ((TOWN, "甲镇", "", VILLAGE), f"第3行：上级{VILLAGE}的级别不高于本级"),
        ((TOWN, "甲" * 101), "第3行：“甲甲甲甲甲甲甲甲甲甲…”超过100个字"),
    ],
)
def test_bad_row_is_told_by_its_number(cells: tuple[str, ...], told: str) -> None:
    assert problems((COUNTY, "乙县"), cells) == [told]


def test_all_bad_rows_are_told_in_order_and_those_below_a_refused_one_too() -> None:
    found = problems((COUNTY, "乙县"), (VILLAGE, "东泉村"), (TOWN, ""), ("1", "丙"))

    assert [text.split("：")[0] for text in found] == ["第3行", "第4行", "第5行"]


def test_parent_may_be_known_already() -> None:
    other = "152224102218"

    assert problems((VILLAGE, "东泉村"), (other, "西泉村"), known=frozenset({TOWN})) == []
    assert len(problems((VILLAGE, "东泉村"), (other, "西泉村"))) == 2


def serials(digits: int) -> st.SearchStrategy[str]:
    return st.integers(1, 10**digits - 1).map(lambda number: f"{number:0{digits}d}")


@settings(deadline=None)
@given(
    region=st.sampled_from(sorted(codes.REGIONS)),
    parts=st.tuples(serials(2), serials(2), serials(3), serials(3), serials(3)),
    data=st.data(),
)
def test_list_of_a_whole_branch_is_read_in_any_order(
    region: str, parts: tuple[str, ...], data: st.DataObject
) -> None:
    branch = [region]
    for part in parts:
        branch.append(branch[-1] + part)
    shuffled = data.draw(st.permutations(branch))

    listing = read_listing(rows(*((code, "某地") for code in shuffled)), known=())

    assert listing.problems == []
    assert list(listing.lines) == [code.ljust(12, "0") for code in branch]
    assert [line.parent for line in listing.lines.values()] == [None, *list(listing.lines)[:-1]]
