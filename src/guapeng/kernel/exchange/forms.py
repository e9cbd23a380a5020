"""What the pages of an import ask for: a file, and what its columns mean."""

import datetime as dt
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.exchange.intake import Intake
from guapeng.kernel.people.actors import HeldPost
from guapeng.kernel.rules import queries as rules

_MB: Final = 1 << 20
_UNREAD: Final = "-"
_SAMPLES: Final = 3
_LONGEST_SAMPLE: Final = 24


class UploadForm(forms.Form):
    """A list, and where it comes from."""

    file = forms.FileField(
        label=gettext_lazy("表格文件"),
        help_text=gettext_lazy("CSV、CSV.GZ 或 XLSX，第一行是表头"),
        widget=forms.FileInput(attrs={"accept": ".csv,.gz,.xlsx,.xls,.txt"}),
        error_messages={"empty": gettext_lazy("文件是空的")},
    )
    source = forms.CharField(
        label=gettext_lazy("来源"),
        help_text=gettext_lazy("是哪个系统的表，如“12345热线”。同一来源的同一编号只收一次"),
        max_length=60,
        required=False,
    )
    division = forms.ModelChoiceField(Division.objects.none(), label=gettext_lazy("导入到"))

    def __init__(self, *args: Any, posts: list[HeldPost], on: dt.date, **kwargs: Any) -> None:
        """Offer the divisions of the posts; a single one is not asked for."""
        super().__init__(*args, **kwargs)
        self.on = on
        field: Any = self.fields["division"]
        field.queryset = Division.objects.filter(pk__in=[post.division_id for post in posts])
        field.initial = posts[0].division_id
        if len({post.division_id for post in posts}) == 1:
            field.widget = forms.HiddenInput()

    def clean_file(self) -> Any:
        """Refuse what is larger than the rule allows."""
        file, most = self.cleaned_data["file"], rules.value("exchange.upload", on=self.on)["mb"]
        if file.size > most * _MB:
            raise ValidationError(_("文件超过%(most)d MB，请分成几个") % {"most": most})
        return file


class ColumnsForm(forms.Form):
    """What each column of a file means; a field for every heading."""

    def __init__(self, *args: Any, intake: Intake, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.intake = intake
        choices = [(_UNREAD, _("不读")), *((one.key, one.label) for one in intake.importer.fields)]
        samples = _samples(intake)
        for place, heading in enumerate(intake.table.headings):
            if heading:
                self.fields[f"column-{place}"] = forms.ChoiceField(
                    label=heading,
                    choices=choices,
                    initial=intake.columns.get(heading, _UNREAD),
                    help_text=samples[place],
                )

    def columns(self) -> dict[str, str]:
        """Return the field of each heading; empty for one that is not to be read."""
        headings = self.intake.table.headings
        return {
            heading: self.cleaned_data[f"column-{place}"].removeprefix(_UNREAD)
            for place, heading in enumerate(headings)
            if heading
        }

    def clean(self) -> dict[str, Any]:
        """Want a column that says what the rows are about, and no field twice that is one."""
        given = super().clean() or {}
        chosen = [key for key in given.values() if key != _UNREAD]
        importer = self.intake.importer
        if not set(importer.required) & set(chosen):
            wanted = "／".join(map(importer.label_of, importer.required))
            raise ValidationError(_("请指明哪一列是“%(wanted)s”") % {"wanted": wanted})
        for field in importer.fields:
            if not field.many and chosen.count(field.key) > 1:
                self.add_error(None, _("只能有一列是“%(field)s”") % {"field": field.label})
        return given


def _samples(intake: Intake) -> list[str]:
    """Return the first different cells of each column, in a few characters each."""
    seen: list[dict[str, None]] = [{} for _heading in intake.table.headings]
    hidden = {field.key for field in intake.importer.fields if field.personal}
    shown = [intake.columns.get(heading) not in hidden for heading in intake.table.headings]
    for line in intake.first_lines():
        for found, cell, may in zip(seen, line.cells, shown, strict=True):
            if cell and may and len(found) < _SAMPLES:
                found[_short(cell)] = None
    return [_("例：%(samples)s") % {"samples": "；".join(found)} if found else "" for found in seen]


def _short(cell: str) -> str:
    text = " ".join(cell.split())
    return text if len(text) <= _LONGEST_SAMPLE else f"{text[:_LONGEST_SAMPLE]}…"
