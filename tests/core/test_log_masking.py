"""Log lines: personal data and secrets masked wherever they stand, no line forged."""

from __future__ import annotations

import io
import json
import logging
import logging.config

import pytest
import structlog
from django.conf import settings

from core.operations.log_masking import escape_controls, mask_line, mask_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call +964 770 123 4567 now", "call [phone] now"),
        ("07701234567", "[phone]"),
        ("(0770) 123-4567", "[phone]"),
        ("0770.123.4567.", "[phone]."),
        ("00964 770 1234567", "[phone]"),
        ("9647701234567", "[phone]"),
        ("7701234567", "[phone]"),
        ("٠٧٧٠١٢٣٤٥٦٧", "[phone]"),
        ("۰۷۷۰ ۱۲۳ ۴۵۶۷", "[phone]"),
        ("+91 98765 43210", "[phone]"),
        ("98765 43210", "[phone]"),
        ("?phone=07701234567&x=1", "?phone=[phone]&x=1"),
        ("mail someone.else+tag@example.com.", "mail [email]."),
        ("سالم@example.com", "[email]"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer [secret]"),
        ("Zoho-oauthtoken 1000.aabb.ccdd", "Zoho-oauthtoken [secret]"),
        ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "Authorization: Basic [secret]"),
        ("Token 9944b09199c62bcf9418ad846dd0e4bb", "Token [secret]"),
        ("eyJhbGciOi.eyJzdWIi.c2ln", "[secret]"),
        ("Cookie: sessionid=abc; csrftoken=def", "Cookie: [secret]"),
        ("set-cookie: a=b; Path=/\nnext", "set-cookie: [secret]\nnext"),
        ("sessionid=abc123 ok", "sessionid=[secret] ok"),
        ("{'password': 'two words', 'n': 1}", "{'password': [secret], 'n': 1}"),
        ('{"refresh_token":"a\\"b","n":1}', '{"refresh_token":[secret],"n":1}'),
        ("password=hunter2&next=/", "password=[secret]&next=/"),
        ("client_secret: xyz", "client_secret: [secret]"),
        ("whsec_MfKQ9r8GKYqrTwjU/PD8+ILPZ=", "[secret]"),
        ("redis://:word@host:6379/0", "redis://[secret]@host:6379/0"),
        ("postgresql://shop:a@b@host/shop", "postgresql://[secret]@host/shop"),
    ],
)
def test_personal_or_secret_text_masked(text, shown):
    assert mask_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "0198f0c2-7b1e-7000-8000-aa0012345678",
        "98765432-1234-4123-8123-123456789012",
        "f3b5c2d1e0a94857b6c3d2e1f0a9b8c7",
        "SO-00041",
        "WEB-2026-0001234567",
        "2026-11-21T11:44:38.123456+00:00",
        "2026-11-21 11:44:38",
        "1250000.00 IQD",
        "29,750.500",
        "1,234,567,890",
        "460000000026049",
        "/api/v1/consumer/products/1234567",
        "1763724278",
        "1763724278123",
        "127.0.0.1:8000",
        "https://host:8443/path",
        "8901072002478",
        "products: 1,200 read",
        "INSERT 0 1000",
        "monkey = 3",
        "SELECT key FROM core_job WHERE id = %s",
    ],
)
def test_what_operators_search_for_stays_readable(text):
    assert mask_text(text) == text


def test_values_masked_by_key_and_however_deep():
    line = {
        "event": "kept",
        "customer_phone": 7,
        "Cookie": "a=b",
        "email": "x",
        "new_password": None,
        "request_id": "07701234567",
        "attempts": 9876543210,
        "nested": {"a@b.example": [{"token": "abc"}, ("whsec_abc", 3)]},
    }
    assert mask_line(None, "info", line) == {
        "event": "kept",
        "customer_phone": "[phone]",
        "Cookie": "[secret]",
        "email": "[email]",
        "new_password": None,
        "request_id": "07701234567",
        "attempts": 9876543210,
        "nested": {"[email]": [{"token": "[secret]"}, ["[secret]", 3]]},
    }


class Person:
    """Something that is logged as it shows itself."""

    def __repr__(self) -> str:
        return "<Person 07701234567>"


def test_objects_masked_as_they_show_themselves():
    assert mask_line(None, "info", {"row": Person(), "raw": b"a@b.example"}) == {
        "row": "<Person [phone]>",
        "raw": "b'[email]'",
    }


def test_control_characters_written_out():
    assert escape_controls("a\nb\r\x1b[2J\u2028\u202e\x7f") == (r"a\nb\r\x1b[2J\u2028\u202e\x7f")
    assert escape_controls("a\n\tb\x1b", keeps_lines=True) == "a\n\tb\\x1b"


@pytest.fixture
def written():
    """What the configured formatter writes, line by line."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    config = logging.config.DictConfigurator(settings.LOGGING)
    handler.setFormatter(config.configure_formatter(dict(settings.LOGGING["formatters"]["lines"])))
    logger = logging.getLogger("tests.masking")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.propagate = True


def test_forged_line_stays_inside_its_own(written):
    forged = 'harmless\n{"event": "signed in", "actor": "user:1"}\r\x1b[1A'
    structlog.get_logger("tests.masking").info(forged, path=f"/x{forged}")
    logging.getLogger("tests.masking").info("from a library: %s", forged)
    first, second = written()
    escaped = 'harmless\\n{"event": "signed in", "actor": "user:1"}\\r\\x1b[1A'
    assert (first["event"], first["path"]) == (escaped, f"/x{escaped}")
    assert second["event"] == f"from a library: {escaped}"


def test_exception_text_masked(written):
    try:
        raise ValueError("no reply to 0770 123 4567 (Bearer abcdef)")
    except ValueError:
        structlog.get_logger("tests.masking").exception("failed", order="SO-00041")
        logging.getLogger("tests.masking").exception("failed too")
    for line in written():
        assert line["exception"].endswith("ValueError: no reply to [phone] (Bearer [secret])")
        assert "\n" in line["exception"]
    assert written()[0]["order"] == "SO-00041"
