"""Who tries the API, and the rows they find there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.middleware.csrf import _get_new_csrf_string
from django.test import Client

from catalog.models import Category, Price, PriceList
from core.events.verification_runs import VERIFY_EVENTS
from core.identity.models import User
from core.identity.tokens import issue_token
from core.importing.models import ImportRun
from core.jobs.models import Job, JobState
from settings_modules.locations.models import Location
from settings_modules.organizations.models import (
    ApprovalKind,
    ApprovalRequest,
    DocumentSeries,
    DocumentType,
    IssuedNumber,
    Membership,
    Organization,
)
from settings_modules.organizations.services.document_numbers import issue_number
from settings_modules.partners.models import BusinessPartner
from tests.factories.catalog import make_product
from tests.factories.commissions import make_commission
from tests.factories.commodities import (
    make_commodity,
    make_packaging,
    make_parameter,
    make_parameter_template,
    make_variety,
    unit,
)
from tests.factories.exchange_rates import make_rate, make_weights
from tests.factories.organizations import (
    make_account,
    make_member,
    make_registration,
    role_group,
)
from tests.factories.partners import (
    make_address,
    make_contact,
    make_partner_account,
    make_partner_registration,
)
from tests.factories.saved_filters import make_filter
from tests.factories.tax_codes import (
    make_conflict,
    make_goods_category,
    make_knowledge,
    make_revision,
    make_tax_code,
    make_tax_rate,
)
from tests.factories.terms import TERMS, make_term
from tests.factories.years import make_year

CALLERS = ("anonymous", "superuser", "owner", "token", "junk")


@dataclass(frozen=True)
class Shop:
    """A small shop: the headers of each caller, and keys that are there by collection."""

    headers: dict[str, dict[str, str]]
    cookies: dict[str, dict[str, str]]
    keys: dict[str, list[str]] = field(default_factory=dict)


def session_cookies(user: User) -> dict[str, str]:
    """What a browser keeps that is signed in."""
    client = Client()
    client.force_login(user)
    session: str = client.cookies["sessionid"].value
    return {"sessionid": session, "csrftoken": _get_new_csrf_string()}


def make_callers_shop() -> Shop:
    """The shop and its callers, all of the same organization."""
    category = Category.objects.create(name_en="Cables", name_ar="كابلات")
    product = make_product(sku="A-1", name="Cable", name_ar="كابل", category=category)
    make_product(sku="B-2", name="Drill", stock="0")
    organization = Organization.objects.get()
    superuser = User.objects.create_superuser("root@example.com")
    owner = make_member(organization, "owner")
    _, token = issue_token(user=owner, name="till", groups=[role_group("owner")])
    own, _ = issue_token(user=superuser, name="of root")
    job = Job.objects.create(kind=VERIFY_EVENTS, state=JobState.SUCCEEDED, request_id="r")
    partner = BusinessPartner.objects.create(name="A shop", email="shop@example.com")
    year = make_year(organization)
    commodity = make_commodity("Cotton", code="COTTON-001")
    approval = ApprovalRequest.objects.create(
        kind=ApprovalKind.REOPEN_YEAR,
        organization=organization,
        target_id=year.pk,
        seen_version=year.version,
        proposal='{"status": "open"}',
        requested_by=make_member(organization, "finance"),
    )
    number = issue_number(document_type=DocumentType.ORDER)
    rows: dict[str, Any] = {
        "catalog/products": product,
        "catalog/categories": category,
        "catalog/price-lists": PriceList.objects.get(),
        "catalog/prices": Price.objects.first(),
        "settings/locations": Location.objects.get(),
        "settings/organizations": organization,
        "settings/memberships": Membership.objects.get(user=owner),
        "settings/document-series": DocumentSeries.objects.get(),
        "settings/financial-years": year,
        "settings/approval-requests": approval,
        "settings/issued-numbers": IssuedNumber.objects.get(pk=number.ledger_id),
        "settings/gst-registrations": make_registration(organization),
        "settings/bank-accounts": make_account(organization),
        "settings/partners": partner,
        "settings/commodities": commodity,
        "settings/commodities/varieties": make_variety(commodity, name="DCH-32"),
        "settings/commodities/parameters": make_parameter(commodity),
        "settings/commodities/parameter-templates": make_parameter_template(),
        "settings/commodities/units": unit("BALE"),
        "settings/commodities/packaging": make_packaging(commodity),
        "settings/commodities/exchange-rates": make_rate(),
        "settings/partner-contacts": make_contact(partner),
        "settings/partner-addresses": make_address(partner),
        "settings/partner-gst-registrations": make_partner_registration(partner),
        "settings/partner-bank-accounts": make_partner_account(partner),
        "settings/commodities/categories": make_goods_category(),
        "settings/commodities/tax-codes": make_tax_code(),
        "settings/commodities/tax-rates": make_tax_rate(),
        "settings/commodities/tax-rates/revisions": make_revision(),
        "settings/commodities/hsn-knowledge": make_knowledge(),
        "settings/commodities/hsn-conflicts": make_conflict(),
        **{f"settings/commodities/{name}": make_term(model) for name, model in TERMS.items()},
        "settings/commodities/commissions": make_commission(commodity=commodity),
        "jobs": job,
        "imports": ImportRun.objects.create(
            resource="locations", file_name="places.csv", file_size=1
        ),
        "tokens": own,
        "saved-filters": make_filter(owner, is_shared=True),
        "audit/users": owner,
    }
    make_weights()
    make_commission(
        commission_type="TIERED", tier_basis="AMOUNT", tiers=[{"starts_at": 0, "rate": 2}]
    )
    keys = {place: [str(row.pk)] for place, row in rows.items()}
    keys["consumer/products"] = [str(product.pk), "A-1", "B-2"]
    keys["settings/commodities/by-code"] = ["COTTON-001"]
    keys["organizations"] = [str(organization.pk)]
    cookies = {"superuser": session_cookies(superuser), "owner": session_cookies(owner)}
    headers = {caller: {"X-CSRFToken": kept["csrftoken"]} for caller, kept in cookies.items()}
    headers |= {"anonymous": {}, "token": {"Authorization": f"Token {token}"}, "junk": {}}
    return Shop(headers, cookies, keys)
