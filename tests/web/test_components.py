"""Components: each declared, shown in the gallery, drawn with nothing that the policy forbids."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.test import Client
from django_cotton.compiler_regex import CottonCompiler

from guapeng.web import samples
from guapeng.web.rows import Row

SOURCE = Path(__file__).parents[2] / "src" / "guapeng"
COTTON = SOURCE / "web" / "templates" / "cotton"
NAMES = sorted(path.stem for path in COTTON.glob("*.html"))
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
USE = re.compile(r"<c-(?!slot|vars)([a-z-]+)((?:\s+[^\s/>=]+(?:=(?:\"[^\"]*\"|\S+))?)*)\s*/?>")
ATTRIBUTE = re.compile(r"(?<=\s)(:?[a-z][a-z-]*)(?==|\s|$)")
# What a component hands through to its element.
PASSED = re.compile(r"(data|aria|hx)-.+|id|name|value|form|disabled|rel|title|hidden|download")


def drawn(source: str, **context: Any) -> str:
    template = engines["django"].from_string(CottonCompiler().process(source))
    return template.render(context)


def declared(name: str) -> set[str]:
    """Return the props a component declares, and its slots."""
    text = (COTTON / f"{name}.html").read_text("utf-8")
    found = re.search(r"<c-vars\s*(.*?)\s*/>", text, re.DOTALL)
    quoted = re.sub(r"\"[^\"]*\"", '""', found[1] if found else "")
    return {word.split("=")[0].lstrip(":") for word in quoted.split()}


def used() -> list[tuple[str, str, str]]:
    """Return every attribute given to a component anywhere: template, component, attribute."""
    return [
        (path.name, name.replace("-", "_"), attribute)
        for path in TEMPLATES
        for name, attributes in USE.findall(without_tags(path.read_text("utf-8")))
        for attribute in ATTRIBUTE.findall(re.sub(r"\"[^\"]*\"", '""', attributes))
    ]


def without_tags(text: str) -> str:
    return re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "x", text, flags=re.DOTALL)


def test_every_component_stands_in_the_gallery() -> None:
    assert sorted(samples.ORDER) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_component_says_what_it_is_for(name: str) -> None:
    assert re.search(r"\{# .{20,} #\}", (COTTON / f"{name}.html").read_text("utf-8"))


def test_attributes_given_to_components_are_declared_or_passed_on() -> None:
    stray = [
        (template, component, attribute)
        for template, component, attribute in used()
        if attribute.lstrip(":") not in declared(component) and not PASSED.fullmatch(attribute)
    ]

    assert used()
    assert stray == []


@pytest.mark.django_db
def test_gallery_is_drawn_whole_without_inline_style_or_script(settings: Any) -> None:
    settings.DEMO = True

    page = Client().get("/_ui/").content.decode()

    for part in samples.parts():
        assert f'id="{part.name}"' in page
    assert not re.search(r"<[^>]* (style|on[a-z]+)=", page)
    assert not re.search(r"<script(?![^>]*src=)", page)
    assert "{{" not in re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL)


@pytest.mark.django_db
def test_gallery_is_not_there_in_production(settings: Any) -> None:
    settings.DEMO = False

    assert Client().get("/_ui/").status_code == 404


@pytest.mark.parametrize(
    "source",
    [
        '<c-button title="{{ bad }}" :icon="bad">{{ bad }}</c-button>',
        '<c-state label="{{ bad }}" tone="{{ bad }}" />',
        '<c-alert title="{{ bad }}">{{ bad }}</c-alert>',
        '<c-person :name="bad" :post="bad" href="{{ bad }}" />',
        '<c-card :title="bad" icon="{{ bad }}">{{ bad }}</c-card>',
        '<c-table :caption="bad" :head="head" :rows="cells" />',
        '<c-timeline :entries="entries" />',
        '<c-rows :rows="rows" label="{{ bad }}" />',
        '<c-tabs label="{{ bad }}" :tabs="links" />',
        '<c-places :places="links" />',
        '<c-choices name="a" :options="options" label="{{ bad }}" />',
        '<c-mongolian :text="bad" />',
    ],
)
def test_component_escapes_what_it_is_given(source: str) -> None:
    bad = '"><img src=x onerror=alert(1)>'
    page = drawn(
        source,
        bad=bad,
        head=[{"label": bad}],
        cells=[[bad], [{"text": bad, "href": bad}]],
        entries=[{"says": bad, "by": bad, "note": bad, "at": bad}],
        rows=[Row(href=bad, title=bad, number=bad, meta=bad, state=bad, due=bad, mark=bad)],
        links=[{"label": bad, "href": bad, "count": bad}],
        options=[{"value": bad, "label": bad, "help": bad}],
    )

    assert "<img" not in page
    assert "&lt;img" in page


def test_rows_show_a_state_by_sign_and_word() -> None:
    row = Row(href="/m/1/", title="路灯不亮", state="办理中", tone="going")

    page = drawn('<c-rows :rows="rows" label="待办" />', rows=[row])

    assert re.search(r'class="state tone-going"><svg.*?#going"/></svg>办理中', page)


def test_rows_without_a_deadline_show_none() -> None:
    page = drawn('<c-rows :rows="rows" />', rows=[Row(href="/m/1/", title="路灯不亮")])

    assert 'class="due' not in page


def test_form_tells_errors_in_a_summary_and_at_the_field() -> None:
    form = samples.Sample({"title": "", "kind": "road", "when": "2026-06-03"})

    page = drawn('<c-form :form="form" />', form=form)

    assert '<a href="#id_title">一句话说清楚</a>' in page
    assert 'aria-describedby="id_title_helptext id_title_error"' in page
    assert 'id="id_title_error"' in page
    assert 'id="id_title_helptext"' in page


def test_qr_code_holds_the_text_and_no_style() -> None:
    page = drawn('<c-qr text="https://example.org/g/1" label="扫码" />')

    assert "<path" in page
    assert "style=" not in page
