"""Organizations with what belongs to each: registrations, accounts, years, numbers, people."""

from settings_modules.organizations.models.approvals import ApprovalKind, ApprovalRequest, Decision
from settings_modules.organizations.models.bank_accounts import AccountType, BankAccount
from settings_modules.organizations.models.document_series import (
    TAX_DOCUMENTS,
    DocumentSeries,
    DocumentType,
    IssuedNumber,
)
from settings_modules.organizations.models.financial_years import FinancialYear, YearStatus
from settings_modules.organizations.models.gst_registrations import GstRegistration
from settings_modules.organizations.models.memberships import Membership, MembershipRows
from settings_modules.organizations.models.organizations import (
    Organization,
    OrganizationType,
    Plan,
)

__all__ = [
    "TAX_DOCUMENTS",
    "AccountType",
    "ApprovalKind",
    "ApprovalRequest",
    "BankAccount",
    "Decision",
    "DocumentSeries",
    "DocumentType",
    "FinancialYear",
    "GstRegistration",
    "IssuedNumber",
    "Membership",
    "MembershipRows",
    "Organization",
    "OrganizationType",
    "Plan",
    "YearStatus",
]
