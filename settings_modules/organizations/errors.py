"""Errors of organizations and their document series."""

from core.errors import DomainError


class NoActiveSeries(DomainError):
    code = "no_active_series"
    status = 503
    message = "No active document series for “{document}”. Staff must set one up first."
    message_ar = "لا توجد سلسلة ترقيم فعالة للمستند «{document}». يجب على الموظفين إعدادها أولاً."


class NumberAlreadyIssued(DomainError):
    code = "number_already_issued"
    status = 409
    message = "Numbers up to {number} are already issued: the last number cannot go back."
    message_ar = "الأرقام حتى {number} صدرت بالفعل: لا يمكن إرجاع آخر رقم."


class SeriesInUse(DomainError):
    code = "series_in_use"
    status = 409
    message = "Numbers were issued in this series: switch it off and add a new one instead."
    message_ar = "صدرت أرقام من هذه السلسلة: أوقفها وأضف سلسلة جديدة بدلاً منها."


class SeriesPrintsSameNumbers(DomainError):
    code = "series_prints_same_numbers"
    status = 409
    message = (
        "The series “{other}” has printed or will print the same numbers: choose another prefix or"
        " suffix, or begin beyond {number}."
    )
    message_ar = (
        "طبعت السلسلة «{other}» الأرقام نفسها أو ستطبعها: اختر بادئة أو لاحقة أخرى، أو ابدأ بعد"
        " {number}."
    )


class NumberTooLong(DomainError):
    code = "number_too_long"
    status = 422
    message = (
        "“{number}” is longer than the {longest} characters that this document's numbers may have."
    )
    message_ar = "«{number}» أطول من {longest} حرفاً المسموح بها لأرقام هذا المستند."


class NumberNotForTaxDocuments(DomainError):
    code = "number_not_for_tax_documents"
    status = 422
    message = "Numbers of tax documents consist of the letters A to Z, digits, “-” and “/”."
    message_ar = "تتكون أرقام المستندات الضريبية من الحروف A إلى Z والأرقام و«-» و«/»."


class OtherOrganizationsRecord(DomainError):
    code = "other_organizations_record"
    status = 422
    message = "This record belongs to another organization."
    message_ar = "هذا السجل يعود إلى مؤسسة أخرى."


class YearNotOpen(DomainError):
    code = "year_not_open"
    status = 409
    message = "The financial year “{year}” is not open: its documents get no numbers."
    message_ar = "السنة المالية «{year}» ليست مفتوحة: لا تصدر أرقام لمستنداتها."


class NumberPrintedBefore(DomainError):
    code = "number_printed_before"
    status = 409
    message = "Another series has printed this series' next number: staff must mend the series."
    message_ar = "طبعت سلسلة أخرى الرقم التالي لهذه السلسلة: يجب على الموظفين تصحيح السلسلة."


class NumberKeyReused(DomainError):
    code = "number_key_reused"
    status = 422
    message = "This key has issued a number for another document or another purpose."
    message_ar = "استُخدم هذا المفتاح لإصدار رقم لمستند آخر أو لغرض آخر."


class EinvoiceReferenceMissing(DomainError):
    code = "einvoice_reference_missing"
    status = 422
    message = "E-invoices are required: this document needs its e-invoice reference."
    message_ar = "الفواتير الإلكترونية مطلوبة: يحتاج هذا المستند إلى مرجع فاتورته الإلكترونية."


class NumberAlreadyVoided(DomainError):
    code = "number_already_voided"
    status = 409
    message = "The number {number} is voided already."
    message_ar = "الرقم {number} ملغى بالفعل."


class VoidReasonMissing(DomainError):
    code = "void_reason_missing"
    status = 422
    message = "Say why the number is voided."
    message_ar = "اذكر سبب إلغاء الرقم."


class PlanNotYoursToChoose(DomainError):
    code = "plan_not_yours_to_choose"
    status = 403
    message = "The plan of an organization is chosen by a superuser."
    message_ar = "خطة المؤسسة يختارها المدير العام."


class RoleNotYoursToGrant(DomainError):
    code = "role_not_yours_to_grant"
    status = 403
    message = "You may give and change only roles up to your own, in your own organization."
    message_ar = "يمكنك منح وتغيير الأدوار التي لا تعلو دورك وفي مؤسستك فقط."


class OwnMembershipStays(DomainError):
    code = "own_membership_stays"
    status = 403
    message = "Your own roles are given and changed by somebody else."
    message_ar = "أدوارك أنت يمنحها ويغيرها شخص آخر."


class RoleAlreadyHeld(DomainError):
    code = "role_already_held"
    status = 409
    message = "This person already has this role here: change its times instead."
    message_ar = "لدى هذا الشخص هذا الدور هنا بالفعل: غيّر مدته بدلاً من ذلك."
