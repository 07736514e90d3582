"""Refusals about currencies, their rates, and prices."""

from __future__ import annotations

from core.errors import DomainError


class CurrenciesEqual(DomainError):
    code = "currencies_equal"
    status = 422
    message = "A rate is between two currencies: {currency} to itself is always 1."
    message_ar = "السعر يكون بين عملتين: {currency} إلى نفسها تساوي 1 دائماً."


class ExchangeRateMissing(DomainError):
    """Neither the pair nor a way through a third currency is known: nothing is made up."""

    code = "exchange_rate_missing"
    status = 404
    message = "No rate from {base} to {quote} is known for {day}. Enter one."
    message_ar = "لا يوجد سعر صرف من {base} إلى {quote} ليوم {day}. أدخل واحداً."


class ExchangeRateStale(DomainError):
    """`extra` has `valid_on`, the day of the latest rate, and `most_days`, how old one may be."""

    code = "exchange_rate_stale"
    status = 409
    message = (
        "The latest rate from {base} to {quote} is of {latest}, more than {most} days before {day}."
        " Enter a newer one."
    )
    message_ar = (
        "أحدث سعر صرف من {base} إلى {quote} يعود إلى {latest}، أي قبل {day} بأكثر من {most} أيام."
        " أدخل سعراً أحدث."
    )


class ExchangeRateThere(DomainError):
    """`extra["id"]` is the rate that is there."""

    code = "exchange_rate_there"
    status = 409
    message = "{rate} is here already. Change that one."
    message_ar = "{rate} موجود بالفعل. عدّل الموجود."


class ExchangeRateDayWrong(DomainError):
    code = "exchange_rate_day_wrong"
    status = 422
    message = "A rate is of a day from 1990 to tomorrow."
    message_ar = "يكون سعر الصرف ليوم من سنة 1990 حتى الغد."


class OverrideNeedsReason(DomainError):
    code = "override_needs_reason"
    status = 422
    message = "Say why this rate goes before the others of its day."
    message_ar = "اذكر سبب تقديم هذا السعر على غيره في يومه."


class RateSourceReserved(DomainError):
    code = "rate_source_reserved"
    status = 422
    message = "“{source}” is the source of overrides alone."
    message_ar = "«{source}» مصدر مخصص للأسعار المقدَّمة وحدها."


class ExchangeRatesUnavailable(DomainError):
    code = "exchange_rates_unavailable"
    status = 503
    message = "“{provider}” does not answer. The rates that are stored go on to hold."
    message_ar = "لا يجيب «{provider}». تبقى الأسعار المخزنة سارية."


class ExchangeRatesUnreadable(DomainError):
    code = "exchange_rates_unreadable"
    status = 502
    message = "What “{provider}” answered is no table of rates."
    message_ar = "ما أجاب به «{provider}» ليس جدول أسعار صرف."


class PriceUnitUnknown(DomainError):
    code = "price_unit_unknown"
    status = 422
    message = "There is no unit “{unit}” in use."
    message_ar = "لا توجد وحدة مستخدمة باسم «{unit}»."


class PriceUnitsDiffer(DomainError):
    code = "price_units_differ"
    status = 422
    message = (
        "{unit} and {other} do not measure the same: a price of one says nothing of the other."
    )
    message_ar = "لا تقيس {unit} و{other} الشيء نفسه: سعر إحداهما لا يدل على سعر الأخرى."
