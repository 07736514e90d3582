"""Errors of accounts and roles."""

from core.errors import DomainError


class PowerNotYoursToGrant(DomainError):
    code = "power_not_yours_to_grant"
    status = 403
    message = "Only a superuser may grant roles and permissions or change another superuser."
    message_ar = "منح الأدوار والصلاحيات أو تغيير حساب مدير عام متاح للمدير العام فقط."
