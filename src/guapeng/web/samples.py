"""Invented content for the gallery: every component in all its states. Shown in demo mode only."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django import forms

from guapeng.web import charts, words
from guapeng.web.look import Look
from guapeng.web.rows import Row

TEMPLATES: Final = Path(__file__).parent / "templates"
SPRITE: Final = Path(__file__).parent / "static" / "web" / "icons.svg"
NOW: Final = datetime(2026, 6, 3, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
ORDER: Final = [
    "button",
    "icon",
    "state",
    "due",
    "person",
    "body",
    "places",
    "card",
    "rows",
    "table",
    "tabs",
    "pager",
    "steps",
    "timeline",
    "stat",
    "progress",
    "bars",
    "lines",
    "map",
    "form",
    "field",
    "choices",
    "photos",
    "locate",
    "dictate",
    "search",
    "dialog",
    "alert",
    "keys",
    "empty",
    "failure",
    "skeleton",
    "scene",
    "look",
    "roles",
    "qr",
    "mongolian",
    "print_header",
]
ABOUT: Final = re.compile(r"\{# (.+?) #\}")
PROPS: Final = re.compile(r"<c-vars\s*(.*?)\s*/>", re.DOTALL)


class Part(NamedTuple):
    """One component in the gallery: name, what it is for, its props, its example."""

    name: str
    about: str
    props: str
    template: str
    source: str


class Sample(forms.Form):
    """A form with one field of every kind."""

    title = forms.CharField(label="一句话说清楚", max_length=60, help_text="在哪里、什么事。")
    detail = forms.CharField(label="详情", widget=forms.Textarea, max_length=500, required=False)
    kind = forms.ChoiceField(
        label="什么事",
        choices=[("road", "道路和扶手"), ("water", "供水供热"), ("other", "其他")],
        widget=forms.RadioSelect,
    )
    when = forms.DateField(label="哪天发现的", widget=forms.DateInput({"type": "date"}))
    agreed = forms.BooleanField(label="可以打电话核实", required=False)


def parts() -> list[Part]:
    """Return the gallery's components in order; their words come from the components themselves."""
    return [_part(name) for name in ORDER]


def gallery() -> dict[str, Any]:
    """Return what the gallery's page and its examples show."""
    bound = Sample({"title": "", "kind": "road", "when": ""})
    bound.is_valid()
    return {
        "parts": parts(),
        "form": Sample(),
        "bound": bound,
        "icons": re.findall(r'<symbol id="([a-z-]+)"', SPRITE.read_text(encoding="utf-8")),
        "look": Look(),
        **_LISTS,
        **_charts(),
        "dues": [words.due(NOW + timedelta(**left), at=NOW) for left in _LEFT],
    }


def printed() -> dict[str, Any]:
    """Return what the printable sample shows."""
    return {"entries": _LISTS["entries"], "head": _LISTS["head"], "cells": _LISTS["cells"]}


def _part(name: str) -> Part:
    component = (TEMPLATES / "cotton" / f"{name}.html").read_text(encoding="utf-8")
    about, props = ABOUT.search(component), PROPS.search(component)
    template = f"web/gallery/{name}.html"
    return Part(
        name.replace("_", "-"),
        about[1] if about else "",
        props[1] if props else "",
        template,
        (TEMPLATES / template).read_text(encoding="utf-8").strip(),
    )


def _charts() -> dict[str, Any]:
    months = [f"{month}月" for month in (12, *range(1, 7))]
    came, done = (212, 188, 240, 263, 231, 254, 301), (190, 195, 228, 251, 240, 249, 280)
    kinds = [("道路扶手", [412]), ("供水供热", [287]), ("环境卫生", [233]), ("噪音扰民", [96])]
    return {
        "bars": charts.bars(kinds, names=["件数"]),
        "two_bars": charts.bars(
            [
                (month, [a, b])
                for month, a, b in zip(months[-4:], came[-4:], done[-4:], strict=True)
            ],
            names=["收到", "办结"],
        ),
        "lines": charts.lines(months, [("收到", came), ("办结", done)]),
    }


