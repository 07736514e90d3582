"""The roles of an organization: the one place that says who may do what.

A permission that is not named here is not given: what spans all organizations (accounts, events,
webhooks, schedules, keys to Zoho) is left to superusers. `prepare_installation` and `update_roles`
bring the groups in the database in step; docs/roles.md is made from this file.
"""

from core.identity.roles import Role

VIEW = "view"
EDIT = "view add change"
ALL = "view add change delete"

#: What shoppers see anyway.
_SHELF = {"catalog.product": VIEW, "catalog.category": VIEW}
#: The words of contracts.
_TERMS = (
    *("commodities.tradetype", "commodities.bargaintype", "commodities.passingterm"),
    *("commodities.weightmentterm", "commodities.deliveryterm", "commodities.paymentterm"),
)
_COMMISSIONS = ("commodities.commissionstructure", "commodities.commissiontier")
_TRADE = {
    **_SHELF,
    **dict.fromkeys(_TERMS, VIEW),
    "catalog.price": VIEW,
    "catalog.pricelist": VIEW,
    "catalog.stocklevel": VIEW,
    "catalog.movement": VIEW,
    "locations.location": VIEW,
}
#: Registrations, accounts, years and numbers of the own company, to look at.
_COMPANY = {
    "organizations.organization": VIEW,
    "organizations.gstregistration": VIEW,
    "organizations.bankaccount": VIEW,
    "organizations.financialyear": VIEW,
    "organizations.documentseries": VIEW,
    "organizations.issuednumber": VIEW,
    "organizations.approvalrequest": VIEW,
}
_ORDERS = {"catalog.order": VIEW, "catalog.orderline": VIEW, "catalog.reservation": VIEW}
_PEOPLE = {"organizations.membership": EDIT, "core.user": VIEW, "auth.group": VIEW}
#: Cancelling and repeating the jobs of imports, of the records that the role may add and change.
_IMPORTS = {"core.importrun": "add"}
_RUNS = {"zoho.syncrun": "view add", "zoho.orderpush": VIEW, "core.job": VIEW}

ROLES = (
    Role(
        key="owner",
        rank=100,
        label="Owner",
        label_ar="المالك",
        purpose="Answers for the organization: everything that is its own, its people included.",
        purpose_ar="مسؤول عن المؤسسة: كل ما يخصها بما في ذلك أشخاصها.",
        permissions={
            "catalog.*": ALL,
            **dict.fromkeys((*_TERMS, *_COMMISSIONS), ALL),
            "locations.*": f"{ALL} search_location",
            "partners.*": ALL,
            "organizations.organization": "view change",
            "organizations.gstregistration": ALL,
            "organizations.bankaccount": f"{ALL} reveal_bankaccount",
            "organizations.financialyear": f"{ALL} close_financialyear reopen_financialyear",
            "organizations.documentseries": f"{ALL} issue_documentseries void_documentseries",
            "organizations.issuednumber": VIEW,
            "organizations.approvalrequest": "view decide_approvalrequest",
            **_PEOPLE,
            **_RUNS,
            **_IMPORTS,
        },
    ),
    Role(
        key="administrator",
        rank=90,
        label="Administrator",
        label_ar="مدير النظام",
        purpose="Sets up the organization and its people; changes no prices or orders.",
        purpose_ar="يهيئ المؤسسة ويمنح الأشخاص أدوارهم؛ لا يغير الأسعار ولا الطلبات.",
        permissions={
            **_TRADE,
            **_ORDERS,
            **dict.fromkeys((*_TERMS, *_COMMISSIONS), ALL),
            "locations.location": f"{EDIT} search_location",
            "partners.*": VIEW,
            **_COMPANY,
            "organizations.organization": "view change",
            **_PEOPLE,
            **_RUNS,
            **_IMPORTS,
        },
    ),
    Role(
        key="catalogue_editor",
        rank=50,
        label="Catalogue editor",
        label_ar="محرر الكتالوج",
        purpose="Keeps products, categories, prices and stock.",
        purpose_ar="يعتني بالمنتجات والفئات والأسعار والمخزون.",
        permissions={
            **_TRADE,
            "catalog.product": EDIT,
            "catalog.category": EDIT,
            "catalog.pricelist": EDIT,
            "catalog.price": ALL,
            "catalog.stocklevel": "view change",
            "zoho.syncrun": VIEW,
        },
    ),
    Role(
        key="order_desk",
        rank=50,
        label="Order desk",
        label_ar="مكتب الطلبات",
        purpose="Ships and cancels orders, and keeps the customers.",
        purpose_ar="يشحن الطلبات ويلغيها ويعتني بالعملاء.",
        permissions={
            **_TRADE,
            **_ORDERS,
            "catalog.order": "view change",
            "partners.*": EDIT,
            "organizations.organization": VIEW,
            "zoho.orderpush": VIEW,
        },
    ),
    Role(
        key="finance",
        rank=50,
        label="Finance",
        label_ar="المالية",
        purpose="Keeps registrations, accounts, years and numbers; reads orders and prices.",
        purpose_ar="يعتني بالتسجيلات والحسابات والسنوات والأرقام ويقرأ الطلبات والأسعار.",
        permissions={
            **_TRADE,
            **_ORDERS,
            "partners.*": VIEW,
            **_COMPANY,
            **_IMPORTS,
            "commodities.paymentterm": EDIT,
            **dict.fromkeys(_COMMISSIONS, EDIT),
            "organizations.gstregistration": EDIT,
            "organizations.bankaccount": f"{EDIT} reveal_bankaccount",
            "organizations.financialyear": f"{EDIT} close_financialyear reopen_financialyear",
            "organizations.documentseries": f"{ALL} issue_documentseries void_documentseries",
            "organizations.approvalrequest": "view decide_approvalrequest",
        },
    ),
    Role(
        key="marketing_approver",
        rank=40,
        label="Marketing approver",
        label_ar="معتمد التسويق",
        purpose="Approves what the authors wrote; sees products, nothing fiscal.",
        purpose_ar="يعتمد ما كتبه المؤلفون؛ يرى المنتجات ولا يرى شيئاً مالياً.",
        permissions=_SHELF,
    ),
    Role(
        key="marketing_author",
        rank=30,
        label="Marketing author",
        label_ar="مؤلف التسويق",
        purpose="Writes about products; sees products, nothing fiscal.",
        purpose_ar="يكتب عن المنتجات؛ يرى المنتجات ولا يرى شيئاً مالياً.",
        permissions=_SHELF,
    ),
    Role(
        key="integration",
        rank=20,
        label="Integration",
        label_ar="تكامل",
        purpose="For programs: keeps products and prices, reads stock and orders, starts pulls.",
        purpose_ar="للبرامج: تعتني بالمنتجات والأسعار وتقرأ المخزون والطلبات وتبدأ المزامنة.",
        permissions={
            **_TRADE,
            "catalog.product": EDIT,
            "catalog.category": EDIT,
            "catalog.price": ALL,
            "catalog.order": VIEW,
            "catalog.orderline": VIEW,
            "zoho.syncrun": "view add",
        },
    ),
    Role(
        key="viewer",
        rank=10,
        label="Viewer",
        label_ar="مشاهد",
        purpose="Looks at catalogue, stock, orders and customers; changes nothing.",
        purpose_ar="يطلع على الكتالوج والمخزون والطلبات والعملاء ولا يغير شيئاً.",
        permissions={
            **_TRADE,
            **_ORDERS,
            "partners.*": VIEW,
            "organizations.organization": VIEW,
        },
    ),
)
