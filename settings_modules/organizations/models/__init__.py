"""Organizations with what belongs to each: registrations, accounts, years, numbers, people."""

from settings_modules.organizations.models.approvals import ApprovalKind, ApprovalRequest, Decision
from settings_modules.organizations.models.bank_accounts import BankAccount
from settings_modules.organizations.models.document_series import (
    LARGEST_NUMBER,
    TAX_DOCUMENTS,
    TOLD_APART_BY_NUMBER,
    DocumentSeries,
    DocumentType,
    IssuedNumber,
    longest_number,
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
    "LARGEST_NUMBER",
    "TAX_DOCUMENTS",
    "TOLD_APART_BY_NUMBER",
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
    "longest_number",
]
