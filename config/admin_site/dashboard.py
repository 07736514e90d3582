"""The figures of the start page: one cheap query each, and only those the person may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from catalog.admin.amounts import shown_number
from catalog.models import Order
from catalog.selectors.dashboard import (
    orders_needing_attention,
    orders_today,
    sellable_products,
)
from core.events.models import DeliveryState, EventDelivery
from core.jobs.models import Job, JobState
from core.tenancy import visible_rows
from integrations.zoho.selectors.runs import latest_run

_SYNC_TONES: dict[str, str] = {
    JobState.SUCCEEDED: "good",
    JobState.PARTIAL: "alarm",
    JobState.FAILED: "alarm",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One figure: what it counts, how much, what to add, where it leads.

    `tone` is "calm", "good" or "alarm".
    """

    title: str
    value: str
    note: str
    link: str
    icon: str
    tone: str = "calm"


def dashboard_cards(request: HttpRequest) -> list[Card]:
    """The cards that this person may see."""
    user: Any = request.user
    orders = visible_rows(Order.objects.all(), user)
    cards: list[tuple[str, Callable[[], Card]]] = [
        ("catalog.view_order", partial(_orders_card, orders)),
        ("catalog.view_order", partial(_attention_card, orders)),
        ("catalog.view_product", _products_card),
        ("zoho.view_syncrun", _sync_card),
        ("core.view_job", _jobs_card),
        ("core.view_eventdelivery", _dead_letters_card),
    ]
    return [card() for permission, card in cards if user.has_perm(permission)]


def _orders_card(orders: QuerySet[Order]) -> Card:
    today = orders_today(timezone.get_current_timezone_name(), among=orders)
    note = _("%(count)s to ship") % {"count": shown_number(today.to_ship)}
    if today.currency:
        note = f"{note} · {shown_number(today.total)} {today.currency}"
    return Card(
        title=_("Orders today"),
        value=shown_number(today.count),
        note=note,
        link=reverse("admin:catalog_order_changelist"),
        icon="shopping_cart",
    )


def _attention_card(orders: QuerySet[Order]) -> Card:
    count = orders_needing_attention(among=orders)
    return Card(
        title=_("Orders not taken by Zoho"),
        value=shown_number(count),
        note=_("need attention") if count else _("all is well"),
        link=reverse("admin:catalog_order_changelist") + "?mirror_state__exact=failed",
        icon="sync_problem",
        tone="alarm" if count else "good",
    )


def _products_card() -> Card:
    return Card(
        title=_("Products on sale"),
        value=shown_number(sellable_products()),
        note=_("active, priced and in stock"),
        link=reverse("admin:catalog_product_changelist"),
        icon="inventory_2",
    )


def _sync_card() -> Card:
    run = latest_run()
    link = reverse("admin:zoho_syncrun_changelist")
    title = _("Last synchronisation")
    if run is None:
        return Card(title=title, value="—", note=_("none yet"), link=link, icon="sync")
    started = run.job.started_at or run.job.created_at
    return Card(
        title=title,
        value=capfirst(run.job.get_state_display()),
        note=_sync_note(run.get_kind_display(), started),
        link=link,
        icon="sync",
        tone=_SYNC_TONES.get(run.job.state, "calm"),
    )


def _sync_note(kind: str, started: datetime) -> str:
    if timezone.now() - started < timedelta(minutes=1):
        return _("%(kind)s, just now") % {"kind": kind}
    # In a larger unit the smaller one is noise: "2 hours", not "2 hours, 5 minutes".
    return _("%(kind)s, %(age)s ago") % {"kind": kind, "age": timesince(started, depth=1)}


def _jobs_card() -> Card:
    count = Job.objects.unfinished().count()
    return Card(
        title=_("Jobs running"),
        value=shown_number(count),
        note=_("in the background"),
        link=reverse("admin:core_job_changelist"),
        icon="pending_actions",
    )


def _dead_letters_card() -> Card:
    count = EventDelivery.objects.filter(state=DeliveryState.DEAD).count()
    return Card(
        title=_("Dead letters"),
        value=shown_number(count),
        note=_("hold back later events") if count else _("all is well"),
        link=reverse("admin:core_eventdelivery_changelist") + "?state__exact=dead",
        icon="outbox",
        tone="alarm" if count else "good",
    )
