"""Errors of accounts and roles."""

from core.errors import DomainError


class LastSuperuserStays(DomainError):
    code = "last_superuser_stays"
    status = 409
    message = "This is the last active superuser: make another one first."
    message_ar = "هذا آخر مدير عام فعّال: عيّن مديراً عاماً آخر أولاً."


class PowerNotYoursToGrant(DomainError):
    code = "power_not_yours_to_grant"
    status = 403
    message = "Only a superuser may grant roles and permissions or change another superuser."
    message_ar = "منح الأدوار والصلاحيات أو تغيير حساب مدير عام متاح للمدير العام فقط."


class DeclaredRoleStays(DomainError):
    code = "declared_role_stays"
    status = 409
    message = "This role belongs to the system: it is not edited, renamed, made or removed here."
    message_ar = "هذا الدور تابع للنظام: لا يُعدَّل ولا يُعاد تسميته ولا يُنشأ ولا يُحذف من هنا."


class AccountLocked(DomainError):
    code = "account_locked"
    status = 429
    message = "Too many failed attempts. Sign-in is locked for {minutes} more minutes."
    message_ar = "محاولات فاشلة كثيرة. تسجيل الدخول مقفل لمدة {minutes} دقيقة أخرى."


class SecondFactorRequired(DomainError):
    code = "second_factor_required"
    status = 403
    message = "Your account needs a second factor. Sign in to the back office and set one up."
    message_ar = "يحتاج حسابك إلى عامل تحقق ثانٍ. سجّل الدخول إلى لوحة الإدارة وأضف واحداً."
