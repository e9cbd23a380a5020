import datetime as dt
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest
from tests.concerns.cases import FIELDS, cases

from guapeng.apps.concerns import classify
from guapeng.apps.concerns.classify.figures import Figures
from guapeng.apps.concerns.classify.grams import letters
from guapeng.apps.concerns.classify.model import save
from guapeng.apps.concerns.classify.modelfile import ModelUnreadable
from guapeng.apps.concerns.classify.themes import shipped_themes
from guapeng.apps.concerns.classify.training import TooFewLabels, train

THEMES = Path(classify.__file__).with_name("themes.toml")
AT = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)


WORDS = [(word, label) for label, words in FIELDS.items() for word in words.split()]


def learn(
    given: list[tuple[str, str]], known: list[tuple[str, str]] | None = None
) -> tuple[classify.Model, Figures]:
    return train(given, known=known or [], at=AT, advance=lambda *_: None)


def right(model: classify.Model, asked: list[tuple[str, str]]) -> float:
    suggested = model.suggest([text for text, _ in asked])
    return np.mean([one.label == label for one, (_, label) in zip(suggested, asked, strict=True)])


@pytest.fixture(scope="module")
def model() -> classify.Model:
    return learn(cases(400))[0]


def test_texts_that_were_not_learned_from_are_told_apart(model: classify.Model) -> None:
    new = cases(200, seed=2)

    suggested = model.suggest([text for text, _ in new])

    assert [one.label for one in suggested] == [label for _, label in new]


def test_figures_are_those_of_texts_not_seen() -> None:
    by_chance = [
        (text, label) for (text, _), (_, label) in zip(cases(400), cases(400, seed=3), strict=True)
    ]

    _, figures = learn(by_chance)

    assert figures.macro_f1 < 0.4
    assert sum(one.texts for one in figures.labels) == 400


def test_confidence_is_how_often_it_is_right() -> None:
    model, figures = learn(cases(2000, doubt=0.4))
    new = cases(2000, seed=9, doubt=0.4)

    suggested = model.suggest([text for text, _ in new])

    right = np.mean([one.label == label for one, (_, label) in zip(suggested, new, strict=True)])
    promised = np.mean([one.confidence for one in suggested])
    assert abs(right - promised) < 0.05
    assert figures.calibration_error < 0.05


def test_reasons_are_words_of_the_text_that_the_label_is_about(model: classify.Model) -> None:
    text = "请领导看看：3栋的自来水，管网老是漏水！"

    (suggested,) = model.suggest([text])

    assert suggested.label == "供水"
    assert all(reason in text for reason in suggested.reasons)
    assert {"漏水", "自来水", "管网"} & set(suggested.reasons)
    assert not {"请领导", "看看"} & set(suggested.reasons)


def test_reasons_are_quoted_as_they_were_written(model: classify.Model) -> None:
    text = "ＡＢ 小区 停水 　 水管 Ⅲ区"

    (suggested,) = model.suggest([text])

    assert all(reason in text for reason in suggested.reasons)
    assert any("停水" in reason for reason in suggested.reasons)


def test_runners_up_are_less_likely_and_all_chances_are_shares(model: classify.Model) -> None:
    (suggested,) = model.suggest(["停水，老师也没有工资"])

    chances = [suggested.confidence, *(chance for _, chance in suggested.runners_up)]
    assert chances == sorted(chances, reverse=True)
    assert 0 < sum(chances) <= 1.0001
    assert suggested.label not in {label for label, _ in suggested.runners_up}


@pytest.mark.parametrize("text", ["", "  \n", "！？……", "\0", "ᠮᠣᠩᠭᠣᠯ"])
def test_text_with_nothing_known_gets_no_suggestion(model: classify.Model, text: str) -> None:
    assert model.suggest([text]) == [classify.Suggestion("", 0.0, (), ())]


def test_split_text_is_told_like_written_text(model: classify.Model) -> None:
    written, split = model.suggest(["自来水停水，水管漏水。", "自来水 停水 水管 漏水"])

    assert (written.label, written.confidence) == (split.label, split.confidence)


