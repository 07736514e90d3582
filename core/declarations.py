"""What the core itself declares: its events, its job, and where its rows may quote a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.erasure import declare_mentioning_rows, declare_working_texts
from core.events import relay
from core.events.models import EventDelivery
from core.events.verification_runs import VERIFY_EVENTS, repeat_verification, start_verification
from core.identity import events as account_events
from core.importing import declarations as imports
from core.jobs.models import Job
from core.jobs.registry import declare_job_kind
from core.saved_filters import events as saved_filter_events
from core.saved_filters.models import SavedFilter
from core.saved_filters.services import remove_filters
from core.webhooks import event_types, fan_out
from core.webhooks.models import WebhookAttempt


def declare() -> None:
    """Add all of it to the registries."""
    account_events.declare()
    saved_filter_events.declare()
    relay.declare()
    event_types.declare()
    fan_out.register()
    declare_job_kind(
        VERIFY_EVENTS,
        label=_("Verify the event record"),
        permission="core.add_job",
        start=repeat_verification,
        start_new=start_verification,
    )
    imports.declare()
    declare_working_texts(EventDelivery, "last_error", "discard_reason")
    declare_working_texts(Job, "step", "log_tail", "error", "result")
    declare_working_texts(WebhookAttempt, "answer")
    declare_mentioning_rows(SavedFilter, "name", "query", remove=remove_filters)
