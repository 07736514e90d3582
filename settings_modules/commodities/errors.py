"""Refusals about commodities and what belongs to them."""

from __future__ import annotations

from core.errors import DomainError


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
