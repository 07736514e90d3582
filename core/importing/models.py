"""What an import is made of: the run, its file, its rows as they were read, what was found."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.history.tracking import without_history
from core.identifiers import uuid7
from core.importing.resources import resource_label
from core.jobs.models import Job


class RunState(models.TextChoices):
    UPLOADED = "uploaded", _("uploaded")
    CHECKED = "checked", _("checked")
    APPLIED = "applied", _("applied")
    UNDONE = "undone", _("undone")
    FAILED = "failed", _("failed")


class Outcome(models.TextChoices):
    """What the dry run says of a row."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    FAILING = "failing", _("failing")


class Written(models.TextChoices):
    """What applying, or undoing, did with a row; "" for nothing yet."""

    NOTHING = "", "—"
    ADDED = "added", _("added")
    CHANGED = "changed", _("changed")
    REFUSED = "refused", _("refused")
    REMOVED = "removed", _("removed again")
    SET_BACK = "set_back", _("set back")
    DEACTIVATED = "deactivated", _("switched off")
    KEPT = "kept", _("left as it is")


class Phase(models.TextChoices):
    CHECK = "check", _("dry run")
    APPLY = "apply", _("applying")
    UNDO = "undo", _("undoing")


class Level(models.TextChoices):
    ERROR = "error", _("error")
    WARNING = "warning", _("warning")


@without_history("a run's own progress; what the run changed has its history")
class ImportRun(models.Model):
    """One file on its way in. `organization_key` is "" for records that all share.

    `headings` are the file's, by position; `mapping` says at which position (from 0) a column of
    the resource stands. `counts` has rows, new, changed, unchanged, failing, warnings, and after
    writing added, updated, refused, and after undoing removed, set_back, deactivated, kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    resource = models.CharField(_("records"), max_length=64)
    state = models.CharField(_("state"), max_length=16, choices=RunState, default=RunState.UPLOADED)
    file_name = models.CharField(_("file"), max_length=200)
    file_size = models.PositiveIntegerField(_("bytes"))
    file_format = models.CharField(_("format"), max_length=100, blank=True)
    encoding = models.CharField(_("encoding"), max_length=16, blank=True)
    headings: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    mapping: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict)
    options: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    counts: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict)
    problem = models.TextField(_("problem"), blank=True)
    problem_ar = models.TextField(blank=True)
    organization_key = models.CharField(max_length=20, blank=True, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    job = models.OneToOneField(
        Job,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="import_run",
        verbose_name=_("job"),
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    #: When the rows and the file were forgotten; the counts stay.
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        indexes = [models.Index(fields=["resource", "-id"], name="core_importrun_resource")]

    def __str__(self) -> str:
        return f"{resource_label(self.resource)}: {self.file_name}"


@without_history("a part of a file, kept until it is read")
class ImportFilePart(models.Model):
    """A piece of the file, in order; removed once the rows are staged."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="core_importfilepart_once")
        ]


@without_history("a row of a file; the record that it became has its history")
class ImportRow(models.Model):
    """A row of the file. `number` is the one a spreadsheet shows, the heading's being 1.

    `values` are texts in the form that PostgreSQL casts to the column's type, null for "make it
    empty"; what is not in it stays as it is. `changes` is {column: {old, new}}, for references with
    the key the record had before as `old_id`. `wave`: rows that others refer to are written first.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = ArrayField(models.TextField(), default=list)
    values: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, db_default={}
    )
    changes: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, db_default={}
    )
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True, db_default="")
    written = models.CharField(max_length=16, choices=Written, blank=True, db_default="")
    wave = models.SmallIntegerField(default=0, db_default=0)
    target_id = models.BigIntegerField(null=True)
    target_version = models.IntegerField(null=True)
    version_after = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="core_importrow_once")
        ]
        indexes = [models.Index(fields=["run", "outcome", "number"], name="core_importrow_outcome")]


@without_history("what was found in a row of a file")
class ImportFinding(models.Model):
    """A row's error or warning. `column` is "" for the row as a whole; row 1 is the heading."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="findings")
    phase = models.CharField(max_length=8, choices=Phase)
    level = models.CharField(max_length=8, choices=Level)
    number = models.PositiveIntegerField()
    column = models.CharField(max_length=64, blank=True)
    code = models.CharField(max_length=64)
    value = models.CharField(max_length=200, blank=True)
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, db_default={}
    )

    class Meta:
        ordering = ["number", "id"]
        indexes = [models.Index(fields=["run", "number", "id"], name="core_importfinding_row")]
