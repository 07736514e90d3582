"""The menu at the side, grouped as staff think of their work."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

#: Group title, then (model, icon).
GROUPS: list[tuple[Any, list[tuple[str, str]]]] = [
    (
        _("Catalogue"),
        [
            ("catalog.Product", "inventory_2"),
            ("catalog.Category", "category"),
            ("catalog.PriceList", "sell"),
            ("catalog.Price", "payments"),
        ],
    ),
    (
        _("Stock"),
        [
            ("catalog.StockLevel", "warehouse"),
            ("catalog.Movement", "swap_vert"),
            ("locations.Location", "location_on"),
        ],
    ),
    (
        _("Commodities"),
        [
            ("commodities.Commodity", "grass"),
            ("commodities.CommodityVariety", "spa"),
            ("commodities.QualityParameter", "straighten"),
            ("commodities.ParameterTemplate", "checklist"),
            ("commodities.Unit", "straighten"),
            ("commodities.CommodityPackaging", "package_2"),
            ("commodities.ExchangeRate", "currency_exchange"),
            ("commodities.CommodityCategory", "category"),
            ("commodities.TaxCode", "percent"),
            ("commodities.TaxRate", "request_quote"),
            ("commodities.TaxRateRevision", "published_with_changes"),
            ("commodities.HsnKnowledge", "lightbulb"),
            ("commodities.TaxCodeConflict", "gavel"),
            ("commodities.CommissionStructure", "percent"),
            ("commodities.PaymentTerm", "event_upcoming"),
            ("commodities.DeliveryTerm", "local_shipping"),
            ("commodities.WeightmentTerm", "scale"),
            ("commodities.PassingTerm", "rule"),
            ("commodities.BargainType", "handshake"),
            ("commodities.TradeType", "swap_horiz"),
        ],
    ),
    (_("Orders"), [("catalog.Order", "shopping_cart")]),
    (
        _("Partners"),
        [
            ("partners.BusinessPartner", "groups"),
            ("partners.PartnerContact", "contacts"),
            ("partners.PartnerAddress", "home_pin"),
            ("partners.PartnerGstRegistration", "receipt_long"),
            ("partners.PartnerBankAccount", "account_balance"),
        ],
    ),
    (
        _("Organization"),
        [
            ("organizations.Organization", "domain"),
            ("organizations.GstRegistration", "receipt_long"),
            ("organizations.BankAccount", "account_balance"),
            ("organizations.FinancialYear", "event_note"),
            ("organizations.IssuedNumber", "tag"),
            ("organizations.ApprovalRequest", "approval"),
            ("organizations.Membership", "assignment_ind"),
            ("core.User", "person"),
            ("auth.Group", "badge"),
            ("core.ApiToken", "key"),
        ],
    ),
    (
        "Zoho",
        [
            ("zoho.SyncRun", "sync"),
            ("zoho.OrderPush", "cloud_upload"),
            ("zoho.Connection", "link"),
        ],
    ),
    (
        _("Operations"),
        [
            ("core.ImportRun", "upload_file"),
            ("core.Job", "pending_actions"),
            ("core.Event", "history"),
            ("core.EventDelivery", "outbox"),
            ("core.SlowOperation", "speed"),
            ("core.WebhookEndpoint", "webhook"),
            ("core.WebhookDelivery", "send"),
            ("django_celery_beat.PeriodicTask", "schedule"),
            ("django_celery_beat.IntervalSchedule", "timer"),
            ("django_celery_beat.CrontabSchedule", "calendar_month"),
        ],
    ),
]

#: Further pages: group title, title, icon, address, and the permission to see it.
LINKS: list[tuple[Any, Any, str, str, str]] = [
    (
        _("Commodities"),
        _("Convert units"),
        "swap_horiz",
        "admin:commodities_unit_convert_page",
        "commodities.view_unit",
    ),
    (
        _("Commodities"),
        _("Calculate an amount"),
        "calculate",
        "admin:commodities_unit_billing_page",
        "commodities.view_unit",
    ),
    (
        _("Commodities"),
        _("Price calculator"),
        "calculate",
        "admin:commodities_price_calculator",
        "commodities.view_exchangerate",
    ),
    (
        _("Commodities"),
        _("Commission simulator"),
        "calculate",
        "admin:commodities_commissionstructure_simulate",
        "commodities.view_commissionstructure",
    ),
    (
        _("Operations"),
        _("Find a request"),
        "manage_search",
        "admin:core_request_trail",
        "core.view_event",
    ),
]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups with the pages that this person may see."""
    home = {"title": _("Overview"), "icon": "dashboard", "link": reverse("admin:index")}
    groups: list[dict[str, Any]] = [{"items": [home]}]
    for title, models in GROUPS:
        items = [
            item for label, icon in models if (item := _item(request, label, icon)) is not None
        ]
        items += [
            {"title": link_title, "icon": icon, "link": reverse(address)}
            for group, link_title, icon, address, permission in LINKS
            if group == title and request.user.has_perm(permission)
        ]
        if items:
            groups.append({"title": title, "items": items})
    return groups


def account_links(request: HttpRequest) -> list[dict[str, Any]]:  # noqa: ARG001  (the theme's way)
    """What people look after themselves, below their name."""
    return [
        {"title": _("My sessions"), "link": reverse("admin:own_sessions")},
        {"title": _("Second factor"), "link": reverse("mfa_index")},
        {"title": _("Change password"), "link": reverse("account_change_password")},
    ]


def _item(request: HttpRequest, label: str, icon: str) -> dict[str, Any] | None:
    """One line of the menu; None for a page that does not exist or may not be seen."""
    app_label, model_name = label.split(".")
    model = apps.all_models[app_label].get(model_name.lower())
    page = admin.site._registry.get(model) if model is not None else None
    if page is None or not page.has_view_permission(request):
        return None
    options = page.opts
    return {
        "title": capfirst(options.verbose_name_plural),
        "icon": icon,
        "link": reverse(f"admin:{options.app_label}_{options.model_name}_changelist"),
    }
