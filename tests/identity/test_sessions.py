"""Where people are signed in: shown to them, ended by them and by administrators."""

from __future__ import annotations

import re

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from core.events.models import Event
from core.identity.accounts import erase_user
from core.identity.devices import device_name
from core.identity.models import User
from core.identity.sessions import sessions_of
from tests.admin.conftest import make_staff
from tests.identity.people import give_password, make_person

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
OWN = "/admin/sessions/"


def browser(user: User, agent: str = FIREFOX, address: str = "192.0.2.1") -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    give_password(client, user.email)
    return client


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/128.0.0.0 Safari/537.36 Edg/128.0.0.0",
            "Edge, Linux",
        ),
        ("ShopApp/3.1", "ShopApp/3.1"),
        ("", "?"),
    ],
)
def test_device_is_named_as_its_owner_knows_it(agent, name):
    assert device_name(agent) == name


def test_own_page_shows_device_address_and_which_one_is_this():
    user = make_person()
    here = browser(user)
    browser(user, "ShopApp/3.1", "192.0.2.9")
    text = re.sub(r"\s+", " ", here.get(OWN).content.decode())
    assert "Firefox, Windows" in text
    assert "192.0.2.9" in text
    assert text.count("this one") == 1
    assert text.count("Sign out there") == 1
    assert here.session.session_key not in text


def test_session_ended_from_afar_stops_at_its_next_request():
    user = make_person()
    here, there = browser(user), browser(user, address="192.0.2.9")
    assert there.get("/admin/").status_code == 200
    (other,) = [seen for seen in sessions_of(user) if seen.address == "192.0.2.9"]
    here.post(OWN, {"session": other.id})
    assert there.get("/admin/").status_code == 302
    assert here.get("/admin/").status_code == 200
    event = Event.objects.get(type="user.sessions_ended")
    assert (event.data, event.actor) == ({"count": 1}, f"user:{user.pk}")


def test_all_others_end_at_once():
    user = make_person()
    here, *others = [browser(user) for _ in range(3)]
    here.post(OWN, {"session": "others"})
    assert [client.get("/admin/").status_code for client in (here, *others)] == [200, 302, 302]


def test_nobody_ends_the_session_of_somebody_else_on_the_own_page():
    user, stranger = make_person(), make_person("other@example.com")
    there = browser(user)
    (session,) = sessions_of(user)
    response = browser(stranger).post(OWN, {"session": session.id}, follow=True)
    assert "There is nothing at this address." in response.content.decode()
    assert there.get("/admin/").status_code == 200


def test_administrator_ends_the_sessions_of_a_person():
    user = make_person()
    there = browser(user)
    (session,) = sessions_of(user)
    admin = Client()
    admin.force_login(make_staff("core.view_user", "core.change_user"))
    page = f"/admin/core/user/{user.pk}/sessions/"
    assert "Firefox, Windows" in admin.get(page, follow=True).content.decode()
    admin.post(page, {"session": session.id})
    assert there.get("/admin/").status_code == 302


def test_sessions_of_a_superuser_are_not_for_lesser_staff():
    boss = make_person(is_superuser=True)
    there = browser(boss)
    (session,) = sessions_of(boss)
    admin = Client()
    admin.force_login(make_staff("core.view_user", "core.change_user"))
    page = f"/admin/core/user/{boss.pk}/sessions/"
    for response in (admin.get(page), admin.post(page, {"session": session.id})):
        assert response.status_code == 403
    assert there.get("/admin/").status_code == 200


def test_last_request_is_noted_once_a_minute(django_assert_num_queries):
    user = make_person()
    client = browser(user)
    client.get("/admin/")
    UserSession.objects.update(ip="192.0.2.77")
    client.get("/admin/")
    assert UserSession.objects.get().ip == "192.0.2.77"
    cache.delete(f"session-noted:{client.session.session_key}")
    client.get("/admin/")
    assert UserSession.objects.get().ip == "192.0.2.1"


def test_erasing_a_person_forgets_the_sessions():
    user = make_person()
    client = browser(user)
    erase_user(user=user)
    assert not UserSession.objects.exists()
    assert client.get("/admin/").status_code == 302


def test_page_speaks_arabic():
    client = browser(make_person())
    client.cookies["django_language"] = "ar"
    text = client.get(OWN).content.decode()
    assert "جلساتي" in text
    assert 'dir="rtl"' in text