def test_text_gets_the_same_whatever_stands_beside_it(model: classify.Model) -> None:
    texts = [text for text, _ in cases(600, seed=5)]

    alone = [model.suggest([text])[0].label for text in texts]

    assert [one.label for one in model.suggest(texts)] == alone


def test_two_labels_are_enough() -> None:
    given = [case for case in cases(200) if case[1] in ("供水", "学校")]

    model, _ = learn(given)

    assert [one.label for one in model.suggest(["停水了水管漏水", "老师补课"])] == ["供水", "学校"]


def test_label_with_one_example_is_learned_and_spoils_nothing() -> None:
    model, figures = learn([*cases(300), ("有人办无证网吧，半夜打游戏", "网吧")])

    suggested = model.suggest(["无证网吧半夜打游戏", "停水了水管漏水"])

    assert [one.label for one in suggested] == ["网吧", "供水"]
    assert next(one for one in figures.labels if one.label == "网吧").texts == 1


def test_hundreds_of_labels_with_few_examples_are_told_apart() -> None:
    kinds = [f"{chr(0x4E00 + 37 * i)}{chr(0x5E00 + 53 * i)}" for i in range(150)]
    given = [(f"反映{kind}的问题，{'希望处理' * n}", kind) for kind in kinds for n in range(4)]

    model, _ = learn(given)

    suggested = model.suggest([f"又有{kind}" for kind in kinds])
    assert np.mean([one.label == kind for one, kind in zip(suggested, kinds, strict=True)]) > 0.95


def test_word_that_no_case_had_tells_by_its_theme() -> None:
    transport = ["出租车拒载", "打表绕路", "的士太贵", "黑车载客", "网约车议价", "司机拒载绕路"]
    medicine = ["医院误诊", "护士态度不好", "门诊排队", "医生收红包", "病房漏雨", "手术失败"]
    model, _ = learn([(text, "交通") for text in transport] + [(text, "卫生") for text in medicine])

    suggested = model.suggest(["坐滴滴顺风车", "卫生院急诊没人"])

    assert [one.label for one in suggested] == ["交通", "卫生"]
    assert {"滴滴", "顺风车"} & set(suggested[0].reasons)


def test_few_cases_tell_more_if_it_is_known_what_labels_are_about() -> None:
    few, new = cases(12), cases(400, seed=2)

    alone, with_it = learn(few)[0], learn(few, WORDS)[0]

    assert right(alone, new) < 0.9
    assert right(with_it, new) > 0.98


def test_what_is_known_is_enough_to_begin() -> None:
    model, figures = learn([], WORDS)

    assert right(model, cases(400, seed=2)) > 0.9
    assert figures.summary == {"macro_f1": 0.0, "accuracy": 0.0, "calibration_error": 0.0}


def test_label_that_no_case_had_is_suggested_by_what_is_known() -> None:
    model, _ = learn(cases(100), [("养老金 退休手续 退休证", "养老")])

    assert [one.label for one in model.suggest(["退休证怎么办", "停水"])] == ["养老", "供水"]


def test_nothing_is_judged_by_what_is_known() -> None:
    _, figures = learn(cases(200), [*WORDS, ("养老金", "养老")])

    assert sum(one.texts for one in figures.labels) == 200
    assert figures.macro_f1 > 0.98  # the label without a case is no failure


def test_name_of_a_label_tells_what_it_is_about() -> None:
    given = [
        ("坏了三天", "路灯照明"),
        ("又坏了", "路灯照明"),
        ("收了两回", "物业收费"),
        ("乱收", "物业收费"),
    ]

    model, _ = learn(given)

    assert [one.label for one in model.suggest(["路灯", "物业"])] == ["路灯照明", "物业收费"]


def test_digits_of_a_code_tell_nothing() -> None:
    given = [
        (text, {"供水": "01001", "道路": "01002"}.get(label, "02")) for text, label in cases(80)
    ]

    model, _ = learn(given)

    assert "01001" not in model.suggest(["01001"])[0].reasons


