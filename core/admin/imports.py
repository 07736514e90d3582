"""Imports for staff: their history, each with its dry run, and the steps one may take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.admin.action_page import ActionPage
from core.admin.badges import badge
from core.admin.base import ActionVariant, action, display
from core.admin.import_pages import (
    MappingForm,
    UploadForm,
    count_facts,
    diff_page,
    findings_page,
    resource_links,
)
from core.admin.job_controls import JobControls
from core.admin.jobs import progress_bar, state_badge
from core.admin.refusals import Refusal, refusing
from core.importing.corrections import failing_chunks
from core.importing.exporting import FORMATS, findings_csv
from core.importing.models import ImportRun, RunState
from core.importing.resources import ImportResource, find_import_resource, resource_label
from core.importing.runs import (
    apply_import,
    check_again,
    resource_of,
    start_import,
    undo_import,
)
from core.importing.selectors import (
    allowed_steps,
    has_failing_rows,
    importable_resources,
    may_import,
    may_see_runs,
    may_work_on,
    seen_runs,
)
from core.importing.templates import template_chunks
from core.jobs.models import Job

STATE_TONES: dict[str, str] = {
    RunState.UPLOADED: "info",
    RunState.CHECKED: "info",
    RunState.APPLIED: "good",
    RunState.UNDONE: "warning",
    RunState.FAILED: "danger",
}
#: Buttons of a record, by the step that must be allowed for each.
_STEPS = {"mapping_page": "check", "apply_page": "apply", "undo_page": "undo"}
_ALWAYS = ("diff_view_page", "findings_view_page")
_WITH_FAILING = "failing_file"


@admin.register(ImportRun)
class ImportRunAdmin(JobControls):
    """Files that came in, and what became of them."""

    list_display = ("shown_name", "shown_state", "summary", "progress", "actor", "created_at")
    list_filter = ("state", "created_at")
    list_select_related = ("job", "actor")
    ordering = ("-id",)
    sortable_by = ()
    actions_list = ("upload_index",)
    actions_detail: Any = (*_STEPS, _WITH_FAILING, *_ALWAYS, *JobControls.actions_detail)
    fieldsets = (
        (None, {"fields": ("shown_name", ("shown_state", "progress"), "shown_problem")}),
        (None, {"fields": ("shown_counts",)}),
        (None, {"fields": (("actor", "created_at"), ("file_format", "encoding"), "file_size")}),
        (_("Times"), {"fields": (("checked_at", "applied_at", "undone_at"),)}),
    )
    readonly_fields = ("shown_name", "shown_state", "progress", "shown_problem", "shown_counts")
    empty_text = _("Send a file of records; each import is listed here.")

    def job_of(self, obj: ImportRun) -> Job:
        return obj.job or Job(kind="")

    # Who sees what

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_see_runs(request.user)

    def has_import_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may import at least one kind of record."""
        return bool(importable_resources(request.user))

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        return seen_runs(request.user).select_related("job", "actor")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """The steps that may be taken with the run now, and its pages."""
        obj = self.get_object(request, object_id)
        if obj is None:
            return []
        steps = allowed_steps(request.user, obj)
        offered: list[Any] = super(JobControls, self).get_actions_detail(request, object_id)
        jobs = super().get_actions_detail(request, object_id)
        names = {name for name, step in _STEPS.items() if step in steps}
        if obj.forgotten_at is None:
            names |= {*_ALWAYS, *([_WITH_FAILING] if has_failing_rows(obj) else [])}
        names |= {button.method.__name__ for button in jobs}
        return [button for button in offered if button.method.__name__ in names]

    # Sending a file

    def get_urls(self) -> list[URLPattern]:
        """The pages, and those of files."""
        view = self.admin_site.admin_view
        return [
            path("upload/<slug:name>/", view(self.upload_view), name="core_importrun_upload"),
            path(
                "template/<slug:name>.<slug:ending>",
                view(self.template_view),
                name="core_importrun_template",
            ),
            path(
                "<uuid:key>/errors.csv", view(self.errors_file), name="core_importrun_errors_file"
            ),
            path(
                "<uuid:key>/failing-rows.<slug:ending>",
                view(self.failing_rows_file),
                name="core_importrun_failing_rows",
            ),
            *super().get_urls(),
        ]

    def _resource(self, request: HttpRequest, name: str) -> ImportResource:
        resource = find_import_resource(name)
        if resource is None:
            raise Http404
        if not may_import(request.user, resource):
            raise PermissionDenied
        return resource

    @action(
        description=_("Import a file"),
        url_path="upload",
        permissions=["import"],
        icon="upload_file",
        variant=ActionVariant.PRIMARY,
    )
    def upload_index(self, request: HttpRequest) -> HttpResponse:
        """Choose which records the file holds."""
        resources = importable_resources(request.user)
        if len(resources) == 1:
            return HttpResponseRedirect(
                reverse("admin:core_importrun_upload", args=[resources[0].name])
            )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import a file"),
            "opts": self.opts,
            "links": resource_links(resources),
            "back_url": self.page_url("changelist"),
        }
        return TemplateResponse(request, "admin/import_index.html", context)

    def upload_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """The form for a file; sent, its dry run is queued and shown."""
        resource = self._resource(request, name)
        is_sent = request.method == "POST"
        sent = (request.POST, request.FILES) if is_sent else (None, None)
        form = UploadForm(*sent, resource=resource)
        if is_sent and form.is_valid():
            try:
                with refusing():
                    run = self._start(resource, form.cleaned_data)
            except Refusal as refusal:
                refusal.mark(form)
            else:
                return HttpResponseRedirect(self.page_url("change", run.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import: %(records)s") % {"records": resource.label},
            "opts": self.opts,
            "form": form,
            "templates": [
                (ending.upper(), reverse("admin:core_importrun_template", args=[name, ending]))
                for ending in FORMATS
            ],
            "back_url": self.page_url("changelist"),
        }
        return TemplateResponse(request, "admin/import_upload.html", context)

    @staticmethod
    def _start(resource: ImportResource, values: dict[str, Any]) -> ImportRun:
        file = values["file"]
        return start_import(
            resource=resource,
            file_name=str(file.name),
            chunks=file.chunks(),
            encoding=values["encoding"],
            takes_legacy=values.get("legacy", False),
        )

    def template_view(self, request: HttpRequest, name: str, ending: str) -> HttpResponseBase:
        """A file to fill in."""
        resource = self._resource(request, name)
        if ending not in FORMATS:
            raise Http404
        return file_answer(
            template_chunks(resource, ending, user=request.user), name=name, ending=ending
        )

    def errors_file(self, request: HttpRequest, key: Any) -> HttpResponseBase:
        """Everything that was found, as CSV."""
        run = self._run(request, key)
        return file_answer(findings_csv(run), name=f"{run.resource}-errors", ending="csv")

    def failing_rows_file(self, request: HttpRequest, key: Any, ending: str) -> HttpResponseBase:
        """The rows that were not taken, with what is wrong, to correct and send again."""
        run = self._run(request, key)
        if ending not in FORMATS:
            raise Http404
        chunks = failing_chunks(run, resource_of(run), ending)
        return file_answer(chunks, name=f"{run.resource}-failing-rows", ending=ending)

    # Steps

    def _run(self, request: HttpRequest, key: Any) -> ImportRun:
        """The run, if the person may see it; else 404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run: ImportRun | None = self.get_object(request, str(key))
        if run is None:
            raise Http404
        return run

    def _workable(self, request: HttpRequest, key: Any) -> ImportRun:
        run = self._run(request, key)
        if not may_work_on(request.user, run):
            raise PermissionDenied
        return run

    def _ask(
        self, request: HttpRequest, key: str, perform: Callable[[ImportRun], Any], **texts: Any
    ) -> HttpResponse:
        run = self._workable(request, key)

        def do(_values: dict[str, Any]) -> str:
            perform(run)
            return str(_("Queued: the bar shows how far it is."))

        return ActionPage(
            back_url=self.page_url("change", run.pk),
            perform=do,
            facts=[(str(_("file")), str(run)), *count_facts(run)],
            **texts,
        ).answer(self, request)

    @action(
        description=_("Apply"), url_path="apply", icon="done_all", variant=ActionVariant.PRIMARY
    )
    def apply_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask once more, then queue the writing."""
        return self._ask(
            request,
            object_id,
            lambda run: apply_import(run=run),
            title=str(_("Apply this import")),
            explanation=str(
                _("New and changed rows are written; failing and unchanged ones are left out.")
            ),
            submit_label=str(_("Apply")),
        )

    @action(description=_("Undo"), url_path="undo", icon="undo", variant=ActionVariant.DANGER)
    def undo_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask once more, then queue taking it back."""
        return self._ask(
            request,
            object_id,
            lambda run: undo_import(run=run),
            title=str(_("Undo this import")),
            explanation=str(
                _(
                    "Added records are removed, changed ones get their values back. What others"
                    " refer to is switched off; what was changed since stays."
                )
            ),
            submit_label=str(_("Undo")),
            is_dangerous=True,
        )

    @action(description=_("Columns"), url_path="mapping", icon="view_column")
    def mapping_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Which heading is which column; sent, the dry run is queued once more."""
        run = self._workable(request, object_id)
        is_sent = request.method == "POST"
        form = MappingForm(request.POST if is_sent else None, run=run)
        if is_sent and form.is_valid():
            try:
                with refusing():
                    check_again(run=run, mapping=form.mapping())
            except Refusal as refusal:
                refusal.mark(form)
            else:
                self.message_user(request, _("The rows are checked again."), messages.SUCCESS)
                return HttpResponseRedirect(self.page_url("change", run.pk))
        return self._show(request, run, "admin/import_mapping.html", _("Columns"), {"form": form})

    @action(description=_("Rows to correct"), url_path="failing-rows", icon="edit_document")
    def failing_file(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """The failing rows as a workbook."""
        return self.failing_rows_file(request, object_id, "xlsx")

    @action(description=_("Errors"), url_path="errors", icon="error")
    def findings_view_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Every error and warning with its row."""
        run = self._run(request, object_id)
        found = findings_page(request, run)
        found["file_url"] = reverse("admin:core_importrun_errors_file", args=[run.pk])
        found["failing_files"] = [
            (ending.upper(), reverse("admin:core_importrun_failing_rows", args=[run.pk, ending]))
            for ending in (FORMATS if has_failing_rows(run) else ())
        ]
        return self._show(request, run, "admin/import_findings.html", _("Errors"), found)

    @action(description=_("Changes"), url_path="changes", icon="difference")
    def diff_view_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What each row changes."""
        run = self._run(request, object_id)
        found = diff_page(request, run)
        return self._show(request, run, "admin/import_diff.html", _("Changes"), found)

    def _show(
        self, request: HttpRequest, run: ImportRun, template: str, title: Any, more: dict[str, Any]
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"{title}: {run}",
            "opts": self.opts,
            "back_url": self.page_url("change", run.pk),
            **more,
        }
        return TemplateResponse(request, template, context)

    # What is shown

    @display(description=_("file"))
    def shown_name(self, obj: ImportRun) -> str:
        return f"{capfirst(resource_label(obj.resource))}: {obj.file_name}"

    @display(description=_("state"))
    def shown_state(self, obj: ImportRun) -> str:
        if obj.job is not None and obj.job.is_unfinished:
            return state_badge(obj.job)
        return badge(obj.get_state_display(), STATE_TONES.get(obj.state, "plain"))

    @display(description=_("rows"))
    def summary(self, obj: ImportRun) -> str:
        return " · ".join(f"{label}: {count}" for label, count in count_facts(obj)) or "—"

    @display(description=_("progress"))
    def progress(self, obj: ImportRun) -> str:
        return progress_bar(obj.job) if obj.job else "—"

    @display(description=_("problem"))
    def shown_problem(self, obj: ImportRun) -> str:
        is_arabic = (get_language() or "").startswith("ar")
        return (obj.problem_ar if is_arabic else obj.problem) or "—"

    @display(description=_("rows"))
    def shown_counts(self, obj: ImportRun) -> str:
        return render_to_string("admin/import_counts.html", {"counts": count_facts(obj)})


def file_answer(chunks: Any, *, name: str, ending: str) -> HttpResponseBase:
    """A file to keep, sent while it is written."""
    return StreamingHttpResponse(
        chunks,
        content_type=FORMATS[ending],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{ending}"',
            "Cache-Control": "private, no-store",
        },
    )
