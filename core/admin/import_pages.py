"""The pages of an import besides its record: sending a file, mapping, what was found, the diff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy_

from core.admin.badges import badge
from core.admin.widgets import Checkbox, FileInput, Select
from core.importing.csv_reading import ENCODINGS
from core.importing.findings import finding_message
from core.importing.models import ImportFinding, ImportRow, ImportRun, Level, Outcome, Written
from core.importing.resources import ImportResource
from core.importing.runs import resource_of
from core.importing.selectors import findings_of, rows_of

ROWS_PER_PAGE = 50
OUTCOME_TONES: dict[str, str] = {
    Outcome.NEW: "good",
    Outcome.CHANGED: "info",
    Outcome.UNCHANGED: "plain",
    Outcome.FAILING: "danger",
}
WRITTEN_TONES: dict[str, str] = {
    Written.ADDED: "good",
    Written.CHANGED: "good",
    Written.REFUSED: "danger",
    Written.KEPT: "warning",
    Written.DEACTIVATED: "warning",
}
#: What the counts of a run are called.
COUNT_LABELS: dict[str, Any] = {
    "rows": lazy_("rows"),
    "new": lazy_("new"),
    "changed": lazy_("changed"),
    "unchanged": lazy_("unchanged"),
    "failing": lazy_("failing"),
    "warnings": lazy_("warnings"),
    "added": lazy_("added"),
    "updated": lazy_("updated"),
    "refused": lazy_("refused"),
    "removed": lazy_("removed again"),
    "set_back": lazy_("set back"),
    "deactivated": lazy_("switched off"),
    "kept": lazy_("left as it is"),
}


class UploadForm(forms.Form):
    """A file, and how it is to be read."""

    file = forms.FileField(
        label=lazy_("File"),
        widget=FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        help_text=lazy_("CSV or XLSX with a heading row. Nothing is changed before you apply it."),
        allow_empty_file=True,
    )
    encoding = forms.ChoiceField(
        label=lazy_("Encoding"),
        choices=[("", lazy_("found out")), *((name, name) for name in ENCODINGS)],
        required=False,
        widget=Select(),
        help_text=lazy_("Of a CSV file whose letters came out wrong."),
    )
    legacy = forms.BooleanField(
        label=lazy_("Old records"),
        required=False,
        widget=Checkbox(),
        help_text=lazy_("What is merely doubtful becomes a warning instead of an error."),
    )

    def __init__(self, *args: Any, resource: ImportResource, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not resource.takes_legacy:
            del self.fields["legacy"]


class MappingForm(forms.Form):
    """For each column of the records the heading in the file that stands for it."""

    def __init__(self, *args: Any, run: ImportRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        headings = [
            (str(place), text or _("column %(number)s") % {"number": place + 1})
            for place, text in enumerate(run.headings)
        ]
        for column in resource_of(run).file_columns:
            self.fields[column.name] = forms.ChoiceField(
                label=capfirst(str(column.label)),
                choices=[("", "—"), *headings],
                required=column.is_required,
                initial=str(run.mapping.get(column.name, "")),
                widget=Select(),
            )

    def mapping(self) -> dict[str, int | None]:
        """Column to place, None for one that is not taken."""
        return {name: int(place) if place else None for name, place in self.cleaned_data.items()}


def _page_of(request: HttpRequest, rows: Any) -> Page[Any]:
    return Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("p"))


def column_label(run: ImportRun, name: str) -> str:
    """The column in words; a name that the code no longer has as it is."""
    labels = {column.name: column.label for column in resource_of(run).columns}
    return capfirst(str(labels.get(name, name)))


def findings_page(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """What the page of errors shows: (row, column, level, message, value), 50 at a time."""
    level = request.GET.get("level", "")
    found = findings_of(run, level=level if level in Level.values else "")
    page = _page_of(request, found)
    language = get_language() or "en"
    lines = [
        {
            "number": each.number,
            "column": column_label(run, each.column) if each.column else "—",
            "level": _level_badge(each),
            "phase": each.get_phase_display(),
            "message": finding_message(run.resource, each.code, each.facts, language),
            "value": each.value,
        }
        for each in page.object_list
    ]
    return {"page": page, "lines": lines}


def _level_badge(finding: ImportFinding) -> str:
    tone = "danger" if finding.level == Level.ERROR else "warning"
    return badge(finding.get_level_display(), tone)


def diff_page(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """What the page of changes shows: the rows with their fields before and after."""
    asked = request.GET.get("outcome", "")
    outcome = asked if asked in Outcome.values else ""
    page = _page_of(request, rows_of(run, outcome=outcome))
    lines = [
        {
            "number": row.number,
            "outcome": badge(row.get_outcome_display(), OUTCOME_TONES.get(row.outcome, "plain")),
            "written": _written_badge(row),
            "key": resource_of(run).name_of(row.values),
            "changes": _shown_changes(run, row),
        }
        for row in page.object_list
    ]
    choices = [
        {"value": value, "label": label, "is_current": value == outcome}
        for value, label in [("", _("all")), *Outcome.choices]
    ]
    return {"page": page, "lines": lines, "choices": choices, "outcome": outcome}


def _written_badge(row: ImportRow) -> str:
    if not row.written:
        return "—"
    return badge(row.get_written_display(), WRITTEN_TONES.get(row.written, "plain"))


def _shown_changes(run: ImportRun, row: ImportRow) -> list[dict[str, Any]]:
    """Field, before, after: of a changed row what changes, of a new one all that it says."""
    if row.outcome == Outcome.CHANGED:
        return [
            {"label": column_label(run, name), "old": change.get("old"), "new": change.get("new")}
            for name, change in row.changes.items()
        ]
    if row.outcome == Outcome.UNCHANGED:
        return []
    return [
        {"label": column_label(run, name), "old": None, "new": value}
        for name, value in row.values.items()
        if value != ""
    ]


def resource_links(resources: list[ImportResource]) -> list[dict[str, str]]:
    """The pages on which files of these records are sent."""
    return [
        {
            "title": capfirst(str(resource.label)),
            "address": reverse("admin:core_importrun_upload", args=[resource.name]),
        }
        for resource in resources
    ]


def count_facts(run: ImportRun) -> list[tuple[str, str]]:
    """The counts that are not zero, in words."""
    return [
        (str(label), str(run.counts[name]))
        for name, label in COUNT_LABELS.items()
        if run.counts.get(name)
    ]