_LEFT: Final = (
    {"days": 5},
    {"hours": 7},
    {"minutes": 20},
    {"hours": -3},
    {"days": -2},
)
_STEPS: Final = (
    ("反映", "past", "居民", "", "已收到，编号可以电话查"),
    ("派单", "past", "派单员", "10分钟", ""),
    ("办理", "now", "市政工程服务中心", "5个工作日", "正在更换扶手"),
    ("核实", "ahead", "网格员", "1个工作日", ""),
    ("评价", "ahead", "反映人", "7天", ""),
)
_LISTS: Final[dict[str, Any]] = {
    "rows": [
        Row(
            href="#rows",
            title="三号楼东侧楼梯扶手松动，老人上下楼不安全，晚上也没有灯",
            number="2606-0412-7",
            meta="金沙社区 · 第三网格 · 市政工程服务中心",
            state="办理中",
            tone="going",
            fresh=True,
        ).with_due(words.due(NOW + timedelta(days=2, hours=7), at=NOW)),
        Row(
            href="#rows",
            title="广场南口路灯三盏不亮",
            number="2606-0398-2",
            meta="胜利社区 · 第一网格 · 供电分公司",
            state="待派单",
            tone="waiting",
            mark="紧急",
        ).with_due(words.due(NOW - timedelta(hours=3), at=NOW)),
        Row(
            href="#rows",
            title="额尔登达来嘎查饮水井水泵故障",
            number="2605-1177-4",
            meta="额尔登达来嘎查 · 水利服务站",
            state="已解决",
            tone="done",
        ),
    ],
    "entries": [
        {
            "says": "居民反映：三号楼东侧楼梯扶手松动",
            "at": "6月1日 08:12",
            "iso": "2026-06-01T08:12:00+08:00",
            "icon": "report",
        },
        {
            "says": "已派给市政工程服务中心，供电分公司协办",
            "by": "派单员",
            "at": "6月1日 08:20",
            "tone": "going",
            "icon": "send",
        },
        {
            "says": "市政工程服务中心申请延期两天",
            "by": "经办人",
            "at": "6月2日 16:05",
            "tone": "waiting",
            "icon": "clock",
            "note": "扶手配件要从外地调，预计6月5日到。",
            "files": [{"label": "配件订单.pdf", "href": "#timeline"}],
        },
        {"says": "扶手已换好", "by": "市政工程服务中心", "at": "6月5日 11:40", "tone": "done"},
    ],
    "kinds": [
        {"value": "road", "label": "道路扶手", "icon": "flag"},
        {"value": "water", "label": "供水供热", "icon": "unit"},
        {"value": "noise", "label": "噪音扰民", "icon": "bell"},
        {"value": "other", "label": "其他", "icon": "more", "help": "说一句话也行"},
    ],
    "answers": [
        {"value": "yes", "label": "解决了", "icon": "good"},
        {"value": "partly", "label": "部分解决", "icon": "fair"},
        {"value": "no", "label": "没有解决", "icon": "bad", "help": "会重新办理"},
    ],
    "tabs": [
        {"label": "等我办", "href": "#tabs", "current": True, "count": 7},
        {"label": "快到期", "href": "#tabs", "count": 2},
        {"label": "已超期", "href": "#tabs", "count": 0},
        {"label": "我办过的", "href": "#tabs"},
    ],
    "head": [{"label": "类别"}, {"label": "办理单位"}, {"label": "件数", "end": True}],
    "cells": [
        [{"text": "道路扶手", "href": "#table"}, "市政工程服务中心", "412"],
        [{"text": "供水供热", "href": "#table"}, "供热公司", "287"],
        [{"text": "环境卫生", "href": "#table"}, "环境卫生服务中心", "233"],
    ],
    "places": [
        {"label": "杭锦后旗", "href": "#places"},
        {"label": "陕坝镇", "href": "#places"},
        {"label": "金沙社区", "href": "#places"},
        {"label": "第三网格"},
    ],
    "steps": [
        {"label": label, "place": place, "who": who, "within": within, "says": says}
        for label, place, who, within, says in _STEPS
    ],
    "roles": [
        {"key": "resident", "label": "居民", "says": "反映问题、看进展、作评价"},
        {"key": "grid", "label": "网格员", "says": "第三网格，金沙社区", "icon": "place"},
        {"key": "dispatcher", "label": "派单员", "says": "社会治理中心", "icon": "send"},
        {"key": "officer", "label": "部门经办人", "says": "市政工程服务中心", "icon": "unit"},
    ],
}
_LISTS["steps"][2]["branches"] = [
    {"label": "不属职责", "to": "待裁定"},
    {"label": "需要更久", "to": "申请延期"},
]
