"""Exchange rates by files."""

from __future__ import annotations

from dataclasses import replace

from core.importing.columns import Column, Day, Number, Text
from core.importing.model_columns import model_column
from core.importing.resources import ImportResource, Message, SetCheck
from core.importing.staging import Staging
from core.iso_codes import CURRENCIES
from settings_modules.commodities.models import ExchangeRate
from settings_modules.commodities.models.exchange_rates import FIRST_DAY, OVERRIDE_SOURCE

#: The source of rates whose file names none.
FILE_SOURCE = "file"
_CODE = Text(max_length=3, is_upper=True, pattern=r"^[A-Z]{3}$", pattern_code="malformed_currency")
_LIST = ", ".join(f"'{code}'" for code in sorted(CURRENCIES))


def _columns() -> tuple[Column, ...]:
    """The columns in the order of the template."""

    def column(name: str, *aliases: str, **more: object) -> Column:
        return model_column(ExchangeRate, name, aliases=aliases, **more)  # type: ignore[arg-type]

    return (
        replace(column("key", kind=Text(max_length=80)), is_derived=True),
        column("base", "base currency", "from currency", kind=_CODE, is_required=True),
        column("quote", "quote currency", "to currency", kind=_CODE, is_required=True),
        column(
            "rate",
            "exchange rate",
            "value",
            kind=Number(places=12, rounds=True, most=999_999_999_999),
            is_required=True,
        ),
        column(
            "valid_on", "date", "valid on", kind=Day(first_year=FIRST_DAY.year), is_required=True
        ),
        column("source", "provider", kind=Text(max_length=40)),
        column("reason", "note", kind=Text(max_length=300)),
    )


_MESSAGES = {
    "malformed_currency": Message(
        "A currency is its ISO code of three letters.", "العملة هي رمزها من ثلاثة أحرف حسب ISO."
    ),
    "currency_unknown": Message(
        "This is no ISO code of a currency in use.", "هذا ليس رمز عملة متداولة حسب ISO."
    ),
    "currencies_equal": Message(
        "A rate is between two currencies.", "يكون سعر الصرف بين عملتين مختلفتين."
    ),
    "rate_not_positive": Message("A rate is above zero.", "يكون سعر الصرف أكبر من صفر."),
    "day_ahead": Message(
        "A rate is of a day up to tomorrow.", "يكون سعر الصرف ليوم لا يتجاوز الغد."
    ),
    "source_reserved": Message(
        "Overrides are entered one by one, with a reason.",
        "الأسعار المقدَّمة تُدخل واحداً واحداً مع السبب.",
    ),
}
#: Tomorrow, wherever the person who sends the file is.
_LAST_DAY = "(now() AT TIME ZONE 'Pacific/Kiritimati')::date + 1"
_SET_CHECKS = (
    SetCheck("base", "currency_unknown", f"r.values->>'base' NOT IN ({_LIST})"),
    SetCheck("quote", "currency_unknown", f"r.values->>'quote' NOT IN ({_LIST})"),
    SetCheck("quote", "currencies_equal", "r.values->>'base' = r.values->>'quote'"),
    SetCheck("rate", "rate_not_positive", "(NULLIF(r.values->>'rate', ''))::numeric <= 0"),
    SetCheck("valid_on", "day_ahead", f"(NULLIF(r.values->>'valid_on', ''))::date > {_LAST_DAY}"),
    SetCheck("source", "source_reserved", f"lower(r.values->>'source') = '{OVERRIDE_SOURCE}'"),
)
_FILL_IN = """
UPDATE {rows} r SET "values" = r.values || jsonb_build_object(
    'source', COALESCE(NULLIF(r.values->>'source', ''), %s),
    'key', COALESCE(r.values->>'base' || '/' || (r.values->>'quote') || ' '
        || replace(r.values->>'valid_on', '-', '') || ' '
        || upper(COALESCE(NULLIF(r.values->>'source', ''), %s)), '')
) WHERE run_id = %s
"""


def fill_in(staging: Staging) -> None:
    """The source of rates whose file names none, and the key by which a rate is found."""
    staging.execute(_FILL_IN, [FILE_SOURCE, FILE_SOURCE, staging.run_id])


def resource() -> ImportResource:
    """Rates, known by pair, day and source."""
    return ImportResource(
        name="exchange-rates",
        model_label="commodities.ExchangeRate",
        stream="exchange_rate",
        key="key",
        columns=_columns(),
        set_checks=_SET_CHECKS,
        derive=fill_in,
        messages=_MESSAGES,
        filters=("base", "quote", "valid_on", "source", "is_override"),
    )
