"""The procedure of a workflow as people read it: a Chinese page with table and diagram.

``guapeng workflows`` writes the pages to ``docs/procedures``; a test fails when one is stale.
"""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from guapeng.kernel.matters import tables
from guapeng.kernel.matters.models import Urgency
from guapeng.kernel.matters.tables import NEW, STAY, Step, Within, Workflow
from guapeng.kernel.rules import queries as rules
from guapeng.plain.workdays import Limit
from guapeng.web import words

HEAD = (_("现在"), _("谁"), _("做什么"), _("须填"), _("多久"), _("之后"), _("记录"))
SOURCE_HEAD = (_("规则"), _("时限"), _("依据"), _("核对"))


def page(workflow: Workflow) -> str:
    """Return the Markdown page of one procedure, with the limits in force today."""
    with override("zh-hans"):
        rows = "\n".join(_row(workflow, state, step) for state, step in _rows(workflow))
        sources = "\n".join(f"| {' | '.join(row)} |" for row in _sources(workflow))
        return (
            f"# {workflow.label}\n\n"
            f"本页由步骤表生成（第{workflow.version}版），请勿手改。\n\n"
            f"{_head(HEAD)}\n{rows}\n\n## 流程图\n\n```mermaid\n{diagram(workflow)}\n```\n\n"
            f"## 时限与依据\n\n{_head(SOURCE_HEAD)}\n{sources}\n"
        )


def cells(workflow: Workflow) -> list[list[str]]:
    """Return the step table as people read it, a row a step, under ``HEAD``."""
    return [_cells(workflow, state, step) for state, step in _rows(workflow)]


def diagram(workflow: Workflow) -> str:
    """Return the procedure as a Mermaid state diagram."""
    names = (f'    state "{state.label}" as {state.key}' for state in workflow.states)
    moves = (
        f"    {_node(state)} --> {_node(target)}: {step.label}（{step.who.label}）"
        for state, step in _rows(workflow)
        for target in step.targets
        if target != STAY
    )
    ends = (f"    {state.key} --> [*]" for state in workflow.states if state.final)
    return "\n".join(("stateDiagram-v2", *names, *moves, *ends))


def sources(workflow: Workflow) -> list[list[str]]:
    """Return the rules that the procedure stands on: key, limit, source, how well it is known."""
    return [list(row) for row in _sources(workflow)]


def limit_in_words(within: Within) -> str:
    """Return a limit as people say it today, e.g. ``30分钟；2小时；5个工作日`` by urgency."""
    if within.day:
        return str(_("到所定的那一天"))
    value = rules.value(within.rule, on=timezone.localdate())
    if "limit" in value:
        return Limit.parse(value["limit"]).in_words
    by_urgency = {
        Urgency(int(level)).label: Limit.parse(text).in_words
        for level, text in value["limits"].items()
    }
    if len(set(by_urgency.values())) == 1:
        return next(iter(by_urgency.values()))
    return "；".join(f"{label}{limit}" for label, limit in by_urgency.items())


def _rows(workflow: Workflow) -> Iterator[tuple[str, Step]]:
    yield from ((NEW, step) for step in workflow.leaving(NEW))
    for state in workflow.states:
        yield from ((state.key, step) for step in workflow.leaving(state.key))


def _row(workflow: Workflow, state: str, step: Step) -> str:
    return "| " + " | ".join(_cells(workflow, state, step)) + " |"


def _cells(workflow: Workflow, state: str, step: Step) -> list[str]:
    fields = words.listed(
        str(field.label) for field in step.form.base_fields.values() if field.required
    )
    cells = (
        _label(workflow, state),
        step.who.label,
        step.label,
        fields or "–",
        _time(step),
        words.listed(_label(workflow, state if key == STAY else key) for key in step.targets),
        _sentence(step),
    )
    return [str(cell) for cell in cells]


def _time(step: Step) -> str:
    """Return how long the party has, or how long the step stays possible."""
    if step.limit:
        return limit_in_words(step.limit)
    return f"限{limit_in_words(step.window)}内" if step.window else "–"


def _sentence(step: Step) -> str:
    """Return what the journal says, with the labels of the fields that it quotes."""
    fields = step.form.base_fields
    says = str(step.says).format(**{name: f"〔{fields[name].label}〕" for name in step.quotes})
    return f"“{says}”" if says else "–"


def _sources(workflow: Workflow) -> Iterator[tuple[str, ...]]:
    withins = (within for step in workflow.steps for within in (step.limit, step.window))
    named = {within.rule: within for within in withins if within and within.rule}
    for key, within in sorted(named.items()):
        rule = rules.in_force(key, on=timezone.localdate())
        confidence = rule.get_confidence_display()
        yield key, limit_in_words(within), rule.source, confidence


def _head(labels: tuple[Any, ...]) -> str:
    return f"| {' | '.join(map(str, labels))} |\n{'|---' * len(labels)}|"


def _label(workflow: Workflow, state: str) -> str:
    return "（新）" if state == NEW else str(workflow.state(state).label)


def _node(state: str) -> str:
    return state or "[*]"


def pages() -> dict[str, str]:
    """Return all procedure pages by file name."""
    return {f"{workflow.key}.md": page(workflow) for workflow in tables.workflows()}
