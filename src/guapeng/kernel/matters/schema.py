"""The JSON interface described from the step tables, as an OpenAPI 3.1 document."""

from typing import Any

from django import forms
from django.utils.translation import override

from guapeng.kernel.files.forms import FilesField
from guapeng.kernel.matters import tables
from guapeng.kernel.matters.opening import OpeningForm
from guapeng.kernel.matters.tables import NEW, Step, Workflow

_FORMATS: dict[type[forms.Field], dict[str, str]] = {
    forms.DateTimeField: {"format": "date-time"},
    forms.DateField: {"format": "date"},
    forms.UUIDField: {"format": "uuid"},
}


def openapi() -> dict[str, Any]:
    """Return the whole description; the same for everybody, in Chinese."""
    with override("zh-hans"):
        paths = {
            "/api/v1/inbox/": {"get": _plain("待办", "谁在等我办什么")},
        }
        for workflow in tables.workflows():
            paths |= _operations(workflow)
        return {
            "openapi": "3.1.0",
            "info": {"title": "瓜棚", "version": "1"},
            "paths": paths,
        }


def _operations(workflow: Workflow) -> dict[str, Any]:
    """Reading a matter, and one operation a row."""
    matter = f"/api/v1/{workflow.key}/{{number}}/"
    steps = {
        f"{matter}{step.key}/": {"post": _taking(step)}
        for step in workflow.steps
        if NEW not in step.leaves
    }
    opening = next(iter(workflow.leaving(NEW)))
    return {
        f"/api/v1/{workflow.key}/": {"post": _opening(opening)},
        matter: {"get": _plain(str(workflow.label), "现状、经过和现在能办的步骤")},
        **steps,
    }


def _opening(step: Step) -> dict[str, Any]:
    asked = form_schema(step.form)
    where = form_schema(OpeningForm)
    schema = {
        "type": "object",
        "properties": {**where["properties"], **asked["properties"]},
        "required": where["required"] + asked["required"],
    }
    return _plain(str(step.label), f"{step.who.label}办理；division 为区划代码") | {
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": {
            "201": {"description": "新事项；重发同一 uid 时为先前那一件"},
            "403": {"description": "由别人办理"},
            "422": {"description": "内容有误，逐项说明"},
        },
    }


def _taking(step: Step) -> dict[str, Any]:
    return _plain(str(step.label), f"{step.who.label}办理") | {
        "requestBody": {"content": {"application/json": {"schema": form_schema(step.form)}}},
        "responses": {
            "200": {"description": "办成后的事项"},
            "403": {"description": "由别人办理"},
            "404": {"description": "没有这个编号，或您无权查看"},
            "409": {"description": "事项已不在这一步；说明谁先办了"},
            "422": {"description": "内容有误，逐项说明"},
        },
    }


def form_schema(form: type[forms.Form]) -> dict[str, Any]:
    """Return the JSON schema of what a step asks for, with the client-made ``uid``."""
    fields = _told(form)
    return {
        "type": "object",
        "properties": {
            "uid": {"type": "string", "format": "uuid", "description": "客户端生成，重发无害"},
            **{name: _field(field) for name, field in fields.items()},
        },
        "required": [name for name, field in fields.items() if field.required],
    }


def _told(form: type[forms.Form]) -> dict[str, forms.Field]:
    """Return the fields that JSON can hold: files come by the pages alone."""
    fields: dict[str, forms.Field] = form.base_fields
    return {name: field for name, field in fields.items() if not isinstance(field, FilesField)}


def _field(field: forms.Field) -> dict[str, Any]:
    return {"title": str(field.label), **_type(field)}


def _type(field: forms.Field) -> dict[str, Any]:
    match field:
        case forms.ModelMultipleChoiceField():
            return {"type": "array", "items": {"type": "integer"}}
        case forms.ModelChoiceField(to_field_name=str()):
            shape = {"type": "string"}
        case forms.ModelChoiceField():
            shape = {"type": "integer"}
        case forms.ChoiceField():
            return {"enum": [key for key, _ in field.choices]}  # type: ignore[union-attr, misc]
        case forms.FloatField():
            shape = {"type": "number"}
        case forms.CharField(max_length=int(longest)):
            return {"type": "string", "maxLength": longest}
        case _:
            shape = {"type": "string", **_FORMATS.get(type(field), {})}
    return shape


def _plain(summary: str, description: str) -> dict[str, Any]:
    return {"summary": summary, "description": description}
