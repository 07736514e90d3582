"""Refusals of changes to a row that somebody else changed first."""

from __future__ import annotations

from core.errors import DomainError


class PreconditionMissing(DomainError):
    code = "precondition_required"
    status = 428
    message = "Send the ETag of the record you read in If-Match, so that no change is overwritten."
    message_ar = "أرسل قيمة ETag للسجل الذي قرأته في If-Match حتى لا يُستبدل تغيير أحد."


class StaleVersion(DomainError):
    """`seen` is the version the caller knows, `current` the one that is stored."""

    code = "stale_version"
    status = 412
    message = "Somebody else changed this record: you have version {seen}, it is at {current}."
    message_ar = "غيّر شخص آخر هذا السجل: لديك الإصدار {seen} والحالي {current}."


class FieldNotEditable(DomainError):
    code = "field_not_editable"
    status = 422
    message = "This value cannot be changed here."
    message_ar = "لا يمكن تغيير هذه القيمة من هنا."


class SuccessorUnfit(DomainError):
    code = "successor_unfit"
    status = 409
    message = "What takes its place is another active one of the same organization."
    message_ar = "ما يحل محله يجب أن يكون سجلاً آخر فعالاً للمؤسسة نفسها."


class HolderInactive(DomainError):
    code = "holder_inactive"
    status = 409
    message = "It is switched off: restore it first."
    message_ar = "هذا السجل متوقف: استعده أولاً."
