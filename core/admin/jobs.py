"""Background runs, with a bar that moves while they do."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.admin.badges import badge
from core.admin.base import BaseAdmin, display
from core.admin.events import pretty_json
from core.admin.labels import step_in_words
from core.jobs.models import Job, JobState

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
            "is_moving": job.state in (JobState.QUEUED, JobState.RUNNING),
            "address": reverse("admin:core_job_progress"),
        },
    )


def state_badge(job: Job) -> str:
    """The run's state in its colour."""
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
        "finished": job.state not in (JobState.QUEUED, JobState.RUNNING),
    }


@admin.register(Job)
class JobAdmin(BaseAdmin):
    """What runs or ran in the background."""

    list_display = ("kind", "progress", "shown_state", "actor", "created_at", "finished_at")
    list_filter = ("state", "kind")
    list_select_related = ("actor",)
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": ("kind", "progress", "shown_state", "actor", "request_id")}),
        (_("Times"), {"fields": ("created_at", "started_at", "finished_at")}),
        (_("Outcome"), {"fields": ("shown_result", "error", "shown_log")}),
    )
    readonly_fields = ("progress", "shown_state", "shown_result", "shown_log")
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
        """`{"jobs": [...]}` of the runs named by `id` (repeatable, at most 100); JSON."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        ids = []
        for text in request.GET.getlist("id")[:MOST_POLLED]:
            try:
                ids.append(uuid.UUID(text))
            except ValueError:
                continue
        jobs = Job.objects.filter(pk__in=ids)
        return JsonResponse({"jobs": [progress_facts(job) for job in jobs]})

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
        return render_to_string("admin/log_text.html", {"text": obj.log_tail})
