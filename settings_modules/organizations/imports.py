"""GST registrations by files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from core.importing.columns import Column, Reference, Text
from core.importing.model_columns import model_column
from core.importing.models import ImportFinding
from core.importing.resources import (
    ImportResource,
    Message,
    RowProblem,
    SetCheck,
    StagedRow,
    declare_import_resource,
)
from core.importing.staging import Staging
from core.indian_states import find_state
from core.registration_numbers import india
from core.registration_numbers.checking import refusal_of
from settings_modules.organizations.models import GstRegistration, Organization

PATTERN = "^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]$"
_SHAPE = re.compile(PATTERN.strip("^$"))
_LENGTH = 15
_REGISTRATIONS = GstRegistration._meta.db_table
_ORGANIZATIONS = Organization._meta.db_table


def check_rows(batch: list[StagedRow]) -> Iterable[RowProblem]:
    """State and check character of those that have the right shape, and the state beside them."""
    for row in batch:
        gstin = str(row.values.get("gstin", ""))
        if not _SHAPE.fullmatch(gstin):
            continue
        checks: dict[str, Callable[[], object]] = {
            "gstin": partial(india.checked_gstin, gstin),
            "state": partial(india.require_state_of_gstin, gstin, str(row.values.get("state", ""))),
        }
        for column, check in checks.items():
            refusal = refusal_of(check, column)
            if refusal is not None:
                yield RowProblem(
                    row.number, column, refusal.code, is_soft=True, facts=dict(refusal.values)
                )


def fill_in(staging: Staging) -> None:
    """The state of the GSTIN, called as it is today, and each organization's primary one."""
    for batch in staging.batches():
        staging.replace_values(
            {row.number: values for row in batch if (values := _state_of(row.values))}
        )
    choose_primaries(staging)


def _state_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The state to write; nothing when the file has another one, or another's digits."""
    known = india.state_of_gstin(str(values.get("gstin", "")))
    if known is None or find_state(str(values.get("state", ""))) not in {None, known}:
        return {}
    return {"state": known.name}


def choose_primaries(staging: Staging) -> None:
    """An organization that has no primary registration, nor one in the file, gets its first new."""
    findings = ImportFinding._meta.db_table
    staging.execute(
        'UPDATE {rows} r SET "values" = r.values || \'{"is_primary": "true"}\' FROM ('
        " SELECT min(row.number) AS number FROM {rows} row"
        f" JOIN {_ORGANIZATIONS} o ON o.name = row.values->>'organization'"
        " WHERE row.run_id = %s AND COALESCE(row.values->>'is_active', 'true') = 'true'"
        f" AND NOT EXISTS (SELECT FROM {findings} f WHERE f.run_id = row.run_id"
        " AND f.number = row.number AND f.level = 'error')"
        f" AND NOT EXISTS (SELECT FROM {_REGISTRATIONS} g"
        " WHERE g.gstin = row.values->>'gstin' OR (g.organization_id = o.id AND g.is_primary))"
        " AND NOT EXISTS (SELECT FROM {rows} other WHERE other.run_id = row.run_id"
        " AND other.values->>'organization' = o.name AND other.values->>'is_primary' = 'true')"
        " GROUP BY o.id) AS first WHERE r.run_id = %s AND r.number = first.number",
        [staging.run_id, staging.run_id],
    )


def registration_columns() -> tuple[Column, ...]:
    """The columns in the order of the template."""

    def column(name: str, *aliases: str, **more: object) -> Column:
        return model_column(GstRegistration, name, aliases=aliases, **more)  # type: ignore[arg-type]

    gstin = Text(max_length=_LENGTH, is_upper=True)
    return (
        column("gstin", "gst number", "gst no", "رقم GSTIN", kind=gstin, is_required=True),
        column("organization", "company", "الشركة", kind=Reference(key="name"), is_required=True),
        column("legal_name", "legal name of business"),
        column("address", "principal place of business"),
        column("state"),
        column("branch_code", "branch"),
        column("is_primary", "primary"),
        column("is_active", "active"),
    )


_SET_CHECKS = (
    SetCheck(
        "gstin",
        "gstin_malformed",
        f"r.values->>'gstin' <> '' AND r.values->>'gstin' !~ '{PATTERN}'",
        is_soft=True,
    ),
    SetCheck(
        "gstin",
        "gstin_of_another_pan",
        f"r.values->>'gstin' ~ '{PATTERN}' AND EXISTS ("
        f"SELECT FROM {_ORGANIZATIONS} o WHERE o.name = r.values->>'organization'"
        " AND o.pan <> '' AND o.pan <> substr(r.values->>'gstin', 3, 10))",
        is_soft=True,
    ),
    SetCheck(
        "organization",
        "gstin_stays_with_its_organization",
        f"EXISTS (SELECT FROM {_REGISTRATIONS} g JOIN {_ORGANIZATIONS} o"
        " ON o.id = g.organization_id WHERE g.gstin = r.values->>'gstin'"
        " AND o.name <> r.values->>'organization')",
    ),
    SetCheck(
        "is_primary",
        "primary_is_active",
        "r.values->>'is_primary' = 'true' AND r.values->>'is_active' = 'false'",
    ),
)
_MESSAGES = {
    "gstin_of_another_pan": Message(
        "The PAN within it is not the organization's.", "رقم PAN الوارد فيه ليس رقم المؤسسة."
    ),
    "gstin_stays_with_its_organization": Message(
        "This GSTIN is another organization's.", "هذا الرقم يعود إلى مؤسسة أخرى."
    ),
    "primary_is_active": Message(
        "The primary GST registration cannot be inactive.",
        "لا يمكن أن يكون تسجيل الضريبة الأساسي غير فعال.",
    ),
}


def declare() -> None:
    """Add the resource."""
    declare_import_resource(
        ImportResource(
            name="gst-registrations",
            model_label="organizations.GstRegistration",
            stream="gst_registration",
            key="gstin",
            columns=registration_columns(),
            set_checks=_SET_CHECKS,
            row_check=check_rows,
            derive=fill_in,
            messages=_MESSAGES,
            first="r.values->>'is_primary' = 'true'",
            filters=("organization", "is_primary", "is_active", "branch_code"),
            takes_legacy=True,
        )
    )
