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


class AnotherSells(DomainError):
    code = "another_sells"
    status = 409
    message = "“{organization}” sells in the shop: let it stop before another one begins."
    message_ar = "المؤسسة «{organization}» تبيع في المتجر: أوقف بيعها قبل أن تبدأ مؤسسة أخرى."


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


class PersonNeeded(DomainError):
    code = "person_needed"
    status = 403
    message = "Only somebody who is signed in can ask for such a change or decide about it."
    message_ar = "لا يمكن طلب هذا التغيير أو البت فيه إلا لشخص سجّل دخوله."


class SecondPersonNeeded(DomainError):
    code = "second_person_needed"
    status = 403
    message = "You asked for this change: somebody else decides about it."
    message_ar = "أنت من طلب هذا التغيير: يبت فيه شخص آخر."


class ChangeNotYoursToWithdraw(DomainError):
    code = "change_not_yours_to_withdraw"
    status = 403
    message = "Only the person who asked for this change can take it back."
    message_ar = "لا يسحب طلب التغيير إلا من طلبه."


class ChangeAlreadyWaiting(DomainError):
    code = "change_already_waiting"
    status = 409
    message = "Such a change of this record is waiting already: decide about that one first."
    message_ar = "هناك تغيير مماثل لهذا السجل قيد الانتظار: يجب البت فيه أولاً."


class ChangeAlreadyDecided(DomainError):
    code = "change_already_decided"
    status = 409
    message = "This change has been decided about already."
    message_ar = "سبق البت في هذا التغيير."


class YearsOverlap(DomainError):
    code = "years_overlap"
    status = 409
    message = "The dates overlap {years}."
    message_ar = "تتداخل التواريخ مع {years}."


class YearDatesFixed(DomainError):
    code = "year_dates_fixed"
    status = 409
    message = "{year} was opened: its dates stay as they are."
    message_ar = "فُتحت السنة {year}: تبقى تواريخها كما هي."


class YearAlreadyOpened(DomainError):
    code = "year_already_opened"
    status = 409
    message = "{year} was opened already."
    message_ar = "سبق فتح السنة {year}."


class YearMustBeOpen(DomainError):
    code = "year_must_be_open"
    status = 409
    message = "{year} is not open."
    message_ar = "السنة {year} ليست مفتوحة."


class YearMustBeClosed(DomainError):
    code = "year_must_be_closed"
    status = 409
    message = "{year} is not closed."
    message_ar = "السنة {year} ليست مغلقة."


class YearIsLocked(DomainError):
    code = "year_is_locked"
    status = 409
    message = "{year} is locked: it does not change any more."
    message_ar = "السنة {year} مقفلة نهائياً ولا تتغير بعد الآن."


class ActiveYearStays(DomainError):
    code = "active_year_stays"
    status = 409
    message = "{year} is the active year: name the year that takes its place."
    message_ar = "السنة {year} هي السنة الفعالة: حدد السنة التي تحل محلها."


class YearInUse(DomainError):
    code = "year_in_use"
    status = 409
    message = "{year} has been used: only a draft or an open year without series can be removed."
    message_ar = "استُخدمت السنة {year}: لا تُحذف إلا مسودة أو سنة مفتوحة بلا سلاسل ترقيم."


class YearNotReadyToClose(DomainError):
    code = "year_not_ready_to_close"
    status = 409
    message = "{year} cannot be closed yet: {count} points of the checklist are not settled."
    message_ar = "لا يمكن إغلاق السنة {year} بعد: {count} من نقاط قائمة الإغلاق لم تُحسم."


class YearNotSplittable(DomainError):
    code = "year_not_splittable"
    status = 409
    message = "{year} may not be shorter than a year: allow that first."
    message_ar = "لا يجوز أن تكون السنة {year} أقصر من سنة كاملة: اسمح بذلك أولاً."


class SplitDateOutside(DomainError):
    code = "split_date_outside"
    status = 422
    message = "The second part begins between {first} and {last}."
    message_ar = "يبدأ الجزء الثاني بين {first} و{last}."


