"""The logo of an organization: chosen, replaced, removed, and seen by those who may."""

from __future__ import annotations

import pytest
from django.test import Client

from config.response_headers import NO_CONTENT
from config.roles import ROLES
from core.events.models import Event
from core.identity.roles import permissions_of
from settings_modules.organizations.models import Organization
from settings_modules.organizations.services.organizations import update_organization
from tests.admin.conftest import make_staff, sign_in
from tests.admin.sent_forms import opened
from tests.admin.test_edit_conflicts import by, page_of, words
from tests.admin.test_reverts import confirm, revert_address, trail
from tests.factories import pictures
from tests.factories.organizations import make_member
from tests.factories.pictures import picture, sent

FORM = "organization_form"
SERIES = {
    "document_type": "order",
    "prefix": "A",
    "padding": 6,
    "last_number": 0,
    "is_active": "on",
}


@pytest.fixture
def company(db) -> Organization:
    return Organization.objects.create(name="Lamps")


@pytest.fixture
def committed(committed_db) -> tuple[Organization, Client]:
    """An organization in a database where commits are real, and a superuser's browser."""
    return Organization.objects.create(name="Lamps"), sign_in(make_staff(is_superuser=True))


def address(row: Organization) -> str:
    return f"/admin/organizations/organization/{row.pk}/logo/"


def save(client: Client, row: Organization, **typed: object):
    """Open the page and send it back with these inputs."""
    return client.post(page_of(row), {**opened(client, page_of(row), FORM), **typed})


def give_logo(row: Organization, content: bytes = b"") -> Organization:
    return update_organization(organization=row, values={"logo": sent(content or picture())})


def test_logo_is_chosen_replaced_and_removed(committed, uploads):
    company, client = committed
    page = client.get(page_of(company)).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert "PNG, JPEG or WebP, at most 512 KiB and 20 megapixels." in page
    assert "Image preview" not in page
    seen = []
    for content in (picture("JPEG"), picture("WEBP")):
        assert save(client, company, logo=sent(content, "a.txt", "text/html")).status_code == 302
        company.refresh_from_db()
        seen.append(company.logo.name)
        assert [path.name for path in uploads.rglob("*.*")] == [seen[-1].rpartition("/")[2]]
        page = client.get(page_of(company)).content.decode()
        assert f'<img src="{address(company)}" alt="Image preview"' in page
    assert [name.rpartition(".")[2] for name in seen] == ["jpg", "webp"]
    assert save(client, company, **{"logo-clear": "on"}).status_code == 302
    company.refresh_from_db()
    assert (company.logo.name, list(uploads.rglob("*.*"))) == ("", [])
    assert [
        event.data["changes"]["logo"]["new"]
        for event in Event.objects.filter(type="organization.updated").order_by("position")
    ] == [*seen, ""]


def test_saving_another_field_leaves_the_logo_alone(committed, uploads):
    company, client = committed
    name = give_logo(company).logo.name
    assert save(client, company, name="Other").status_code == 302
    company.refresh_from_db()
    assert (company.name, company.logo.name) == ("Other", name)
    assert [path.name for path in uploads.rglob("*.*")] == [name.rpartition("/")[2]]


def test_new_organization_comes_with_its_logo(committed, uploads):
    client = committed[1]
    add = "/admin/organizations/organization/add/"
    answer = client.post(add, {**opened(client, add, FORM), "name": "New", "logo": sent(picture())})
    assert answer.status_code == 302
    made = Organization.objects.get(name="New")
    assert [path.name for path in uploads.rglob("*.*")] == [made.logo.name.rpartition("/")[2]]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (pictures.SVG, "Please choose a whole, still picture: PNG, JPEG or WebP."),
        (pictures.HTML, "Please choose a whole, still picture: PNG, JPEG or WebP."),
        (b"", "Please choose a whole, still picture: PNG, JPEG or WebP."),
        (b"\0" * (512 * 1024 + 1), "The file is larger than 512 KiB."),
        (pictures.png_of_header(5000, 4001), "The picture has more than 20,000,000 pixels."),
    ],
)
def test_refused_file_is_told_at_its_input_and_the_stored_logo_shown(
    content, text, committed, uploads
):
    company, client = committed
    name = give_logo(company).logo.name
    answer = save(client, company, name="Typed", logo=sent(content))
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors == {"logo": [text]}
    page = answer.content.decode()
    assert ('value="Typed"' in page, f'<img src="{address(company)}"' in page) == (True, True)
    company.refresh_from_db()
    assert (company.name, company.logo.name) == ("Lamps", name)
    assert [path.name for path in uploads.rglob("*.*")] == [name.rpartition("/")[2]]


