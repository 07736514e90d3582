"""How rows of files name records: themselves, and those they refer to."""

from __future__ import annotations

from core.i18n import language_columns
from core.importing.columns import OtherName, Reference
from core.importing.resources import Message, SetCheck

CATEGORY = Reference(key="code", ignores_case=True, others=(OtherName("name_en"),))
COMMODITY = Reference(key="code", ignores_case=True, others=(OtherName("name_en"),))
TERM = Reference(key="code", ignores_case=True, others=(OtherName("name_en"),))
UNIT = Reference(
    key="code",
    ignores_case=True,
    others=(OtherName("alias", model_label="commodities.UnitAlias", of="unit"),),
)
#: A code of goods and one of services may be the same digits: goods are meant.
TAX_CODE = Reference(key="code", first_by="kind")
_NAMES = language_columns("name")
#: A finding that brings its words along.
TOLD = Message("{text}", "{text_ar}")
NAME_MESSAGES = {
    "no_key": Message(
        "Give a code or an English name: a later import knows the record by one of them.",
        "أدخل رمزاً أو اسماً إنجليزياً: بأحدهما يُعرف السجل في استيراد لاحق.",
    ),
    "no_name": Message("Give a name in at least one language.", "أدخل اسماً بلغة واحدة على الأقل."),
    "unknown_currency": Message(
        "{text} is no currency (ISO 4217).", "الرمز {text} ليس رمز عملة (ISO 4217)."
    ),
}


def is_missing(*names: str) -> str:
    """SQL of whether a row has no value in any of these columns."""
    return " AND ".join(f"COALESCE(r.values->>'{name}', '') = ''" for name in names)


def is_new(table: str, *columns: str) -> str:
    """SQL of whether no record of the table has the row's value in one of these columns."""
    return " AND ".join(
        f"NOT EXISTS (SELECT FROM {table} t WHERE upper(t.{name}) = upper(r.values->>'{name}')"
        f" AND t.{name} <> '')"
        for name in columns
    )


def name_checks(table: str) -> tuple[SetCheck, ...]:
    """A row has a code or an English name, and a new record a name in some language."""
    has_code = "COALESCE(r.values->>'code', '') <> ''"
    nameless = f"{has_code} AND {is_missing(*_NAMES)} AND {is_new(table, 'code')}"
    return (
        SetCheck("name_en", "no_key", is_missing("code", "name_en")),
        SetCheck("name_en", "no_name", nameless),
    )