class NumbersIssuedAfterSplit(DomainError):
    code = "numbers_issued_after_split"
    status = 409
    message = "{count} document numbers of {year} were issued on {date} or later."
    message_ar = "صدر {count} من أرقام مستندات السنة {year} في {date} أو بعده."


class YearReasonNeeded(DomainError):
    code = "year_reason_needed"
    status = 422
    message = "Say why the year is to be opened again."
    message_ar = "اذكر سبب إعادة فتح السنة."


class SellerNotMerged(DomainError):
    code = "seller_not_merged"
    status = 409
    message = "This is the company that sells: let another one sell before it is merged."
    message_ar = "هذه هي الشركة البائعة: اجعل شركة أخرى بائعة قبل دمجها."


class NumbersInItsName(DomainError):
    code = "numbers_in_its_name"
    status = 409
    message = "Document numbers were issued in this company's name: switch it off instead."
    message_ar = "صدرت أرقام مستندات باسم هذه الشركة: أوقفها بدلاً من دمجها."


class BankChangeNeedsSecondPerson(DomainError):
    code = "bank_change_needs_second_person"
    status = 409
    message = "In this organization a second person agrees to every change of a bank account."
    message_ar = "في هذه المؤسسة يوافق شخص ثانٍ على كل تغيير في الحسابات المصرفية."


class OrganizationPanDiffers(DomainError):
    code = "organization_pan_differs"
    status = 400
    message = "The GST registration {gstin} holds another PAN."
    message_ar = "تسجيل GST {gstin} يتضمن رقم PAN آخر."


class ExtraConfigMalformed(DomainError):
    code = "extra_config_malformed"
    status = 400
    message = (
        "Further settings are an object of at most {limit} characters, without NUL; fractions are"
        " written as texts."
    )
    message_ar = "الإعدادات الإضافية كائن لا يزيد على {limit} حرف وبلا NUL؛ وتكتب الكسور نصوصاً."


class SellerStaysActive(DomainError):
    code = "seller_stays_active"
    status = 409
    message = "This organization sells in the shop: let another one sell before switching it off."
    message_ar = "هذه المؤسسة تبيع في المتجر: اجعل غيرها تبيع قبل إيقافها."


class BankApprovalNotYoursToLift(DomainError):
    code = "bank_approval_not_yours_to_lift"
    status = 403
    message = "Only a superuser lifts the rule that bank changes need a second person."
    message_ar = "لا يرفع شرط موافقة شخص ثانٍ على تغييرات الحسابات المصرفية إلا المدير العام."


class PrimaryNeedsSuccessor(DomainError):
    code = "primary_needs_successor"
    status = 409
    message = "This GST registration is the primary one: name another to take its place."
    message_ar = "هذا هو تسجيل GST الرئيسي: حدد تسجيلاً آخر ليحل محله."


class DefaultNeedsSuccessor(DomainError):
    code = "default_needs_successor"
    status = 409
    message = "This bank account is the default one: name another to take its place."
    message_ar = "هذا هو الحساب المصرفي الافتراضي: حدد حساباً آخر ليحل محله."


class GstinTaken(DomainError):
    code = "gstin_taken"
    status = 409
    message = "This GSTIN is registered here already."
    message_ar = "رقم GSTIN هذا مسجل هنا بالفعل."


class BankAccountKnown(DomainError):
    code = "bank_account_known"
    status = 409
    message = "The organization has this bank account already."
    message_ar = "لدى المؤسسة هذا الحساب المصرفي بالفعل."


class BankChangeNeedsItsPage(DomainError):
    code = "bank_change_needs_its_page"
    status = 409
    message = "Here bank changes need a second person: make the change on the account's own page."
    message_ar = "تحتاج تغييرات الحسابات هنا إلى شخص ثانٍ: أجرِ التغيير من صفحة الحساب نفسها."
