"""Refusals about commodities, their units and packagings."""

from __future__ import annotations

from core.errors import DomainError


class UnitUnknown(DomainError):
    """No unit in use has this code or other word."""

    code = "unit_unknown"
    status = 422
    message = "No unit in use is called “{unit}”."
    message_ar = "لا توجد وحدة مستخدمة باسم «{unit}»."


class UnitsIncompatible(DomainError):
    code = "units_incompatible"
    status = 422
    message = (
        "{first} and {second} are incompatible: one is counted in {first_base}, the other in"
        " {second_base}."
    )
    message_ar = (
        "الوحدتان {first} و{second} غير متوافقتين: تُحسب الأولى بوحدة {first_base} والثانية بوحدة"
        " {second_base}."
    )


class QuantityNotPositive(DomainError):
    code = "quantity_not_positive"
    status = 422
    message = "The quantity must be positive."
    message_ar = "يجب أن تكون الكمية أكبر من الصفر."


class RateNotPositive(DomainError):
    code = "rate_not_positive"
    status = 422
    message = "The rate must be positive."
    message_ar = "يجب أن يكون السعر أكبر من الصفر."


class UnitWordTaken(DomainError):
    code = "unit_word_taken"
    status = 409
    message = "“{word}” already means the unit {unit}."
    message_ar = "الكلمة «{word}» تعني الوحدة {unit}."


class UnitIsBase(DomainError):
    code = "unit_is_base"
    status = 409
    message = "Other units are counted in {unit}: it stays in use, and one of it is one."
    message_ar = "تُحسب وحدات أخرى بالوحدة {unit}: تبقى مستخدمة، والواحد منها واحد."


class UnitsDiffer(DomainError):
    code = "units_differ"
    status = 409
    message = "{merged} and {kept} are different measures: what is counted would change."
    message_ar = "{merged} و{kept} مقياسان مختلفان: ستتغير الكميات المسجلة."


class UnitNotPackage(DomainError):
    code = "unit_not_package"
    status = 422
    message = "{unit} is a measure that is the same for every commodity, not a package."
    message_ar = "{unit} مقياس واحد لجميع السلع وليس عبوة."


class PackageHoldsItself(DomainError):
    code = "package_holds_itself"
    status = 422
    message = "The commodity is itself counted in {unit}: there is nothing that it could hold."
    message_ar = "تُحسب السلعة نفسها بالوحدة {unit}: لا شيء يمكن أن تحتويه."
