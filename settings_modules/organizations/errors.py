"""Errors of organizations and their document series."""

from core.errors import DomainError


class NoActiveSeries(DomainError):
    code = "no_active_series"
    status = 503
    message = "No active document series for “{document}”. Staff must set one up first."
    message_ar = "لا توجد سلسلة ترقيم فعالة للمستند «{document}». يجب على الموظفين إعدادها أولاً."
