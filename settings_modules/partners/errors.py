"""Refusals about business partners and what is on record about them."""

from __future__ import annotations

from core.errors import DomainError


class SimilarPartner(DomainError):
    """`extra["similar"]` lists them, the most similar first."""

    code = "similar_partner"
    status = 409
    message = "Similar partners are here: {names}. Confirm that this is another (confirm_similar)."
    message_ar = "يوجد شركاء مشابهون: {names}. أكّد أن هذا شريك آخر (confirm_similar)."


class CustomerBlocked(DomainError):
    code = "customer_blocked"
    status = 409
    message = "Orders for this phone number are not taken at the moment. Please call us."
    message_ar = "لا نستقبل طلبات لرقم الهاتف هذا حالياً. يرجى الاتصال بنا."


class RoleUnknown(DomainError):
    code = "role_unknown"
    status = 400
    message = "Choose one or more of: {known}."
    message_ar = "اختر دوراً واحداً أو أكثر من: {known}."


class CreditNeedsCurrency(DomainError):
    code = "credit_needs_currency"
    status = 400
    message = "Say in which currency the credit limit is."
    message_ar = "حدد عملة حد الائتمان."


class MarkNeedsHolder(DomainError):
    """A partner with active rows has exactly one that is primary, the default."""

    code = "mark_needs_holder"
    status = 409
    message = "This is the one in use. Choose another one first; this one steps back by itself."
    message_ar = "هذا هو المستخدم حالياً. اختر غيره أولاً فيحل محله تلقائياً."


class PartnerPanDiffers(DomainError):
    code = "partner_pan_differs"
    status = 400
    message = "The GSTIN holds the PAN {found}, the partner has {own}."
    message_ar = "يتضمن GSTIN رقم PAN {found} بينما رقم الشريك {own}."


class PartnerGstinKnown(DomainError):
    code = "partner_gstin_known"
    status = 409
    message = "The partner has this GSTIN already."
    message_ar = "لدى الشريك رقم GSTIN هذا بالفعل."


class PartnerAccountKnown(DomainError):
    code = "partner_account_known"
    status = 409
    message = "The partner has this bank account already."
    message_ar = "لدى الشريك هذا الحساب المصرفي بالفعل."


class PartnerErased(DomainError):
    code = "partner_erased"
    status = 409
    message = "This partner's personal data was erased: nothing is added to it any more."
    message_ar = "مُحيت البيانات الشخصية لهذا الشريك: لا يضاف إليه شيء بعد الآن."
