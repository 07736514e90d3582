"""Every page of the back office for every declared role, in the own and another organization."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model

from config.roles import ROLES
from core.identity.roles import permissions_of
from settings_modules.organizations.models import Organization
from tests.admin.conftest import sign_in
from tests.admin.rows import ROWS
from tests.admin.test_every_page import LABELS, PAGES, address
from tests.factories.organizations import make_member


def organization_of(row: Model) -> Organization | None:
    """Whose row it is; None for a row that all share."""
    lookup = getattr(row, "organization_lookup", "")
    if not lookup:
        return None
    found: Any = row
    for step in lookup.split("__"):
        found = row if step == "pk" else getattr(found, step)
    return found


IMPORTS = {
    "exchange-rates": {"commodities.add_exchangerate", "commodities.change_exchangerate"},
    "locations": {"locations.add_location", "locations.change_location"},
    "gst-registrations": {
        "organizations.add_gstregistration",
        "organizations.change_gstregistration",
    },
}


def values_of(row: Model) -> dict[str, Any]:
    return type(row)._default_manager.filter(pk=row.pk).values().get()


def statuses(client: Any, label: str, row: Model, *, may_change: bool) -> dict[str, int]:
    """What each page answers. Whoever may change is not made to: that has tests of its own."""
    change = address(label, "change", row.pk)
    found = {
        "list": client.get(address(label, "changelist")).status_code,
        "change": client.get(change).status_code,
        "history": client.get(address(label, "history", row.pk)).status_code,
        "add": client.get(address(label, "add")).status_code,
    }
    if not may_change:
        found["post"] = client.post(change, {"name": "x"}).status_code
        sent = {"post": "yes"}
        found["delete"] = client.post(address(label, "delete", row.pk), sent).status_code
    return found


def expected(label: str, held: frozenset[str], *, is_hidden: bool) -> tuple[dict[str, int], bool]:
    """The statuses, and whether the role may change the row."""
    app, model = label.lower().split(".")
    may = {verb: f"{app}.{verb}_{model}" in held for verb in ("view", "add", "change", "delete")}
    if label == "core.ImportRun":
        # Seen by whoever may import such records; the row of this page is an import of locations.
        may["view"] = any(needed <= held for needed in IMPORTS.values())
        is_hidden = is_hidden or not IMPORTS["locations"] <= held
    page = PAGES[label]
    changes = may["change"] and page.offers("update_row")
    row = 403 if not (may["view"] or changes) else 404 if is_hidden else 200
    wanted = {
        "list": 200 if may["view"] or changes else 403,
        "change": row,
        "history": row,
        "add": 200 if may["add"] and page.offers("create_row") else 403,
    }
    if not changes or is_hidden:
        removes = may["delete"] and page.offers("delete_row")
        wanted["post"] = 404 if changes else 403
        wanted["delete"] = 404 if removes else 403
    return wanted, changes


@pytest.mark.parametrize("role", ROLES, ids=[role.key for role in ROLES])
def test_every_page_answers_the_role_as_declared(role, db):
    held = permissions_of(role)
    elsewhere = sign_in(make_member(Organization.objects.create(name="Elsewhere"), role.key))
    seen, wanted = {}, {}
    for label in LABELS:
        row = ROWS[label]()
        organization = organization_of(row)
        before = values_of(row)
        want, changes = expected(label, held, is_hidden=False)
        home = organization or Organization.objects.first()
        client = sign_in(make_member(home, role.key))
        wanted[label] = want
        seen[label] = statuses(client, label, row, may_change=changes)
        if organization is not None:
            want, _ = expected(label, held, is_hidden=True)
            wanted[label, "foreign"] = want
            seen[label, "foreign"] = statuses(elsewhere, label, row, may_change=False)
        assert values_of(row) == before
    assert seen == wanted


def test_every_registered_page_is_tried():
    assert sorted(model._meta.label for model in admin.site._registry) == LABELS
