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
