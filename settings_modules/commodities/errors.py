"""Refusals about commodities, their units, and what belongs to them."""

from __future__ import annotations

from core.errors import DomainError


class CommodityNameTaken(DomainError):
    """`extra["taken_by"]` is the id of the other one; so in the classes below."""

    code = "commodity_name_taken"
    status = 409
    message = "Another commodity is called {text}."
    message_ar = "توجد سلعة أخرى باسم {text}."


class CommodityCodeTaken(DomainError):
    code = "commodity_code_taken"
    status = 409
    message = "Another commodity has the code {text}."
    message_ar = "توجد سلعة أخرى بالرمز {text}."


class VarietyNameTaken(DomainError):
    code = "variety_name_taken"
    status = 409
    message = "Another variety of the commodity is called {text}."
    message_ar = "للسلعة صنف آخر باسم {text}."


class VarietyCodeTaken(DomainError):
    code = "variety_code_taken"
    status = 409
    message = "Another variety of the commodity has the code {text}."
    message_ar = "للسلعة صنف آخر بالرمز {text}."


class ParameterNameTaken(DomainError):
    code = "parameter_name_taken"
    status = 409
    message = "Another parameter of the commodity is called {text}."
    message_ar = "للسلعة معيار جودة آخر باسم {text}."


class ParameterTemplateNameTaken(DomainError):
    code = "parameter_template_name_taken"
    status = 409
    message = "Another template of the category is called {text}."
    message_ar = "للفئة قالب آخر باسم {text}."


class CommodityInUse(DomainError):
    """`extra["references"]` lists what refers to it, counted."""

    code = "commodity_in_use"
    status = 409
    message = "{count} records refer to this commodity. Confirm to switch it off (confirm_in_use)."
    message_ar = "تشير {count} من السجلات إلى هذه السلعة. أكّد لإيقافها (confirm_in_use)."


class ParametersDiffer(DomainError):
    """Somebody added or removed a parameter, or the order was sent incomplete."""

    code = "parameters_differ"
    status = 409
    message = "The commodity has other parameters than those sent. Send each of them once."
    message_ar = "معايير السلعة تختلف عما أُرسل. أرسل كل معيار مرة واحدة."


class TemplateOfOtherCategory(DomainError):
    code = "template_of_other_category"
    status = 422
    message = "The template {name} is not one of those suggested for the commodity."
    message_ar = "القالب {name} ليس من القوالب المقترحة لهذه السلعة."


class InternationalTemplateUnknown(DomainError):
    code = "international_template_unknown"
    status = 422
    message = "There is no international template {template}."
    message_ar = "لا يوجد قالب دولي باسم {template}."


class InternationalFieldUnknown(DomainError):
    code = "international_field_unknown"
    status = 422
    message = "{name} is no field that a template fills in."
    message_ar = "الحقل {name} ليس مما يملؤه القالب."


class VarietiesOfTwoCommodities(DomainError):
    code = "varieties_of_two_commodities"
    status = 409
    message = "The two varieties belong to different commodities."
    message_ar = "الصنفان يعودان إلى سلعتين مختلفتين."


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


class RevisionCodesUnknown(DomainError):
    code = "revision_codes_unknown"
    status = 422
    message = "The list has no such codes: {codes}."
    message_ar = "لا توجد في القائمة رموز كهذه: {codes}."


class RevisionInTheWay(DomainError):
    """`extra["codes"]` lists the codes."""

    code = "revision_in_the_way"
    status = 409
    message = "{count} codes have a rate that begins or ends on that day or later: {codes}."
    message_ar = "لدى {count} من الرموز نسبة تبدأ أو تنتهي في ذلك اليوم أو بعده: {codes}."


class RevisionChangesNothing(DomainError):
    code = "revision_changes_nothing"
    status = 422
    message = "All of these codes have this rate already."
    message_ar = "لدى كل هذه الرموز هذه النسبة أصلاً."


class RevisionReversed(DomainError):
    code = "revision_reversed"
    status = 409
    message = "This revision was taken back already."
    message_ar = "أُلغيت هذه المراجعة من قبل."


class RevisionNotReversible(DomainError):
    code = "revision_not_reversible"
    status = 409
    message = "{count} of its rates were changed since. Revise the codes anew instead."
    message_ar = "تغيرت {count} من نسبها منذ ذلك الحين. راجع الرموز من جديد بدلاً من ذلك."


class KnowledgeSwitchedOff(DomainError):
    code = "knowledge_switched_off"
    status = 409
    message = "This is switched off. Restore it before you verify it."
    message_ar = "هذا موقوف. أعد تفعيله قبل التحقق منه."


class ConflictDecided(DomainError):
    code = "tax_code_conflict_decided"
    status = 409
    message = "Somebody has decided this already."
    message_ar = "سبق أن بُتّ في هذا."


class NotACandidate(DomainError):
    code = "not_a_candidate"
    status = 422
    message = "Choose one of the codes that contradict each other, or none."
    message_ar = "اختر أحد الرموز المتعارضة أو لا شيء منها."


class CategoryCircle(DomainError):
    code = "commodity_category_circle"
    status = 422
    message = "{parent} is itself part of {name}: a category is not a part of itself."
    message_ar = "{parent} نفسها جزء من {name}: لا تكون الفئة جزءاً من نفسها."


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