def test_refusal_is_told_in_arabic(committed):
    company, client = committed
    client.cookies["django_language"] = "ar"
    answer = save(client, company, logo=sent(pictures.SVG))
    assert answer.context["adminform"].form.errors == {
        "logo": ["يرجى اختيار صورة سليمة وثابتة بصيغة PNG أو JPEG أو WebP."]
    }
    assert "PNG أو JPEG أو WebP، بحجم 512 كيبيبايت" in answer.content.decode()


def refused_for_another_row(company: Organization, client: Client) -> None:
    """The picture is stored first; then the second series breaks a rule and takes all back."""
    series = {
        "series-TOTAL_FORMS": "2",
        **{f"series-{n}-{name}": value for n in (0, 1) for name, value in SERIES.items()},
    }
    answer = save(client, company, logo=sent(picture()), **series)
    assert answer.status_code == 200
    company.refresh_from_db()
    assert (company.logo.name, company.series.count()) == ("", 0)


def test_file_of_a_form_refused_for_another_row_does_not_stay(committed, uploads):
    refused_for_another_row(*committed)
    assert list(uploads.rglob("*.*")) == []


def test_file_of_a_refused_form_would_stay_were_it_not_looked_for(committed, uploads, monkeypatch):
    """What the test above would miss if nothing were stored before the refusal."""
    monkeypatch.setattr("core.middleware.settle_uploads", lambda: None)
    refused_for_another_row(*committed)
    assert len(list(uploads.rglob("*.*"))) == 1


def test_storage_that_fails_is_told_at_the_input(committed, uploads):
    company, client = committed
    uploads.write_text("a file where the folder should be")
    answer = save(client, company, name="Typed", logo=sent(picture()))
    assert answer.context["adminform"].form.errors == {
        "logo": ["Files cannot be stored at present; nothing was changed. Please try again later."]
    }
    company.refresh_from_db()
    assert (company.name, company.version) == ("Lamps", 1)


# Two people


def test_logo_the_other_chose_is_taken_over(company, boss, boss_client):
    form = opened(boss_client, page_of(company), FORM)
    with by(make_staff(is_superuser=True, full_name="The Other")):
        theirs = give_logo(company).logo.name
    answer = boss_client.post(page_of(company), {**form, "name": "Mine"})
    assert answer.status_code == 200
    assert f"Logo: — → {theirs} (The Other," in words(answer)
    assert f'<img src="{address(company)}"' in answer.content.decode()
    again = {name: value for name, value in form.items() if name != "seen_state"}
    again["seen_state"] = answer.context["adminform"].form["seen_state"].value()
    assert boss_client.post(page_of(company), {**again, "name": "Mine"}).status_code == 302
    company.refresh_from_db()
    assert (company.name, company.logo.name) == ("Mine", theirs)


@pytest.mark.parametrize("mine", [{"logo": None}, {"logo-clear": "on"}])
def test_logo_that_both_changed_is_chosen_again(mine, company, boss_client):
    give_logo(company)
    form = opened(boss_client, page_of(company), FORM)
    with by(make_staff(is_superuser=True, full_name="The Other")):
        theirs = give_logo(company).logo.name
    typed = {name: value or sent(picture("WEBP")) for name, value in mine.items()}
    answer = boss_client.post(page_of(company), {**form, **typed})
    assert answer.status_code == 200
    assert "You both changed this. The Other did at" in words(answer)
    company.refresh_from_db()
    assert company.logo.name == theirs


def test_logo_that_both_removed_is_no_clash(company, boss_client):
    give_logo(company)
    form = opened(boss_client, page_of(company), FORM)
    update_organization(organization=company, values={"logo": ""})
    answer = boss_client.post(page_of(company), {**form, "logo-clear": "on"})
    assert "You both changed this" not in words(answer)
    assert "Nothing is saved yet" in words(answer)


def test_history_shows_the_names_and_reverts_what_is_not_a_file(company, boss_client):
    name = give_logo(company).logo.name
    update_organization(organization=company, values={"name": "Other", "logo": sent(picture())})
    company.refresh_from_db()
    newest = company.logo.name
    history = boss_client.get(page_of(company).replace("change/", "history/"))
    assert (name in words(history), newest in words(history)) == (True, True)
    entry = trail(company)[0]
    page = boss_client.get(revert_address(company, entry))
    confirm(boss_client, company, entry)
    assert "A replaced file is not kept, stays as it is: Logo." in words(page)
    company.refresh_from_db()
    assert (company.name, company.logo.name) == ("Lamps", newest)