def test_heading_tells_more_than_what_stands_below(model: classify.Model) -> None:
    below = "老师和学生都说学费太贵，食堂不好"

    headed, run_on = model.suggest([f"停水了，水管漏水\n{below}", f"停水了，水管漏水。{below}"])

    assert headed.label == "供水"
    assert headed.confidence > dict([(run_on.label, run_on.confidence), *run_on.runners_up])["供水"]


def test_every_shipped_word_is_found_where_it_stands() -> None:
    listed = tomllib.loads(THEMES.read_text())
    words = {word for field in listed.values() for text in field.values() for word in text.split()}
    batch = letters(sorted(words))

    found, themes, fields = shipped_themes().places(batch)

    whole = (batch.ranks[found.first] == 0) & (
        found.length == np.bincount(batch.rows)[batch.rows[found.first]]
    )
    assert whole.sum() == len(words)
    assert len(np.unique(themes.index)) == sum(map(len, listed.values()))
    assert len(np.unique(fields.index)) == len(listed)


def test_one_label_cannot_be_learned() -> None:
    with pytest.raises(TooFewLabels):
        learn([("停水", "供水"), ("没水", "供水")])


def test_four_cases_are_enough_to_begin() -> None:
    model, _ = learn([("停水", "供水"), ("水管漏水", "供水"), ("路灯", "道路"), ("坑洼", "道路")])

    assert model.suggest(["水管"])[0].label == "供水"


def test_same_cases_give_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save(learn(cases(300))[0], tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_saved_model_suggests_the_same(model: classify.Model, tmp_path: Path) -> None:
    save(model, tmp_path / "model.npz")
    texts = [text for text, _ in cases(100, seed=8)]

    loaded = classify.load(tmp_path / "model.npz")

    labels = [one.label for one in model.suggest(texts)]
    assert [one.label for one in loaded.suggest(texts)] == labels
    assert set(loaded.labels) == set(FIELDS)


def test_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    save(learn(cases(100))[0], path)
    first = classify.load(path)
    assert classify.load(path) is first

    time.sleep(0.02)
    save(learn(cases(120))[0], path)

    assert classify.load(path) is not first


def test_file_holds_no_text_of_anybody(tmp_path: Path) -> None:
    save(learn([*cases(300), ("张三丰说水管漏水", "供水")])[0], tmp_path / "model.npz")

    with np.load(tmp_path / "model.npz", allow_pickle=False) as stored:
        assert all(stored[name].dtype.kind in "uf" for name in stored)
        assert "张三丰" not in stored["header"].tobytes().decode()


@pytest.mark.parametrize("damage", ["cut", "flipped", "foreign", "empty", "relabelled"])
def test_damaged_or_foreign_file_is_refused(
    model: classify.Model, tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "model.npz"
    save(model, path)
    content = path.read_bytes()
    match damage:
        case "cut":
            path.write_bytes(content[: len(content) // 2])
        case "flipped":
            middle = len(content) // 2
            path.write_bytes(
                content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
            )
        case "foreign":
            np.savez(path, weights=np.ones(3))
        case "empty":
            path.write_bytes(b"")
        case "relabelled":
            with np.load(path) as stored:
                arrays = {name: stored[name] for name in stored}
            header = arrays["header"].tobytes().decode().replace("供水", "供电").encode()
            np.savez(path, **(arrays | {"header": np.frombuffer(header, np.uint8)}))

    with pytest.raises(ModelUnreadable, match="损坏"):
        classify.load(path)


def test_pickled_file_is_never_run(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    with path.open("wb") as file:
        np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)

    with pytest.raises(ModelUnreadable):
        classify.load(path)


def test_desk_without_a_readable_model_gets_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, model: classify.Model
) -> None:
    monkeypatch.setenv("GUAPENG_HOME", str(tmp_path))
    assert classify.present() is None

    save(model, classify.default_path())
    assert classify.present() is not None

    classify.default_path().write_bytes(b"damaged")
    assert classify.present() is None
