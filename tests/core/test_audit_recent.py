"""The latest changes over several models, in the order of their commits."""

from __future__ import annotations

from django.test import Client

from catalog.models import Category, PriceList
from core.identity.models import User


def test_recent_is_newest_first_over_models_and_pages(committed_db):
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.com"))
    # What an installation begins with is in the history as well.
    before = client.get("/api/v1/audit/recent").json()["total"]
    Category.objects.create(name_en="first")
    PriceList.objects.create(code="second", name_en="second", currency="USD")
    Category.objects.create(name_en="third")
    body = client.get("/api/v1/audit/recent?page_size=2").json()
    names = [item["changes"]["name_en"]["new"] for item in body["items"]]
    assert (names, body["total"]) == (["third", "second"], before + 3)
    rest = client.get(body["next"]).json()
    told = [(item["model"], item["changes"].get("name_en")) for item in rest["items"]]
    assert told == [("catalog.category", {"old": None, "new": "first"}), ("core.user", None)]
    assert rest["previous"] == "/api/v1/audit/recent?page_size=2&page=1"
    last = -(-(before + 3) // 2)
    assert client.get(f"/api/v1/audit/recent?page_size=2&page={last}").json()["next"] is None
