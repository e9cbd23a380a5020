"""What the pages of an import ask for: a file, and what its columns mean."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.exchange.intake import Intake
from guapeng.kernel.exchange.labels import MOST_ASKED, Labels, Vocabulary, Word
from guapeng.kernel.people.actors import HeldPost
from guapeng.kernel.rules import queries as rules
from guapeng.plain.masking import scrub

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


class WordsForm(forms.Form):
    """What the source's own words mean; a field for every word that is asked for."""

    def __init__(self, *args: Any, intake: Intake, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.intake = intake
        self.words = intake.words()
        for vocabulary, word, name in self._named():
            self.fields[name] = _choice(vocabulary, word)

    def labels(self) -> Labels:
        """Return the code of each word, by field; empty for one that is given none."""
        given: Labels = {}
        for vocabulary, word, name in self._named():
            code = self.cleaned_data[name].removeprefix(_UNREAD)
            given.setdefault(vocabulary.field, {})[word.text] = code
        return given

    @property
    def groups(self) -> list["Group"]:
        """The words by field: those to be looked at, and those that speak for themselves."""
        return [self._group(one) for one in self._vocabularies()]

    def _group(self, vocabulary: Vocabulary) -> "Group":
        words = self.words[vocabulary.field]
        named = [(word, self[name]) for one, word, name in self._named() if one is vocabulary]
        asked = [field for word, field in named if not _is_known(word) or field.errors]
        known = [field for word, field in named if _is_known(word) and not field.errors]
        label = self.intake.importer.label_of(vocabulary.field)
        return Group(label, asked, known, len(words) - len(named))

    def _vocabularies(self) -> list[Vocabulary]:
        return [one for one in self.intake.importer.vocabularies if one.field in self.words]

    def _named(self) -> Iterator[tuple[Vocabulary, Word, str]]:
        for one in self._vocabularies():
            for place, word in enumerate(self.words[one.field][:MOST_ASKED]):
                yield one, word, f"{one.field}-{place}"


class Group(NamedTuple):
    """The words of one field: ``more`` of them are too rare to be asked for."""

    label: str
    asked: list[forms.BoundField]
    known: list[forms.BoundField]
    more: int


def _is_known(word: Word) -> bool:
    return word.settled is not None or bool(word.guess and word.guess.sure)


def _choice(vocabulary: Vocabulary, word: Word) -> forms.ChoiceField:
    choices = [(_UNREAD, vocabulary.otherwise), *vocabulary.choices()]
    if vocabulary.must and not _is_known(word):
        choices.insert(0, ("", gettext_lazy("请选择")))
    rows = _("%(count)d行") % {"count": word.rows}
    likely = _("名称相近，请核对")
    return forms.ChoiceField(
        label=word.text,
        choices=choices,
        initial=_initial(vocabulary, word),
        help_text=rows if _is_known(word) or not word.guess else f"{rows} · {likely}",
    )


def _initial(vocabulary: Vocabulary, word: Word) -> str:
    if word.settled is not None:
        return word.settled or _UNREAD
    if word.guess:
        return word.guess.code
    return "" if vocabulary.must else _UNREAD


def _samples(intake: Intake) -> list[str]:
    """Return the first different cells of each column, without numbers that lead to a person."""
    seen: list[dict[str, None]] = [{} for _heading in intake.table.headings]
    hidden = {field.key for field in intake.importer.fields if field.personal}
    shown = [intake.columns.get(heading) not in hidden for heading in intake.table.headings]
    for line in intake.first_lines():
        for found, cell, may in zip(seen, line.cells, shown, strict=True):
            if cell and may and len(found) < _SAMPLES:
                found[_short(scrub(cell))] = None
    return [_("例：%(samples)s") % {"samples": "；".join(found)} if found else "" for found in seen]


def _short(cell: str) -> str:
    text = " ".join(cell.split())
    return text if len(text) <= _LONGEST_SAMPLE else f"{text[:_LONGEST_SAMPLE]}…"
