"""Numbers of companies and banks: what is let in, how it is stored, what is said of a wrong one.

The valid ones are made up by the published rules; the wrong ones differ from them in one thing.
"""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import strategies

from core.errors import DomainError, InvalidInput
from core.indian_states import INDIAN_STATES
from core.registration_numbers import banking, contact, india
from core.registration_numbers.checking import checked_values, findings
from tests.tries import try_values

MAHARASHTRA = "27AAACM1234A1Z8"
SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize(
    ("check", "written", "stored"),
    [
        (india.checked_pan, " aaacm 1234a ", "AAACM1234A"),
        (india.checked_gstin, "27aaacm1234a1z8", MAHARASHTRA),
        (india.checked_gstin, "24AAACM1234A1ZE", "24AAACM1234A1ZE"),
        (india.checked_gstin, "33 AAACM1234A 1ZF", "33AAACM1234A1ZF"),
        (india.checked_cin, "u12345ka2020ptc123456", "U12345KA2020PTC123456"),
        (india.checked_ifsc, "sbin0001234", "SBIN0001234"),
        (banking.checked_iban, "IQ98 NBIQ 8501 2345 6789 012", "IQ98NBIQ850123456789012"),
        (banking.checked_iban, "gb82west12345698765432", "GB82WEST12345698765432"),
        (banking.checked_iban, "BE68 5390 0754 7034", "BE68539007547034"),
        (banking.checked_swift, "rafbiqba", "RAFBIQBA"),
        (banking.checked_swift, "SBININBB104", "SBININBB104"),
        (banking.checked_account_number, "1234-5678 90", "1234567890"),
        (contact.checked_email, " Office@Example.COM ", "Office@example.com"),
        (contact.checked_phone, "0770 123 4567", "+9647701234567"),
        (contact.checked_phone, "+91 98765 43210", "+919876543210"),
        (contact.checked_currency, "inr", "INR"),
        (contact.checked_country, " iq", "IQ"),
    ],
)
def test_right_one_is_stored_in_one_form(check, written, stored):
    assert check(written) == stored
    assert check(stored) == stored


@pytest.mark.parametrize(
    ("check", "written", "code", "message"),
    [
        (india.checked_pan, "SHORT", "wrong_length", "PAN has 10 characters; this has 5."),
        (india.checked_pan, "TOOLONGPAN123", "wrong_length", "PAN has 10 characters; this has 13."),
        (india.checked_pan, "LIST01234F", "pan_malformed", None),
        (india.checked_pan, "AAACM١٢٣٤A", "pan_malformed", None),
        (india.checked_gstin, MAHARASHTRA[:14], "wrong_length", None),
        (india.checked_gstin, "27AAACM1234A0Z5", "gstin_malformed", None),
        (india.checked_gstin, "27AAACM1234A1Y8", "gstin_malformed", None),
        (india.checked_gstin, "2XAAACM1234A1Z8", "gstin_malformed", None),
        (india.checked_gstin, "39AAACM1234A1Z8", "gstin_state_unknown", "begin with 39."),
        (
            india.checked_gstin,
            "29GSTDE1234F1Z5",
            "gstin_check_wrong",
            "The GSTIN ends in Z5, it should end in ZA: one of its characters is wrong.",
        ),
        (india.checked_gstin, "27AABCD1234E1Z5", "gstin_check_wrong", "end in Z8"),
        (india.checked_gstin, "22AAAAA0000A1Z5", "gstin_check_wrong", "end in ZC"),
        (india.checked_cin, "U12345KA2020PTC12345", "wrong_length", "CIN has 21 characters"),
        (india.checked_cin, "X12345KA2020PTC123456", "cin_malformed", None),
        (india.checked_ifsc, "SBIN000123", "wrong_length", "IFSC has 11 characters"),
        (india.checked_ifsc, "SBIN1001234", "ifsc_malformed", None),
        (banking.checked_iban, "IQ", "iban_malformed", None),
        (banking.checked_iban, "IQ34NBIQ85O123456789012", "iban_malformed", None),
        (banking.checked_iban, "ZZ98NBIQ850123456789012", "iban_country_unknown", "with ZZ."),
        (banking.checked_iban, "IQ98NBIQ85012345678901", "wrong_length", "IBAN has 23 characters"),
        (banking.checked_iban, "IQ98NBIQ850123456789013", "iban_check_wrong", None),
        (banking.checked_swift, "RAFBIQB", "swift_malformed", None),
        (banking.checked_swift, "RAFBXXBA", "country_unknown", None),
        (banking.checked_account_number, "12345", "account_number_malformed", None),
        (banking.checked_account_number, "1234567/8", "account_number_malformed", None),
        (contact.checked_email, "office@", "email_malformed", None),
        (contact.checked_phone, "12", "phone_unknown", None),
        (contact.checked_phone, "a phone", "phone_unknown", None),
        (contact.checked_currency, "RUP", "currency_unknown", None),
        (contact.checked_country, "UK", "country_unknown", None),
    ],
)
def test_wrong_one_is_refused_with_its_reason(check, written, code, message):
    with pytest.raises(DomainError) as refused:
        check(written)
    assert refused.value.code == code
    assert (message or "") in refused.value.text()
    assert refused.value.text("ar") != refused.value.text()


