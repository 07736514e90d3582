"""Secrets at rest: readable with the keys, with nothing else, and never shown in an error."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from core.encryption import EncryptedTextField, decrypt, encrypt, key_id
from core.errors import Misconfigured

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SECRET = "1000.refresh-token-سر"


@pytest.mark.parametrize("text", [SECRET, "س", ":", "a" * 10_000])
def test_text_read_back_as_written(settings, text):
    settings.FIELD_KEYS = [OLD]
    stored = encrypt(text)
    assert decrypt(stored) == text
    assert stored.startswith(f"{key_id(OLD)}:")
    assert text not in stored.partition(":")[2]


def test_same_text_encrypted_twice_differs(settings):
    settings.FIELD_KEYS = [OLD]
    assert encrypt(SECRET) != encrypt(SECRET)


def test_rotation_reads_the_old_key_and_writes_the_new(settings):
    settings.FIELD_KEYS = [OLD]
    stored = encrypt(SECRET)
    settings.FIELD_KEYS = [NEW, OLD]
    assert decrypt(stored) == SECRET
    renewed = encrypt(decrypt(stored))
    assert renewed.startswith(f"{key_id(NEW)}:")
    settings.FIELD_KEYS = [NEW]
    assert decrypt(renewed) == SECRET


def test_missing_key_told_by_its_id(settings):
    settings.FIELD_KEYS = [OLD]
    stored = encrypt(SECRET)
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(Misconfigured, match=rf"^no key {key_id(OLD)} among TRADEPOST_FIELD_KEYS$"):
        decrypt(stored)


@pytest.mark.parametrize("position", [9, 30, -1])
def test_altered_token_refused(settings, position):
    settings.FIELD_KEYS = [OLD]
    stored = list(encrypt(SECRET))
    stored[position] = "A" if stored[position] != "A" else "B"
    with pytest.raises(Misconfigured, match=rf"^a value under key {key_id(OLD)} was altered$"):
        decrypt("".join(stored))


def test_token_under_another_keys_name_refused(settings):
    settings.FIELD_KEYS = [OLD]
    token = encrypt(SECRET).partition(":")[2]
    settings.FIELD_KEYS = [NEW, OLD]
    with pytest.raises(Misconfigured, match="was altered"):
        decrypt(f"{key_id(NEW)}:{token}")


@pytest.mark.parametrize("stored", [SECRET, "plain-secret", f"{SECRET}:more"])
def test_plain_text_refused_without_showing_it(settings, stored):
    settings.FIELD_KEYS = [OLD]
    with pytest.raises(Misconfigured, match=r"^a value that should be encrypted is not$"):
        decrypt(stored)


@pytest.mark.parametrize("empty", ["", None])
def test_field_keeps_empty_as_it_is(empty):
    field = EncryptedTextField(null=True)
    assert field.get_prep_value(empty) == empty
    assert field.from_db_value(empty, None, None) == empty


def test_field_encrypts_on_the_way_in_and_decrypts_on_the_way_out(settings):
    settings.FIELD_KEYS = [OLD]
    field = EncryptedTextField()
    stored = field.get_prep_value(SECRET)
    assert SECRET not in stored
    assert field.from_db_value(stored, None, None) == SECRET
