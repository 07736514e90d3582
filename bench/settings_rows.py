"""The companies, their records, the places and the people that the settings are loaded with."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from bench.services import Services
from bench.steps import SETTINGS, Caller

ORGANIZATIONS = 10
PEOPLE_OF_EACH = 20
REGISTRATIONS_OF_EACH = 50
ACCOUNTS_OF_EACH = 5
LOCATIONS = 1600
_ROLE = "owner"
_STATES = ("24", "27", "29", "33", "36")
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: English, Arabic, postal code, latitude, longitude, country.
_CITIES = (
    ("Baghdad", "بغداد", "10001", 33.31, 44.36, "IQ"),
    ("Basra", "البصرة", "61001", 30.51, 47.78, "IQ"),
    ("Erbil", "أربيل", "44001", 36.19, 44.01, "IQ"),
    ("Mosul", "الموصل", "41001", 36.34, 43.13, "IQ"),
    ("Najaf", "النجف", "54001", 32.00, 44.34, "IQ"),
    ("Karbala", "كربلاء", "56001", 32.62, 44.02, "IQ"),
    ("Kirkuk", "كركوك", "36001", 35.47, 44.39, "IQ"),
    ("Mumbai", "مومباي", "400001", 19.08, 72.88, "IN"),
    ("Chennai", "تشيناي", "600001", 13.08, 80.27, "IN"),
    ("Hyderabad", "حيدر آباد", "500001", 17.39, 78.49, "IN"),
)
_KINDS = (("Market", "سوق"), ("Gallery", "معرض"), ("Corner", "ركن"), ("House", "بيت"))
#: What is searched: cities in both scripts, a word of a name, a code, a postal code, nothing.
WORDS = (
    *("Basra", "أربيل", "Najaf Market", "karbala", "سوق الموصل", "LOAD-0042", "600001"),
    *("Gallery 1", "Nowhere"),
)


@dataclass(frozen=True)
class SettingsRows:
    """What was made: who calls, and the ids of the places that they read and change."""

    callers: list[Caller]
    locations: list[int]

    def as_plan(self) -> dict[str, Any]:
        """For the generator of the load."""
        callers = [asdict(caller) for caller in self.callers]
        return {"callers": callers, "locations": self.locations, "words": list(WORDS)}


def make_rows(services: Services) -> SettingsRows:
    """Make all of it; Django must be set up."""
    from django.db import transaction  # noqa: PLC0415  (needs the settings' environment)

    with transaction.atomic():
        organizations = _make_organizations()
        registrations = _make_registrations(organizations)
        records = _make_company_records(organizations)
        locations = _make_locations()
    people = _make_people(organizations)
    with services.connect() as connection:
        connection.execute("VACUUM ANALYZE")
    callers = [
        Caller(
            token=token,
            organization=organization.pk,
            registrations=registrations[organization.pk],
            records=[*records[organization.pk], f"{SETTINGS}/organizations/{organization.pk}"],
        )
        for token, organization in people
    ]
    return SettingsRows(callers, locations)


def gstin(state: str, pan: str, entity: int) -> str:
    """A GSTIN whose check character is right; `entity` is 1 to 35."""
    body = f"{state}{pan}{_SIGNS[entity]}Z"
    base = len(_SIGNS)
    weighed = [_SIGNS.index(sign) * (1 + place % 2) for place, sign in enumerate(body)]
    total = sum(value // base + value % base for value in weighed)
    return body + _SIGNS[-total % base]


def _pan(number: int) -> str:
    return f"AAACB{number:04d}K"


def _make_organizations() -> list[Any]:
    from settings_modules.organizations.models import Organization  # noqa: PLC0415

    return Organization.objects.bulk_create(
        Organization(name=f"Load {number:02d} Trading", pan=_pan(number), country="IN")
        for number in range(ORGANIZATIONS)
    )


def _make_registrations(organizations: list[Any]) -> dict[int, list[int]]:
    """The ids by organization."""
    from settings_modules.organizations.models import GstRegistration  # noqa: PLC0415

    made: dict[int, list[int]] = {}
    for number, organization in enumerate(organizations):
        rows = GstRegistration.objects.bulk_create(
            GstRegistration(
                organization=organization,
                gstin=gstin(_STATES[index % 5], _pan(number), 1 + index // 5),
                legal_name=organization.name,
                address=f"Road {index}",
                branch_code=f"B{index:03d}",
                is_primary=index == 0,
            )
            for index in range(REGISTRATIONS_OF_EACH)
        )
        made[organization.pk] = [row.pk for row in rows]
    return made


def _make_company_records(organizations: list[Any]) -> dict[int, list[str]]:
    """Bank accounts, the year in force and its series of invoices; their paths by organization."""
    from settings_modules.organizations.models import (  # noqa: PLC0415
        BankAccount,
        DocumentSeries,
        FinancialYear,
        YearStatus,
    )

    made: dict[int, list[str]] = {}
    year = datetime.now(UTC).year
    for number, organization in enumerate(organizations):
        accounts = BankAccount.objects.bulk_create(
            BankAccount(
                organization=organization,
                account_holder=organization.name,
                bank_name=f"Bank {index}",
                currency="INR",
                account_number=f"{number:04d}{index:08d}",
                last_four=f"{index:04d}",
                fingerprint=f"{number:032x}{index:032x}",
                ifsc=f"LOAD0{index:06d}",
                is_default=index == 0,
            )
            for index in range(ACCOUNTS_OF_EACH)
        )
        in_force = FinancialYear.objects.create(
            organization=organization,
            name=f"FY {year}",
            start_date=date(year, 1, 1),
            end_date=date(year, 12, 31),
            status=YearStatus.OPEN,
            is_active=True,
        )
        series = DocumentSeries.objects.create(
            organization=organization,
            document_type="invoice",
            reset_annually=True,
            financial_year=in_force,
            prefix=f"L{number}-",
        )
        made[organization.pk] = [
            *(f"{SETTINGS}/bank-accounts/{account.pk}" for account in accounts),
            f"{SETTINGS}/financial-years/{in_force.pk}",
            f"{SETTINGS}/document-series/{series.pk}",
        ]
    return made


def _make_locations() -> list[int]:
    from settings_modules.locations.models import Location  # noqa: PLC0415

    source = random.Random(20)
    rows = []
    for number in range(LOCATIONS):
        city, city_ar, pincode, latitude, longitude, country = source.choice(_CITIES)
        kind, kind_ar = source.choice(_KINDS)
        rows.append(
            Location(
                code=f"load-{number:04d}",
                name_en=f"{city} {kind} {number}",
                name_ar=f"{kind_ar} {city_ar} {number}",
                kind="branch",
                is_sellable=False,
                address_line1=f"Street {number}",
                city=city,
                pincode=pincode,
                country=country,
                latitude=round(latitude + source.uniform(-0.1, 0.1), 6),
                longitude=round(longitude + source.uniform(-0.1, 0.1), 6),
                timezone="Asia/Baghdad" if country == "IQ" else "Asia/Kolkata",
                opening_hours={"sun": [["09:00", "13:00"], ["16:00", "21:00"]]},
            )
        )
    return [row.pk for row in Location.objects.bulk_create(rows)]


def _make_people(organizations: list[Any]) -> list[tuple[str, Any]]:
    """The tokens of people with a second factor who run their organization, and it."""
    from allauth.mfa.models import Authenticator  # noqa: PLC0415
    from django.contrib.auth.models import Group  # noqa: PLC0415

    from core.identity.models import User  # noqa: PLC0415
    from core.identity.role_groups import update_role_groups  # noqa: PLC0415
    from core.identity.roles import GROUP_PREFIX  # noqa: PLC0415
    from core.identity.tokens import issue_token  # noqa: PLC0415
    from settings_modules.organizations.services.memberships import grant_role  # noqa: PLC0415

    update_role_groups()
    role = Group.objects.get(name=f"{GROUP_PREFIX}{_ROLE}")
    made = []
    for number in range(PEOPLE_OF_EACH):
        for organization in organizations:
            address = f"person-{number}-{organization.pk}@load.tradepost.example"
            user = User.objects.create_user(address, is_staff=True)
            grant_role(user=user, organization=organization, role=role)
            Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
            _, token = issue_token(user=user, name="load", groups=[role])
            made.append((token, organization))
    return made
