"""One row a background run: what it does, how far it is, how it ended."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.history.tracking import without_history
from core.identifiers import uuid7
from core.jobs.registry import kind_label


class JobState(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    SUCCEEDED = "succeeded", _("succeeded")
    PARTIAL = "partial", _("finished with errors")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class UnfinishedJobs(models.QuerySet["Job"]):
    """Adds the one question everybody asks."""

    def unfinished(self) -> UnfinishedJobs:
        """Jobs that are queued or running."""
        return self.filter(state__in=[JobState.QUEUED, JobState.RUNNING])


@without_history("a run's own progress; what the run changed has its history")
class Job(models.Model):
    """A background run. `lease_until` passes when its worker died: then it may be taken over.

    `lease_holder` names the worker that has it; whoever holds another name may no longer write.
    `cancel_requested_at` asks a running job's worker to stop; it is kept as a fact afterwards.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=64)
    state = models.CharField(_("state"), max_length=16, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), null=True, blank=True)
    step = models.CharField(_("step"), max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    request_id = models.CharField(_("request"), max_length=64)
    log_tail = models.TextField(_("log"), blank=True)
    error = models.TextField(_("error"), blank=True)
    result: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("result"), default=dict, blank=True
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_holder = models.CharField(max_length=32, blank=True)
    cancel_requested_at = models.DateTimeField(_("cancel asked for"), null=True, blank=True)
    cancel_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cancelled by"),
    )
    retry_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="retries",
        verbose_name=_("started again from"),
    )

    objects = UnfinishedJobs.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "-id"], name="core_job_kind"),
            models.Index(fields=["request_id"], name="core_job_request"),
        ]

    def __str__(self) -> str:
        label = kind_label(self.kind)
        return f"{label} {self.created_at:%Y-%m-%d %H:%M}" if self.created_at else label

    @property
    def is_unfinished(self) -> bool:
        """Whether the job is queued or running."""
        return self.state in (JobState.QUEUED, JobState.RUNNING)

    @property
    def percent(self) -> int | None:
        """How far, 0 to 100; None while the total is unknown."""
        if self.state in (JobState.SUCCEEDED, JobState.PARTIAL):
            return 100
        if not self.total:
            return None
        return min(100, self.done * 100 // self.total)
