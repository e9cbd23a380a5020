import pytest
from hypothesis import given
from hypothesis import strategies as st

from guapeng.plain.text import Excerpt, excerpt, fold, grams, query_grams, similarity

han = st.sampled_from("东泉村路灯不亮了栏杆松动𠮷𬭊〇々")
sentences = st.text(st.one_of(han, st.sampled_from("aB3 ，。Ｗ\n")), max_size=60)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("东泉村3号楼，WiFi坏", ["东泉", "泉村", "3", "号楼", "wifi", "坏"]),
        ("路灯路灯", ["路灯", "灯路"]),
        ("１２３４５热线", ["12345", "热线"]),
        ("𠮷野家", ["𠮷野", "野家"]),
        ("葛\U000e0100城", ["葛城"]),
        ("ᠪᠠᠭᠠᠨ᠎ᠠ ᠰᠠᠢᠨ", ["ᠪᠠᠭᠠᠨᠠ", "ᠰᠠᠢᠨ"]),
        ("，。 \n_", []),
        ("", []),
    ],
)
def test_grams_are_pairs_of_ideographs_and_whole_words(text: str, found: list[str]):
    assert grams(text) == found


def test_query_grams_leave_out_lone_ideographs():
    assert query_grams("瓜") == []
    assert query_grams("泉村 3 坏") == ["泉村", "3"]


@given(sentences, st.text(han, max_size=8), sentences)
def test_query_grams_of_ideographs_are_in_every_text_that_holds_them(
    before: str, query: str, after: str
):
    assert set(query_grams(query)) <= set(grams(before + query + after))


@given(st.text())
def test_grams_do_not_depend_on_width_or_case(text: str):
    assert grams(text) == grams(fold(text))


def test_similarity_is_the_share_of_common_pairs():
    assert similarity("路灯不亮", "路灯坏了") == 1 / 5
    assert similarity("路灯不亮", "路灯不亮。") == 1.0
    assert similarity("路灯", "垃圾") == 0.0
    assert similarity("", "，") == 0.0


@given(sentences, sentences)
def test_similarity_is_the_same_both_ways(text: str, other: str):
    assert similarity(text, other) == similarity(other, text)
    assert 0.0 <= similarity(text, other) <= 1.0


def marked(quoted: Excerpt) -> list[str]:
    return [piece for piece, found in quoted.pieces if found]


def test_excerpt_quotes_around_the_first_place():
    text = "一" * 50 + "东门路灯\n不亮，路灯坏" + "二" * 50

    quoted = excerpt(text, "路灯", width=20)

    assert quoted.text == "…" + "一" * 3 + "东门路灯 不亮，路灯坏" + "二" * 6 + "…"
    assert quoted.marks == ((6, 8), (12, 14))
    assert marked(quoted) == ["路灯", "路灯"]


def test_excerpt_marks_every_word_of_the_query_in_any_width_and_case():
    assert marked(excerpt("３号楼的ＷiFi坏了，wifi！", "wifi 3号")) == ["３号", "ＷiFi", "wifi"]


def test_excerpt_without_a_place_quotes_the_beginning():
    assert excerpt("东泉村路灯不亮", "垃圾", width=4) == Excerpt("东泉村路…", ())
    assert excerpt("东泉村", "", width=4) == Excerpt("东泉村", ())


def test_excerpt_marks_characters_that_fold_to_several():
    assert marked(excerpt("共㎏计", "kg")) == ["㎏"]


@given(st.text(), st.text(), st.integers(1, 50))
def test_excerpt_is_a_part_of_the_text_with_marks_inside(text: str, query: str, width: int):
    quoted = excerpt(text, query, width=width)

    assert "".join(piece for piece, _ in quoted.pieces) == quoted.text
    assert len(quoted.text.strip("…")) <= width
    edges = [edge for mark in quoted.marks for edge in mark]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(quoted.text) for edge in edges)
