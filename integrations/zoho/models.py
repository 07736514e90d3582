"""The connection to Zoho, how far each stream was read, each run, and each order on its way."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Order
from core.editing.models import VersionedModel
from core.encryption import EncryptedTextField
from core.events.mixins import EventMixin
from core.history.tracking import track_history, without_history
from core.jobs.models import Job


class ConnectionState(models.TextChoices):
    CONNECTED = "connected", _("connected")
    NEEDS_AUTHORIZATION = "needs_authorization", _("must be authorized again")
    MISCONFIGURED = "misconfigured", _("wrongly set up")


#: What the integration itself writes while it works: no decision of a person.
_TRAFFIC_FIELDS = [
    "access_token",
    "access_token_issued_at",
    "access_token_expires_at",
    "token_retry_at",
    "gate_closed_until",
    "gate_reason",
    "gate_strikes",
    "daily_limit",
    "daily_remaining",
    "daily_reset_at",
]
_SECRETS = ["client_secret", "refresh_token"]


@track_history(exclude=[*_SECRETS, *_TRAFFIC_FIELDS])
class Connection(EventMixin, VersionedModel):
    """One Zoho organization with the key to it. The addresses may be those of the sandbox.

    While `gate_closed_until` lies ahead no worker calls Zoho; `token_retry_at` likewise holds back
    requests for a new access token. Daily figures are as Zoho last reported them.
    """

    event_stream = "zoho_connection"
    unversioned_fields = (*_TRAFFIC_FIELDS, "state", "last_error")

    name = models.CharField(_("name"), max_length=100)
    accounts_url = models.URLField(_("accounts server"), max_length=200)
    api_url = models.URLField(_("API address"), max_length=200)
    zoho_organization_id = models.CharField(_("Zoho organization"), max_length=32)
    client_id = models.CharField(_("client id"), max_length=200)
    client_secret = EncryptedTextField(_("client secret"))
    refresh_token = EncryptedTextField(_("refresh token"))
    access_token = EncryptedTextField(blank=True, default="")
    access_token_issued_at = models.DateTimeField(null=True, blank=True)
    access_token_expires_at = models.DateTimeField(null=True, blank=True)
    token_retry_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=24, choices=ConnectionState, default=ConnectionState.CONNECTED
    )
    last_error = models.TextField(_("last error"), blank=True)
    gate_closed_until = models.DateTimeField(_("waiting until"), null=True, blank=True)
    gate_reason = models.CharField(_("waiting because"), max_length=200, blank=True)
    gate_strikes = models.PositiveSmallIntegerField(default=0)
    requests_per_minute = models.PositiveIntegerField(
        _("calls a minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: the installation's own pace, below the 100 that Zoho allows."),
    )
    daily_limit = models.PositiveIntegerField(_("calls a day"), null=True, blank=True)
    daily_remaining = models.PositiveIntegerField(_("calls left today"), null=True, blank=True)
    daily_reset_at = models.DateTimeField(_("day ends"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("Zoho connection")
        verbose_name_plural = _("Zoho connections")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"],
                condition=models.Q(is_active=True),
                name="zoho_one_active_connection",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Stream(models.TextChoices):
    ITEMS = "items", _("products")
    STOCK = "stock", _("stock")
    PRICES = "prices", _("prices")


@without_history("the integration's own bookmark; what a pull changed has its history")
class Cursor(models.Model):
    """How far one stream was read and committed.

    `value` is Zoho's own text of the time, `instant` the same moment; `completed_at` is when the
    last read that reached the end of the stream finished.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="cursors")
    stream = models.CharField(_("stream"), max_length=16, choices=Stream)
    value = models.CharField(max_length=40, blank=True)
    instant = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(_("complete at"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("cursor")
        verbose_name_plural = _("cursors")
        constraints = [
            models.UniqueConstraint(fields=["connection", "stream"], name="zoho_cursor_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.stream}: {self.value}"


class SyncKind(models.TextChoices):
    """full: all from the start. items: what changed, with its stock. The rest: one stream."""

    FULL = "full", _("everything")
    ITEMS = "items", _("changed products")
    STOCK = "stock", _("stock")
    PRICES = "prices", _("prices")


@without_history("a run's own report; what the run changed has its history")
class SyncRun(models.Model):
    """What one pull read and wrote. Its state, progress and log are its job's.

    `counts` maps a stream to {seen, changed, unchanged, skipped, …}; `errors` holds the first rows
    that could not be taken over, as {stream, id, reason}; `outcome` names what ended it early;
    `checkpoint` is where a run whose worker died goes on.
    """

    LARGEST_ERRORS = 200

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="zoho_run")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(_("kind"), max_length=8, choices=SyncKind)
    is_forced = models.BooleanField(_("guard switched off"), default=False)
    counts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("counts"), default=dict, blank=True
    )
    errors: models.JSONField[list[Any], list[Any]] = models.JSONField(
        _("rows not taken over"), default=list, blank=True
    )
    outcome = models.CharField(_("ended early because"), max_length=64, blank=True)
    checkpoint: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, blank=True
    )

    class Meta:
        verbose_name = _("Zoho run")
        verbose_name_plural = _("Zoho runs")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"


class PushStep(models.TextChoices):
    """create, confirm: on its way. void: cancelled here, to be taken back there.

    voided: nothing of the cancelled order is left in Zoho, or it never came there.
    """

    CREATE = "create", _("to be created")
    CONFIRM = "confirm", _("to be confirmed")
    DONE = "done", _("done")
    VOID = "void", _("to be voided")
    VOIDED = "voided", _("voided")
    FAILED = "failed", _("needs attention")


@without_history("the push's working state; the order's own history shows how it went")
class OrderPush(models.Model):
    """One order on its way to Zoho. Who holds the lease may call Zoho for it; others wait."""

    organization_lookup = "order__organization"

    order = models.OneToOneField(
        Order, on_delete=models.PROTECT, related_name="zoho_push", verbose_name=_("order")
    )
    step = models.CharField(
        _("step"), max_length=8, choices=PushStep, default=PushStep.CREATE, db_index=True
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_holder = models.CharField(max_length=64, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("order on its way")
        verbose_name_plural = _("orders on their way")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(step__in=["create", "confirm", "void"]),
                name="zoho_orderpush_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} ({self.step})"
