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


class TokenInvalid(DomainError):
    code = "token_invalid"
    status = 401
    message = "This token is not known or was revoked."
    message_ar = "هذا الرمز غير معروف أو أُلغي."


class TokenExpired(DomainError):
    code = "token_expired"
    status = 401
    message = "This token has expired. Please make a new one."
    message_ar = "انتهت صلاحية هذا الرمز. يرجى إنشاء رمز جديد."


class TokenNetworkRefused(DomainError):
    code = "token_network_refused"
    status = 403
    message = "This token may not be used from this network."
    message_ar = "لا يجوز استخدام هذا الرمز من هذه الشبكة."


class TokenLifetimeWrong(DomainError):
    code = "token_lifetime_wrong"
    status = 422
    message = "A token lives from 1 to {most} days."
    message_ar = "عمر الرمز من يوم واحد إلى {most} يوماً."


class NetworkMalformed(DomainError):
    code = "network_malformed"
    status = 422
    message = "“{text}” is not a network such as 203.0.113.0/24."
    message_ar = "«{text}» ليست شبكة مثل 203.0.113.0/24."


class TooManyNetworks(DomainError):
    code = "too_many_networks"
    status = 422
    message = "A token takes at most {most} networks."
    message_ar = "يقبل الرمز {most} شبكة على الأكثر."


class SessionOver(DomainError):
    code = "session_over"
    status = 401
    message = "This session is over. Please sign in again."
    message_ar = "انتهت هذه الجلسة. يرجى تسجيل الدخول مجدداً."
