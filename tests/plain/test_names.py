import pytest
from hypothesis import given
from hypothesis import strategies as st

from guapeng.plain.names import normal_name, query_key, search_keys, sort_key

han = st.sampled_from("阿拉腾巴根那额尔登达来赛音朝格图单曾乐覃重解𠮷𬭊䶮张伟")
names = st.lists(han, min_size=1, max_size=12).map("".join)


def finds(query: str, name: str) -> bool:
    return query_key(query) in search_keys(name)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("张　伟", "张伟"),
        (" 阿拉腾 • 巴根 ", "阿拉腾·巴根"),
        ("阿拉腾．巴根", "阿拉腾·巴根"),
        ("阿拉腾・巴根‧那", "阿拉腾·巴根·那"),
        ("Ｊ. Ｓｍｉｔｈ  Li", "J. Smith Li"),
        ("\u200b李\ufeff", "李"),
        ("ᠪᠠᠭᠠᠨ᠎ᠠ", "ᠪᠠᠭᠠᠨ᠎ᠠ"),
        ("𠮷野", "𠮷野"),
    ],
)
def test_normal_name_is_one_form_of_all_spellings(typed: str, normal: str):
    assert normal_name(typed) == normal


@given(st.text())
def test_normal_name_is_the_same_done_twice(name: str):
    assert normal_name(normal_name(name)) == normal_name(name)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("alatengbagenna", "阿拉腾巴根那"),
        ("Alateng", "阿拉腾·巴根那"),
        ("altbgn", "阿拉腾巴根那"),
        ("bagen", "阿拉腾巴根那"),
        ("bgn", "阿拉腾巴根那"),
        ("巴根", "阿拉腾•巴根那"),
        ("腾·巴", "阿拉腾巴根那"),
        ("zhaogetu", "赛音朝格图"),
        ("chaogetu", "赛音朝格图"),
        ("shan", "单雄信"),
        ("ledanzengjie", "乐单曾解"),
        ("zengguo", "曾国藩"),
        ("lübu", "吕布"),
        ("lvbu", "吕布"),
        ("𠮷", "𠮷野"),
        ("Smith", "J. Smith"),
        ("ᠰᠠᠢᠨ", "ᠰᠠᠢᠨ ᠪᠠᠶᠠᠷ"),
    ],
)
def test_search_finds_a_name_by_any_part(query: str, name: str):
    assert finds(query, name)


@pytest.mark.parametrize(
    ("query", "name"), [("lateng", "巴根那"), ("engbagen", "阿拉腾巴根那"), ("伟张", "张伟")]
)
def test_search_does_not_find_what_is_not_there(query: str, name: str):
    assert not finds(query, name)


@given(names, st.data())
def test_search_finds_every_part_of_every_name(name: str, data: st.DataObject):
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))

    assert finds(name[start:end], name)


@given(st.lists(han, min_size=13, max_size=100).map("".join), st.data())
def test_search_finds_a_long_name_by_a_long_part(name: str, data: st.DataObject):
    start = data.draw(st.integers(0, len(name) - 1))

    assert finds(name[start:], name)


@given(st.lists(han, min_size=1, max_size=100).map("".join))
def test_search_keys_stay_few_and_short_enough_to_store(name: str):
    parts = sum(min(12, len(name) - start) for start in range(len(name)))
    most_readings_of_a_part = 9 + 2 * 12

    keys = search_keys(name)

    assert len(keys) <= parts * (1 + 2 * most_readings_of_a_part)
    assert max(map(len, keys)) <= 12 * len("zhuang")


def test_sort_key_orders_by_pinyin_and_tone_then_by_character():
    names_in_order = ["阿拉腾巴根那", "额尔登达来", "李伟", "林伟", "张维", "张伟", "张玮"]

    assert sorted(sorted(names_in_order), key=sort_key) == names_in_order


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("单雄信", "shan4 xiong2 xin4 单雄信"),
        ("查娜", "cha2 na4 查娜"),
        ("阿拉腾•巴根", "a1 la1 teng2 ba1 gen1 阿拉腾·巴根"),
        ("", ""),
    ],
)
def test_sort_key_reads_surnames_as_surnames(name: str, key: str):
    assert sort_key(name) == key
