"""Refusals about commodities and what belongs to them."""

from __future__ import annotations

from core.errors import DomainError


class LcTypeRequired(DomainError):
    code = "lc_type_required"
    status = 422
    message = "Say which letters of credit are taken (lc_types_supported)."
    message_ar = "حدد أنواع الاعتمادات المستندية المقبولة (lc_types_supported)."


class LcNotSupported(DomainError):
    code = "lc_not_supported"
    status = 422
    message = "This term is not by letter of credit: leave everything about one out."
    message_ar = "هذا الشرط ليس باعتماد مستندي: اترك كل ما يخصه."


class LcMethodMissing(DomainError):
    code = "lc_method_missing"
    status = 422
    message = "This term is by letter of credit: LC must be among its payment methods."
    message_ar = "هذا الشرط باعتماد مستندي: يجب أن يكون LC من طرق الدفع."


class DueDateOutOfRange(DomainError):
    code = "due_date_out_of_range"
    status = 422
    message = "The due date is beyond the calendar."
    message_ar = "تاريخ الاستحقاق خارج التقويم."


class CommissionRateMissing(DomainError):
    code = "commission_rate_missing"
    status = 422
    message = "Give the rate of the commission."
    message_ar = "أدخل نسبة العمولة أو مبلغها."


class CommissionValueMisplaced(DomainError):
    """`field` names the value that has no place in a commission of this kind."""

    code = "commission_value_not_of_its_kind"
    status = 422
    message = "A commission of this kind has no such value."
    message_ar = "لا مكان لهذه القيمة في عمولة من هذا النوع."


class CommissionTierUnitMissing(DomainError):
    code = "commission_tier_unit_missing"
    status = 422
    message = "Tiers by quantity count in a unit: name it (tier_unit)."
    message_ar = "الشرائح بحسب الكمية تُحسب بوحدة: حددها (tier_unit)."


class CommissionTierBasisMissing(DomainError):
    code = "commission_tier_basis_missing"
    status = 422
    message = "Say whether the tiers are by amount or by quantity (tier_basis)."
    message_ar = "حدد هل الشرائح بحسب المبلغ أم بحسب الكمية (tier_basis)."


class CommissionTiersOverlap(DomainError):
    code = "commission_tiers_overlap"
    status = 422
    message = "Two tiers in {currency} overlap at {at}."
    message_ar = "تتداخل شريحتان بعملة {currency} عند {at}."


class CommissionPercentageTooHigh(DomainError):
    code = "commission_percentage_too_high"
    status = 422
    message = "A percentage is 0 to 100, in tiers by amount too."
    message_ar = "النسبة المئوية من 0 إلى 100، وفي الشرائح بحسب المبلغ أيضاً."


class CommissionTierEmpty(DomainError):
    code = "commission_tier_empty"
    status = 422
    message = "A tier ends above its beginning: not at {at}."
    message_ar = "تنتهي الشريحة فوق بدايتها: لا عند {at}."


class CountryRatesMalformed(DomainError):
    code = "country_rates_malformed"
    status = 422
    message = 'Send a rate of at most four decimals for each ISO code, such as "AE": "1.25".'
    message_ar = 'أرسل نسبة بأربع خانات عشرية على الأكثر لكل رمز ISO، مثل "AE": "1.25".'


class NoCommissionApplies(DomainError):
    code = "no_commission_applies"
    status = 404
    message = "No commission applies to such a deal on {day}."
    message_ar = "لا تنطبق أي عمولة على صفقة كهذه في {day}."


class CommissionCurrencyDiffers(DomainError):
    code = "commission_currency_differs"
    status = 422
    message = "“{commission}” counts in {known}, the deal is in {currency}."
    message_ar = "«{commission}» تُحسب بعملة {known} والصفقة بعملة {currency}."


class CommissionTierMissing(DomainError):
    code = "commission_tier_missing"
    status = 422
    message = "“{commission}” has no tier for {value}."
    message_ar = "لا شريحة في «{commission}» للقيمة {value}."


class CommissionQuantityMissing(DomainError):
    code = "commission_quantity_missing"
    status = 422
    message = "“{commission}” goes by quantity: send quantity and unit."
    message_ar = "«{commission}» بحسب الكمية: أرسل الكمية والوحدة."


class CommissionUnitIncompatible(DomainError):
    code = "commission_unit_incompatible"
    status = 422
    message = "{unit} cannot be counted in {wanted}."
    message_ar = "لا يمكن حساب {unit} بوحدة {wanted}."