def test_account_numbers_stand_in_no_refusal():
    for check in (banking.checked_account_number, banking.checked_iban):
        with pytest.raises(DomainError) as refused:
            check("IQ98NBIQ850123456789013" * 2)
        assert "850123456789013" not in refused.value.text() + repr(refused.value)


def test_holder_of_a_pan_is_a_warning_apart():
    assert india.checked_pan("AAADM1234A") == "AAADM1234A"
    with pytest.raises(DomainError, match="D stands for nobody known") as found:
        india.require_usual_holder("AAADM1234A")
    assert found.value.code == "pan_holder_unusual"
    india.require_usual_holder("AAACM1234A")


def test_pan_within_the_gstin_is_compared():
    assert india.pan_of_gstin(MAHARASHTRA) == "AAACM1234A"
    india.require_same_pan(MAHARASHTRA, "AAACM1234A")
    with pytest.raises(DomainError, match="AAACM1234A, the organization has AAAPL1234C"):
        india.require_same_pan(MAHARASHTRA, "AAAPL1234C")


def test_several_wrong_fields_are_told_at_once_and_kept_of_older_systems():
    checks = {"pan": india.checked_pan, "cin": india.checked_cin, "city": str.strip}
    values = {"pan": "short", "cin": "x", "city": " Pune ", "name": "A"}
    with pytest.raises(InvalidInput) as refused:
        checked_values(values, checks)
    told = [(each.field, each.code) for each in refused.value.details]
    assert told == [("pan", "wrong_length"), ("cin", "wrong_length")]
    kept = checked_values(values, checks, is_legacy=True)
    assert kept == {**values, "city": "Pune"}
    assert [(each.field, each.code) for each in findings(kept, checks)] == told
    assert checked_values({"pan": "", "cin": None}, checks) == {"pan": "", "cin": None}


@pytest.mark.made_up
def test_check_character_finds_every_single_slip(storm):
    """Any GSTIN made by the rule is taken, and none that differs from it in one character."""

    def check(*, state, letters, digits, last, place, sign):
        head = f"{state.gst_digits}{letters}{digits:04d}{last}Z"
        gstin = head + india.gstin_check_character(head)
        assert india.checked_gstin(gstin.lower()) == gstin
        wrong = gstin[:place] + sign + gstin[place + 1 :]
        if wrong != gstin:
            with pytest.raises(DomainError):
                india.checked_gstin(wrong)

    letter = strategies.sampled_from(SIGNS[10:])
    try_values(
        check,
        count=300,
        storm=storm,
        state=strategies.sampled_from(INDIAN_STATES),
        letters=strategies.text(letter, min_size=5, max_size=5),
        digits=strategies.integers(0, 9999),
        last=strategies.tuples(letter, strategies.sampled_from(SIGNS[1:])).map("".join),
        place=strategies.integers(0, 14),
        sign=strategies.sampled_from(SIGNS),
    )


@pytest.mark.made_up
def test_any_text_is_taken_or_refused_with_a_code(storm):
    checks = [
        *(india.checked_pan, india.checked_gstin, india.checked_cin, india.checked_ifsc),
        *(banking.checked_iban, banking.checked_swift, banking.checked_account_number),
        *(contact.checked_email, contact.checked_phone),
        *(contact.checked_currency, contact.checked_country),
    ]

    def check(one, text):
        with contextlib.suppress(DomainError):
            stored = one(text)
            assert one(stored) == stored

    try_values(
        check,
        count=600,
        storm=storm,
        one=strategies.sampled_from(checks),
        text=strategies.one_of(
            strategies.text(max_size=40), strategies.text(SIGNS + " -+@.", max_size=40)
        ),
    )
