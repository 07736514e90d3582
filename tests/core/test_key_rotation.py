"""After a rotation nothing needs the old key."""

import pytest
from cryptography.fernet import Fernet

from core.errors import Misconfigured
from core.key_rotation import encrypted_fields, rotate_keys
from integrations.zoho.models import Connection

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def _connection(number: int) -> Connection:
    return Connection.objects.create(
        name=f"Connection {number}",
        accounts_url="https://accounts.zoho.com",
        api_url="https://www.zohoapis.com",
        zoho_organization_id=str(number),
        client_id="1000.CLIENT",
        client_secret=f"secret-{number}",
        refresh_token=f"token-{number}",
        is_active=False,
    )


@pytest.mark.django_db
def test_rotation_covers_every_secret_and_ends(settings):
    settings.FIELD_KEYS = [OLD]
    for number in range(5):
        _connection(number)
    settings.FIELD_KEYS = [NEW, OLD]
    assert rotate_keys(batch=2) == 10
    assert rotate_keys(batch=2) == 0
    settings.FIELD_KEYS = [NEW]
    secrets = Connection.objects.order_by("pk").values_list("client_secret", "refresh_token")
    assert list(secrets) == [(f"secret-{n}", f"token-{n}") for n in range(5)]


@pytest.mark.django_db
def test_rotation_without_the_old_key_refused(settings):
    settings.FIELD_KEYS = [OLD]
    _connection(1)
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(Misconfigured, match="no key"):
        rotate_keys()


def test_rotation_knows_the_secrets_of_a_connection():
    names = {name for model, name in encrypted_fields() if model is Connection}
    assert names == {"client_secret", "refresh_token", "access_token"}
