import pytest
from hypothesis import given
from hypothesis import strategies as st

from guapeng.plain import codes
from guapeng.plain.codes import Kind, Level

TUQUAN = "152224000000"


def serials(digits: int, *, whole: bool = True):
    return st.integers(int(whole), 10**digits - 1).map(lambda number: f"{number:0{digits}d}")


def filled(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda found: "".join(found).ljust(12, "0"))


REGION = st.sampled_from(sorted(codes.REGIONS))
division_codes = st.one_of(
    filled(REGION),
    filled(REGION, serials(2)),
    filled(REGION, serials(2), serials(2)),
    filled(REGION, serials(2), serials(2, whole=False), serials(3)),
    filled(REGION, serials(2), serials(2, whole=False), serials(3), serials(3)),
    filled(REGION, serials(2), serials(2, whole=False), serials(3), serials(3), serials(3)),
)


@pytest.mark.parametrize(
    ("code", "level", "kind", "parent", "stem"),
    [
        ("150000000000", Level.REGION, Kind.REGION, None, "15"),
        ("152200000000", Level.CITY, Kind.CITY, "150000000000", "1522"),
        (TUQUAN, Level.COUNTY, Kind.COUNTY, "152200000000", "152224"),
        ("150102004000", Level.TOWNSHIP, Kind.SUBDISTRICT, "150102000000", "150102004"),
        ("152224102000", Level.TOWNSHIP, Kind.TOWN, TUQUAN, "152224102"),
        ("150430202000", Level.TOWNSHIP, Kind.TOWNSHIP, "150430000000", "150430202"),
        ("152224400000", Level.TOWNSHIP, Kind.QUASI_TOWNSHIP, TUQUAN, "152224400"),
        ("150102004001", Level.VILLAGE, Kind.COMMUNITY, "150102004000", "150102004001"),
        ("152224102217", Level.VILLAGE, Kind.VILLAGE, "152224102000", "152224102217"),
        ("152224102400", Level.VILLAGE, Kind.QUASI_COMMUNITY, "152224102000", "152224102400"),
        ("152224102500", Level.VILLAGE, Kind.QUASI_VILLAGE, "152224102000", "152224102500"),
        ("370102013006008", Level.GRID, Kind.GRID, "370102013006", "370102013006008"),
        ("370102013006901", Level.GRID, Kind.SPECIAL_GRID, "370102013006", "370102013006901"),
        ("441900003000", Level.TOWNSHIP, Kind.SUBDISTRICT, "441900000000", "441900003"),
        ("441900003007", Level.VILLAGE, Kind.COMMUNITY, "441900003000", "441900003007"),
    ],
)
def test_code_tells_level_kind_parent_and_stem(
    code: str, level: Level, kind: Kind, parent: str | None, stem: str
):
    assert codes.normalise(code) == code
    assert codes.level(code) is level
    assert codes.kind(code) is kind
    assert codes.parent(code) == parent
    assert codes.stem(code) == stem


@given(division_codes)
def test_code_lies_below_its_parent(code: str):
    parent = codes.parent(code)

    if parent is None:
        assert codes.level(code) is Level.REGION
    else:
        assert codes.normalise(parent) == parent
        assert codes.level(parent) < codes.level(code)
        assert code.startswith(codes.stem(parent))


@given(division_codes)
def test_normalise_fills_up_the_short_form(code: str):
    assert codes.normalise(codes.stem(code)) == code
    assert codes.normalise(code) == code


def test_normalise_reads_what_people_type():
    assert codes.normalise(" １５２２２４-102－217 ") == "152224102217"


@pytest.mark.parametrize(
    ("text", "fault", "message"),
    [
        ("15222A", codes.NotDigits, "区划代码只有数字，这里是“15222A”"),
        ("", codes.WrongLength, "区划代码应有2、4、6、9或12位数字，网格代码15位，这里有0位"),
        (
            "15222410",
            codes.WrongLength,
            "区划代码应有2、4、6、9或12位数字，网格代码15位，这里有8位",
        ),
        ("992224", codes.NoSuchRegion, "没有以“99”开头的区划代码"),
        ("150024000000", codes.LevelMissing, "区划代码“150024000000”缺少中间一级"),
        ("152224000217", codes.LevelMissing, "区划代码“152224000217”缺少中间一级"),
        ("150000102000", codes.LevelMissing, "区划代码“150000102000”缺少中间一级"),
        ("152224102000001", codes.LevelMissing, "区划代码“152224102000001”缺少中间一级"),
        ("152224102217000", codes.LevelMissing, "区划代码“152224102217000”缺少中间一级"),
    ],
)
def test_normalise_says_what_is_wrong(text: str, fault: type[Exception], message: str):
    with pytest.raises(fault) as refusal:
        codes.normalise(text)

    assert str(refusal.value) == message


def test_grid_code_continues_the_village():
    assert codes.grid_code("152224102217", 8) == "152224102217008"


@pytest.mark.parametrize(
    ("village", "serial"), [(TUQUAN, 1), ("152224102217", 0), ("152224102217", 1000)]
)
def test_grid_code_needs_a_village_and_three_digits(village: str, serial: int):
    with pytest.raises(ValueError, match="village"):
        codes.grid_code(village, serial)
