"""One way to make a row of every model that has a page."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from itertools import count

from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from catalog.models import Category, Movement, Price, PriceList, StockLevel
from catalog.services.stock import adjust_stock
from core.events.models import DeliveryState, Event, EventDelivery
from core.events.services import queue_event, unit_of_work
from core.identity.models import User
from core.identity.tokens import issue_token
from core.importing.models import ImportRun
from core.jobs.models import Job
from core.operations.models import SlowKind, SlowOperation
from core.registration_numbers.india import gstin_check_character
from core.webhooks.models import WebhookDelivery, WebhookEndpoint
from integrations.zoho.models import Connection, OrderPush, SyncKind, SyncRun
from settings_modules.commodities.services.units import create_unit
from settings_modules.locations.models import Location
from settings_modules.organizations.models import (
    ApprovalKind,
    ApprovalRequest,
    DocumentType,
    FinancialYear,
    GstRegistration,
    IssuedNumber,
    Membership,
    Organization,
)
from settings_modules.organizations.services.document_numbers import issue_number
from tests.factories.catalog import make_order, make_product, make_shop
from tests.factories.commissions import make_commission
from tests.factories.commodities import (
    make_commodity,
    make_packaging,
    make_parameter,
    make_parameter_template,
    make_variety,
)
from tests.factories.exchange_rates import make_rate
from tests.factories.organizations import join, make_account, make_registration
from tests.factories.partners import (
    make_address,
    make_contact,
    make_partner,
    make_partner_account,
    make_partner_registration,
)
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

_numbers = count(1)


def _event() -> Event:
    # Far from the keys of products that have events of their own.
    number = 10**9 + next(_numbers)
    with unit_of_work():
        queue_event(stream_type="product", stream_id=str(number), type="product.created", data={})
    return Event.objects.get(stream_type="product", stream_id=str(number))


def _delivery() -> EventDelivery:
    return EventDelivery.objects.create(
        event_id=uuid.uuid4(),
        subscriber="example",
        stream_type="product",
        stream_id="1",
        position=next(_numbers),
        state=DeliveryState.DEAD,
        next_attempt_at=timezone.now(),
    )


def _webhook() -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(
        name=f"Receiver {next(_numbers)}",
        url="https://receiver.example.com/hook",
        secret="whsec_hidden",
        event_types=["product.created"],
    )


def _webhook_delivery() -> WebhookDelivery:
    delivery = WebhookDelivery.objects.create(
        endpoint=_webhook(),
        event_id=uuid.uuid4(),
        event_type="product.created",
        body="{}",
        give_up_at=timezone.now(),
    )
    delivery.attempt_log.create(started_at=timezone.now(), duration_ms=3, status=500)
    return delivery


def _connection() -> Connection:
    return Connection.objects.create(
        name=f"Zoho {next(_numbers)}",
        accounts_url="https://accounts.example.com",
        api_url="https://api.example.com",
        zoho_organization_id="10",
        client_id="id",
        client_secret="hidden-secret",
        refresh_token="hidden-token",
        is_active=False,
    )


def _run() -> SyncRun:
    job = Job.objects.create(kind="zoho.items", request_id="r" * 32)
    return SyncRun.objects.create(job=job, connection=_connection(), kind=SyncKind.ITEMS)


def _movement() -> Movement:
    stock = make_product(stock="1").stock.get()
    adjust_stock(stock=stock, new_on_hand=Decimal(5), reason="count")
    return Movement.objects.get(product_id=stock.product_id)


def _task() -> PeriodicTask:
    interval = IntervalSchedule.objects.create(every=next(_numbers), period="minutes")
    return PeriodicTask.objects.create(name=f"Task {next(_numbers)}", task="x", interval=interval)


def _permission() -> Permission:
    return Permission.objects.order_by("pk")[next(_numbers) % 20]


def _price() -> Price:
    return make_product().prices.get()


def _stock() -> StockLevel:
    return make_product().stock.get()


def _membership() -> Membership:
    person = User.objects.create(email=f"member{next(_numbers)}@example.com", is_staff=True)
    organization = Organization.objects.create(name=f"Company {next(_numbers)}")
    return join(person, organization, "viewer")


def _issued_number() -> IssuedNumber:
    make_shop()
    return IssuedNumber.objects.get(pk=issue_number(document_type=DocumentType.ORDER).ledger_id)


def _year() -> FinancialYear:
    return make_year(Organization.objects.create(name=f"Company {next(_numbers)}"))


def _approval() -> ApprovalRequest:
    year = _year()
    asker = User.objects.create(email=f"asker{next(_numbers)}@example.com", is_staff=True)
    return ApprovalRequest.objects.create(
        kind=ApprovalKind.REOPEN_YEAR,
        organization=year.organization,
        target_id=year.pk,
        proposal='{"status": "open"}',
        requested_by=asker,
    )


def _registration() -> GstRegistration:
    head = f"27AAACM{next(_numbers):04d}A1Z"
    organization = Organization.objects.create(name=f"Company {next(_numbers)}")
    return make_registration(organization, head + gstin_check_character(head))


ROWS: dict[str, Callable[[], Model]] = {
    "auth.Group": lambda: Group.objects.create(name=f"Role {next(_numbers)}"),
    "auth.Permission": _permission,
    "catalog.Category": lambda: Category.objects.create(name_en=f"Shelf {next(_numbers)}"),
    "catalog.Movement": _movement,
    "catalog.Order": lambda: make_order((make_product(), 2)),
    "catalog.Price": _price,
    "catalog.PriceList": lambda: PriceList.objects.create(
        code=f"list-{next(_numbers)}", currency="IQD"
    ),
    "catalog.Product": make_product,
    "catalog.StockLevel": _stock,
    "commodities.Commodity": make_commodity,
    "commodities.CommodityVariety": make_variety,
    "commodities.ParameterTemplate": make_parameter_template,
    "commodities.QualityParameter": make_parameter,
    "commodities.CommodityPackaging": make_packaging,
    "commodities.Unit": lambda: create_unit(
        values={
            "code": f"PACK_{next(_numbers)}",
            "name_en": "Pack",
            "dimension": "count",
            "factor": Decimal(5),
        }
    ),
    "commodities.ExchangeRate": lambda: make_rate(
        base="USD", quote="INR", source=f"{next(_numbers)}"
    ),
    "commodities.CommodityCategory": make_goods_category,
    "commodities.HsnKnowledge": make_knowledge,
    "commodities.TaxCode": make_tax_code,
    "commodities.TaxCodeConflict": make_conflict,
    "commodities.TaxRate": make_tax_rate,
    "commodities.TaxRateRevision": make_revision,
    "commodities.CommissionStructure": make_commission,
    **{model._meta.label: partial(make_term, model) for model in TERMS.values()},
    "core.ApiToken": lambda: issue_token(
        user=User.objects.create(email=f"holder{next(_numbers)}@example.com", is_staff=True),
        name="till",
    )[0],
    "core.Event": _event,
    "core.EventDelivery": _delivery,
    "core.ImportRun": lambda: ImportRun.objects.create(
        resource="locations", file_name="places.csv", file_size=1, counts={"rows": 1, "new": 1}
    ),
    "core.Job": lambda: Job.objects.create(kind="example", request_id="r" * 32),
    "core.SlowOperation": lambda: SlowOperation.objects.create(
        kind=SlowKind.REQUEST, duration_ms=1200, method="GET", route="x", request_id="r" * 32
    ),
    "core.WebhookDelivery": _webhook_delivery,
    "core.WebhookEndpoint": _webhook,
    "core.User": lambda: User.objects.create(
        email=f"person{next(_numbers)}@example.com", is_staff=True
    ),
    "django_celery_beat.CrontabSchedule": lambda: CrontabSchedule.objects.create(
        minute=str(next(_numbers) % 60)
    ),
    "django_celery_beat.IntervalSchedule": lambda: IntervalSchedule.objects.create(
        every=next(_numbers), period="hours"
    ),
    "django_celery_beat.PeriodicTask": _task,
    "locations.Location": lambda: Location.objects.create(
        code=f"place-{next(_numbers)}", name_en="Place"
    ),
    "organizations.IssuedNumber": _issued_number,
    "organizations.ApprovalRequest": _approval,
    "organizations.FinancialYear": _year,
    "organizations.BankAccount": lambda: make_account(
        Organization.objects.create(name=f"Company {next(_numbers)}")
    ),
    "organizations.GstRegistration": _registration,
    "organizations.Membership": _membership,
    "organizations.Organization": lambda: Organization.objects.create(
        name=f"Company {next(_numbers)}"
    ),
    "partners.BusinessPartner": make_partner,
    "partners.PartnerAddress": lambda: make_address(make_partner()),
    "partners.PartnerBankAccount": lambda: make_partner_account(make_partner()),
    "partners.PartnerContact": lambda: make_contact(make_partner()),
    "partners.PartnerGstRegistration": lambda: make_partner_registration(make_partner()),
    "zoho.Connection": _connection,
    "zoho.OrderPush": lambda: OrderPush.objects.create(order=make_order((make_product(), 1))),
    "zoho.SyncRun": _run,
}
