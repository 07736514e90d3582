"""What imports declare: their jobs, and which of their runs somebody sees."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.erasure import declare_working_texts
from core.importing.models import ImportFinding, ImportRow, ImportRun
from core.importing.runs import APPLY, CHECK, UNDO, repeat_import_job
from core.jobs.registry import declare_job_kind
from core.tenancy import declare_visibility

_PERMISSION = "core.add_importrun"


def _seen(organization: str | None) -> Q:
    """Runs of shared records, and those of the organization in force."""
    return Q(organization_key="") | Q(organization_key=organization or "")


def declare() -> None:
    """Add the kinds of jobs, and scope the runs."""
    for kind, label in (
        (CHECK, _("Check an import")),
        (APPLY, _("Apply an import")),
        (UNDO, _("Undo an import")),
    ):
        declare_job_kind(kind, label=label, permission=_PERMISSION, start=repeat_import_job)
    declare_visibility(ImportRun, _seen)
    # A file may name anybody. A row that was emptied is neither written nor taken back any more.
    declare_working_texts(ImportRow, "cells", "values", "changes")
    declare_working_texts(ImportFinding, "value", "facts")
