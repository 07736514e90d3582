"""The currencies in use, and how many decimals an amount in each has."""

from __future__ import annotations

from core.iso_codes import CURRENCIES
from core.registration_numbers.errors import CurrencyUnknown

#: Those that traders meet most, the first in every list.
MAJOR_CURRENCIES = (
    *("USD", "EUR", "GBP", "INR", "CNY", "JPY", "AUD", "CAD", "CHF", "HKD", "SGD"),
    *("NZD", "KRW", "MXN", "BRL", "ZAR", "RUB", "TRY", "THB", "IDR", "MYR", "PHP"),
    *("VND", "EGP", "PKR", "BDT", "LKR", "AED", "SAR", "QAR", "KWD", "IQD"),
)
#: ISO gives the Iraqi dinar three; nobody has paid in fils for decades.
_WITHOUT_DECIMALS = {
    *("BIF", "CLP", "DJF", "GNF", "IQD", "ISK", "JPY", "KMF", "KRW"),
    *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
}
_THREE_DECIMALS = {"BHD", "JOD", "KWD", "LYD", "OMR", "TND"}


def decimals_of(currency: str) -> int:
    """How many decimals an amount in the currency has: 2 but for a few."""
    if currency in _WITHOUT_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def known_currency(code: str, *, field: str) -> str:
    """The ISO code in capitals. Raises CurrencyUnknown on that field."""
    currency = code.strip().upper()
    if currency not in CURRENCIES:
        raise CurrencyUnknown(field=field)
    return currency


def all_currencies() -> list[str]:
    """Every currency in use, the major ones first, the others by code."""
    return [*MAJOR_CURRENCIES, *sorted(CURRENCIES - set(MAJOR_CURRENCIES))]
