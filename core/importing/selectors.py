"""Reading imports, and who may do what with them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from core.importing.models import (
    ImportFinding,
    ImportRow,
    ImportRun,
    Outcome,
    RunState,
)
from core.importing.resources import ImportResource, find_import_resource, import_resources
from core.tenancy import visible_rows

VIEW_RUNS = "core.view_importrun"


def may_import(user: Any, resource: ImportResource) -> bool:
    """Whether the user is active staff who may add and change records of the resource."""
    return _may(user, resource, "add") and _may(user, resource, "change")


def may_export(user: Any, resource: ImportResource) -> bool:
    """Whether the user is active staff who may view records of the resource."""
    return _may(user, resource, "view")


def _may(user: Any, resource: ImportResource, verb: str) -> bool:
    options = resource.model._meta
    permission = f"{options.app_label}.{verb}_{options.model_name}"
    return bool(user.is_active and user.is_staff and user.has_perm(permission))


def importable_resources(user: Any) -> list[ImportResource]:
    """The resources that the user may import, by name."""
    return [resource for resource in import_resources() if may_import(user, resource)]


def may_see_runs(user: Any) -> bool:
    """Whether the user may see runs of any resource."""
    is_staff = bool(user.is_active and user.is_staff)
    return is_staff and (user.has_perm(VIEW_RUNS) or bool(importable_resources(user)))


def seen_runs(user: Any) -> QuerySet[ImportRun]:
    """The runs that the user may see, newest first: all of them with the permission to view
    imports, else those of what the user may import; in either case of the organization in force."""
    runs = visible_rows(ImportRun.objects.select_related("job").order_by("-id"), user)
    if user.has_perm(VIEW_RUNS):
        return runs
    return runs.filter(resource__in=[each.name for each in importable_resources(user)])


def may_work_on(user: Any, run: ImportRun) -> bool:
    """Whether the user may correct, apply and undo the run, besides seeing it."""
    resource = find_import_resource(run.resource)
    return resource is not None and may_import(user, resource)


def allowed_steps(user: Any, run: ImportRun) -> list[str]:
    """Of "check", "apply" and "undo", what the user may do with the run now."""
    is_busy = run.job is not None and run.job.is_unfinished
    if is_busy or run.forgotten_at is not None or not may_work_on(user, run):
        return []
    written = run.counts.get("added", 0) + run.counts.get("updated", 0)
    writable = run.counts.get(Outcome.NEW, 0) + run.counts.get(Outcome.CHANGED, 0)
    done = written + run.counts.get("refused", 0)
    is_open = run.state in (RunState.UPLOADED, RunState.CHECKED)
    offered = {
        "check": is_open and not written,
        "apply": run.state == RunState.CHECKED and writable > done,
        "undo": run.state in (RunState.CHECKED, RunState.APPLIED) and written > 0,
    }
    return [name for name, is_offered in offered.items() if is_offered]


def has_failing_rows(run: ImportRun) -> bool:
    """Whether rows of the run were not taken, by its last count."""
    return bool(run.counts.get("failing") or run.counts.get("refused"))


def findings_of(run: ImportRun, *, level: str = "") -> QuerySet[ImportFinding]:
    """What was found, by row."""
    found = ImportFinding.objects.filter(run=run).order_by("number", "id")
    return found.filter(level=level) if level else found


def rows_of(run: ImportRun, *, outcome: str = "", written: str = "") -> QuerySet[ImportRow]:
    """The rows with what they would change, or did, by number."""
    rows = ImportRow.objects.filter(run=run).order_by("number").defer("cells")
    if outcome:
        rows = rows.filter(outcome=outcome)
    return rows.filter(written=written) if written else rows
