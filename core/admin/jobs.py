"""Background runs, with a bar that moves while they do."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.admin.badges import badge
from core.admin.base import display
from core.admin.events import pretty_json
from core.admin.job_controls import JobControls
from core.admin.labels import step_in_words
from core.jobs.models import Job, JobState
from core.jobs.registry import job_kinds, kind_label

STATE_TONES: dict[str, str] = {
    JobState.QUEUED: "info",
    JobState.RUNNING: "info",
    JobState.SUCCEEDED: "good",
    JobState.PARTIAL: "warning",
    JobState.FAILED: "danger",
    JobState.CANCELLED: "warning",
}
#: How many runs one question of the page may ask about.
MOST_POLLED = 100


def progress_bar(job: Job) -> str:
    """The bar of a run; the page's script keeps it up to date while the run is not finished."""
    return render_to_string(
        "admin/progress_bar.html",
        {
            "job": job,
            "step": step_in_words(job.step),
            "is_moving": job.is_unfinished,
            "address": reverse("admin:core_job_progress"),
        },
    )


def log_text(job: Job) -> str:
    """The end of the run's log; the page's script keeps it up to date together with the bar."""
    return render_to_string("admin/log_text.html", {"job": job, "is_moving": job.is_unfinished})


def state_badge(job: Job) -> str:
    """The run's state in its colour; a run that was asked to stop and has not yet says so."""
    if job.is_unfinished and job.cancel_requested_at:
        return badge(_("stopping"), "warning")
    return badge(job.get_state_display(), STATE_TONES.get(job.state, "plain"))


def shown_time(moment: datetime | None) -> str:
    """The moment in the reader's time zone and words; a dash when there is none."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else "—"


def progress_facts(job: Job) -> dict[str, Any]:
    """What the script draws: numbers, texts in the language of the screen, whether to go on."""
    return {
        "id": str(job.pk),
        "state": job.state,
        "label": job.get_state_display(),
        "percent": job.percent,
        "done": job.done,
        "total": job.total,
        "step": step_in_words(job.step),
        "error": job.error,
        "finished": not job.is_unfinished,
    }


class KindFilter(admin.SimpleListFilter):
    """The declared kinds by their labels."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind.name, str(kind.label)) for kind in job_kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Job)
class JobAdmin(JobControls):
    """What runs or ran in the background."""

    list_display = ("shown_kind", "progress", "shown_state", "actor", "created_at", "finished_at")
    list_filter = ("state", KindFilter)
    list_select_related = ("actor",)
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": ("shown_kind", "progress", "shown_state", "actor", "request_id")}),
        (_("Times"), {"fields": ("created_at", "started_at", "finished_at")}),
        (_("Decision"), {"fields": ("cancel_requested_at", "cancel_requested_by", "retry_of")}),
        (_("Outcome"), {"fields": ("shown_result", "error", "shown_log")}),
    )
    readonly_fields = ("shown_kind", "progress", "shown_state", "shown_result", "shown_log")
    empty_text = _("Background runs such as synchronisations appear here.")

    def get_urls(self) -> list[URLPattern]:
        """The pages, and the facts that the progress bars ask for."""
        facts = path(
            "progress/",
            self.admin_site.admin_view(self.progress_view),
            name="core_job_progress",
        )
        return [facts, *super().get_urls()]

    def progress_view(self, request: HttpRequest) -> JsonResponse:
        """`{"jobs": [...]}` of the runs named by `id` (repeatable, at most 100); JSON.

        The run named by `log` comes with its log.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        ids = []
        for text in request.GET.getlist("id")[:MOST_POLLED]:
            try:
                ids.append(uuid.UUID(text))
            except ValueError:
                continue
        logged = request.GET.get("log", "")
        jobs = Job.objects.filter(pk__in=ids)
        if not logged:
            jobs = jobs.defer("log_tail")
        answer = [
            progress_facts(job) | ({"log": job.log_tail} if str(job.pk) == logged else {})
            for job in jobs
        ]
        return JsonResponse({"jobs": answer})

    @display(description=_("kind"), ordering="kind")
    def shown_kind(self, obj: Job) -> str:
        return kind_label(obj.kind)

    @display(description=_("progress"))
    def progress(self, obj: Job) -> str:
        return progress_bar(obj)

    @display(description=_("state"), ordering="state")
    def shown_state(self, obj: Job) -> str:
        return state_badge(obj)

    @display(description=_("result"))
    def shown_result(self, obj: Job) -> str:
        return pretty_json(obj.result) if obj.result else "—"

    @display(description=_("log"))
    def shown_log(self, obj: Job) -> str:
        return log_text(obj)
