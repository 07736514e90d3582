"""What can go wrong with Zoho, by what is to be done about it."""

from __future__ import annotations

from datetime import datetime

from core.errors import DomainError, Misconfigured, Permanent, Retryable


class ZohoTrouble(Retryable):
    """Zoho did not give a usable answer: a time-out, a 5xx, a web page, broken JSON.

    For a write, `is_outcome_unknown` tells that Zoho may have carried it out all the same.
    """

    def __init__(self, text: str, *, is_outcome_unknown: bool = True) -> None:
        super().__init__(text)
        self.is_outcome_unknown = is_outcome_unknown


class MalformedAnswer(ZohoTrouble):
    """Zoho answered success, but not with what was asked for."""


class GateClosed(Retryable):
    """Nobody may call before `until`: a limit was hit, or is kept in reserve for orders."""

    is_worth_repeating = False
    is_outcome_unknown = False

    def __init__(self, *, until: datetime, reason: str) -> None:
        super().__init__(f"{reason}; waiting until {until:%Y-%m-%d %H:%M:%S} UTC")
        self.until = until
        self.reason = reason


class ConnectionUnusable(Misconfigured):
    """A person must authorize or correct the connection; no call is made until then."""


class PermissionMissing(Misconfigured):
    """The token is fresh and Zoho still refuses: its scopes do not cover this address."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(f"Zoho does not permit {endpoint}: the connection lacks its scope")
        self.endpoint = endpoint


class Refused(Permanent):
    """Zoho refuses this very request; `code` and `text` are Zoho's."""

    def __init__(self, *, status: int, code: int, text: str) -> None:
        super().__init__(f"Zoho refused it ({code}): {text}")
        self.status = status
        self.code = code
        self.text = text


class RecordGone(Refused):
    """The record asked for is not there, or not for this organization."""


class PushRefused(Permanent):
    """An order that cannot go to Zoho as it is; the message tells staff why."""


class GuardRefused(Exception):
    """A pull would take away too much at once, so it stopped before doing so."""

    def __init__(self, *, what: str, affected: int, total: int, share: float) -> None:
        super().__init__(
            f"the pull would {what} {affected} of {total}, more than {share:.0%}; nothing of that"
            " was written. Check Zoho, then start a forced run if it is right."
        )


class SyncAlreadyRunning(DomainError):
    code = "sync_already_running"
    status = 409
    message = "A synchronisation with Zoho is already running."
    message_ar = "هناك مزامنة مع Zoho قيد التشغيل بالفعل."


class NoConnection(DomainError):
    code = "zoho_not_connected"
    status = 409
    message = "There is no usable connection to Zoho. Please check its settings."
    message_ar = "لا يوجد اتصال صالح مع Zoho. يرجى مراجعة إعداداته."


class ForceNeedsPerson(DomainError):
    code = "zoho_force_needs_person"
    status = 403
    message = "Only a signed-in person may switch the guard off."
    message_ar = "لا يمكن تعطيل الحماية إلا من قبل مستخدم مسجل الدخول."


class OrderBeingSent(DomainError):
    code = "order_being_sent"
    status = 409
    message = "An order of this customer is being sent to Zoho. Please try again in a minute."
    message_ar = "يجري الآن إرسال طلب لهذا العميل إلى Zoho. يرجى المحاولة بعد دقيقة."


class OrderNotResendable(DomainError):
    code = "order_not_resendable"
    status = 409
    message = "This order cannot be sent to Zoho again in its present state."
    message_ar = "لا يمكن إعادة إرسال هذا الطلب إلى Zoho في حالته الحالية."
