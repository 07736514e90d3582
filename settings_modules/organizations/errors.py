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
    message = "Numbers below {number} are already issued: the next number cannot go back."
    message_ar = "الأرقام الأقل من {number} صدرت بالفعل: لا يمكن إرجاع الرقم التالي."


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
