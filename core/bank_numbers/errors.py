"""What is wrong with a bank account."""

from __future__ import annotations

from core.errors import DomainError


class AccountNumberMissing(DomainError):
    code = "account_number_missing"
    status = 400
    message = "Give the account number or the IBAN."
    message_ar = "اكتب رقم الحساب أو رقم IBAN."