# Who sees it


def test_logo_is_served_as_it_is_stored(company, boss_client, uploads):
    company = give_logo(company, picture("JPEG"))
    answer = boss_client.get(address(company))
    assert answer.status_code == 200
    assert answer.content == (uploads / company.logo.name).read_bytes()
    told = ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Cache-Control")
    assert [answer[name] for name in told] == [
        "image/jpeg",
        'inline; filename="logo.jpg"',
        "nosniff",
        "private, no-cache",
    ]
    assert answer["Content-Security-Policy"] == NO_CONTENT
    assert NO_CONTENT.startswith("default-src 'none'")
    unchanged = boss_client.get(address(company), headers={"If-None-Match": answer["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert (unchanged["ETag"], unchanged["Cache-Control"]) == (answer["ETag"], "private, no-cache")
    give_logo(company)
    changed = boss_client.get(address(company), headers={"If-None-Match": answer["ETag"]})
    assert (changed.status_code, changed["Content-Type"]) == (200, "image/png")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_logo_is_only_read_there(method, company, boss_client):
    give_logo(company)
    assert getattr(boss_client, method)(address(company)).status_code == 405


def test_nothing_to_serve_is_404(company, boss_client, uploads):
    assert boss_client.get(address(company)).status_code == 404
    name = give_logo(company).logo.name
    (uploads / name).unlink()
    assert boss_client.get(address(company)).status_code == 404
    assert boss_client.get(address(company).replace(str(company.pk), "999999")).status_code == 404


@pytest.mark.parametrize("path", ["..%2f..%2fsettings.py", "1/logo/../../x", "1/logo/x.png"])
def test_no_path_of_somebody_elses_making_is_served(path, company, boss_client):
    give_logo(company)
    answer = boss_client.get(f"/admin/organizations/organization/{path}/", follow=True)
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_uploads_have_no_address_of_their_own(company, boss_client):
    name = give_logo(company).logo.name
    for prefix in ("/", "/uploads/", "/media/", "/static/", "/static/../uploads/"):
        assert boss_client.get(f"{prefix}{name}").status_code == 404


@pytest.mark.parametrize("role", ROLES, ids=[role.key for role in ROLES])
def test_roles_see_the_logo_of_their_organization_alone(role, company):
    theirs = give_logo(Organization.objects.create(name="Theirs"))
    give_logo(company)
    client = sign_in(make_member(company, role.key))
    may_view = "organizations.view_organization" in permissions_of(role)
    assert client.get(address(company)).status_code == (200 if may_view else 404)
    assert client.get(address(theirs)).status_code == 404


def test_viewer_sees_the_logo_on_the_page_and_cannot_change_it(company):
    name = give_logo(company).logo.name
    client = sign_in(make_member(company, "viewer"))
    page = client.get(page_of(company)).content.decode()
    assert (address(company) in page, 'type="file"' in page) == (True, False)
    assert client.post(page_of(company), {"logo": sent(picture())}).status_code == 403
    company.refresh_from_db()
    assert company.logo.name == name


def test_others_see_no_logo(company):
    give_logo(company)
    answer = Client().get(address(company))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/admin/login/")
    assert sign_in(make_staff()).get(address(company)).status_code == 404
    outsider = make_staff("organizations.view_organization")
    assert sign_in(outsider).get(address(company)).status_code == 404


# The API


def test_api_tells_where_the_logo_is_and_takes_none(company, boss_client, settings):
    settings.PUBLIC_BASE_URL = "https://shop.example"
    record = f"/api/v1/settings/organizations/{company.pk}"
    assert boss_client.get(record).json()["logo_url"] is None
    give_logo(company)
    answer = boss_client.get(record)
    assert answer.json()["logo_url"] == f"https://shop.example{address(company)}"
    for name in ("logo", "logo_url"):
        refused = boss_client.patch(
            record,
            {name: "organizations/logos/x.png"},
            content_type="application/json",
            headers={"If-Match": answer["ETag"]},
        )
        (detail,) = refused.json()["error"]["details"]
        assert (refused.status_code, detail["field"], detail["code"]) == (400, name, "not_writable")
