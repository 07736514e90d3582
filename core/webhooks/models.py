"""Who receives events outside of the system, what was sent to them, and how each call went."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.encryption import EncryptedTextField
from core.events.mixins import EventMixin
from core.history.tracking import track_history, without_history

#: Stands for every event type, those of later versions included.
ALL_TYPES = "*"


class DisabledReason(models.TextChoices):
    BY_STAFF = "by_staff", _("switched off by staff")
    GONE = "gone", _("the receiver answered that it is gone (410)")
    FAILING = "failing", _("nothing was delivered for 24 hours")


#: Secrets, and what sending itself writes: no decision of a person.
_NOT_IN_HISTORY = ["secret", "previous_secret", "first_failure_at"]


@track_history(exclude=_NOT_IN_HISTORY)
class WebhookEndpoint(EventMixin, VersionedModel):
    """An address that gets the events of its types, none when there are none, all with "*".

    `secret` signs; `previous_secret` signs as well until `previous_secret_until`.
    `first_failure_at` is the start of the present unbroken run of failed calls.
    """

    event_stream: ClassVar[str] = "webhook_endpoint"
    unversioned_fields = ("first_failure_at",)

    name = models.CharField(_("name"), max_length=100)
    url = models.URLField(_("address"), max_length=500)
    event_types: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=100), verbose_name=_("events"), default=list, blank=True
    )
    secret = EncryptedTextField(_("secret"))
    previous_secret = EncryptedTextField(blank=True, default="")
    previous_secret_until = models.DateTimeField(
        _("earlier secret signs until"), null=True, blank=True
    )
    is_enabled = models.BooleanField(_("switched on"), default=True)
    disabled_at = models.DateTimeField(_("switched off at"), null=True, blank=True)
    disabled_reason = models.CharField(
        _("why switched off"), max_length=16, choices=DisabledReason, blank=True, default=""
    )
    first_failure_at = models.DateTimeField(_("failing since"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "id"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(is_enabled=True),
                name="core_webhookendpoint_on",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WebhookState(models.TextChoices):
    PENDING = "pending", _("pending")
    DONE = "done", _("delivered")
    FAILED = "failed", _("failed")


@without_history("the working state of sending; the event and the attempts are the record")
class WebhookDelivery(models.Model):
    """One event for one endpoint. `body` is the very text that is signed, on every attempt.

    `attempts` counts since it was queued, replayed, or its endpoint was enabled again; after
    `give_up_at` a failure is final. Who holds the lease calls the receiver; others wait.
    """

    endpoint = models.ForeignKey(
        WebhookEndpoint,
        on_delete=models.CASCADE,
        related_name="deliveries",
        verbose_name=_("webhook"),
    )
    event_id = models.UUIDField(_("event id"))
    event_type = models.CharField(_("event"), max_length=100)
    body = models.TextField(_("sent text"))
    state = models.CharField(
        _("state"), max_length=8, choices=WebhookState, default=WebhookState.PENDING
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    give_up_at = models.DateTimeField(_("given up after"))
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_holder = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "event_id"], name="core_webhookdelivery_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "next_attempt_at"],
                condition=models.Q(state=WebhookState.PENDING),
                name="core_webhookdelivery_due",
            ),
            models.Index(
                fields=["endpoint", "lease_until"],
                condition=models.Q(lease_until__isnull=False),
                name="core_webhookdelivery_leased",
            ),
            models.Index(fields=["created_at"], name="core_webhookdelivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.webhook_id}"

    @property
    def webhook_id(self) -> str:
        """The id that the receiver sees: the same on every attempt and replay of this event."""
        return f"msg_{self.event_id.hex}"


class FailureCode(models.TextChoices):
    """Why a call was no success."""

    STATUS = "status", _("refused by its answer")
    REDIRECT = "redirect", _("redirected, which is not followed")
    NOT_SENT = "not_sent", _("could not be reached")
    NO_REPLY = "no_reply", _("did not answer in time")
    ADDRESS = "address_refused", _("the address is not allowed")
    SECRET = "secret_unreadable", _("the secret cannot be read")
    INTERNAL = "internal", _("a fault of our own")


@without_history("is itself a record, written once a call")
class WebhookAttempt(models.Model):
    """One call: when, how long it took, and what came back. `failure` is empty when accepted."""

    LARGEST_ANSWER: ClassVar[int] = 500

    delivery = models.ForeignKey(
        WebhookDelivery, on_delete=models.CASCADE, related_name="attempt_log"
    )
    started_at = models.DateTimeField(_("time"))
    duration_ms = models.PositiveIntegerField(_("milliseconds"))
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    failure = models.CharField(
        _("failure"), max_length=20, choices=FailureCode, blank=True, default=""
    )
    answer = models.CharField(_("answer"), max_length=LARGEST_ANSWER, blank=True, default="")

    class Meta:
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M:%S} {self.status or self.failure}"
