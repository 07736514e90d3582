"""The roles of an organization: the one place that says who may do what.

A permission that is not named here is not given: what spans all organizations (accounts, events,
webhooks, schedules, keys to Zoho) is left to superusers. `prepare_installation` and `update_roles`
bring the groups in the database in step; docs/roles.md is made from this file.
"""

from core.identity.roles import Role

VIEW = "view"
EDIT = "view add change"
ALL = "view add change delete"

#: Kinds of goods and their taxes, to look at.
_GOODS = {
    "commodities.commoditycategory": VIEW,
    "commodities.taxcode": VIEW,
    "commodities.taxrate": VIEW,
    "commodities.taxraterevision": VIEW,
    "commodities.hsnknowledge": VIEW,
    "commodities.taxcodeconflict": VIEW,
}
#: Those who keep them.
_GOODS_KEPT = {
    "commodities.commoditycategory": EDIT,
    "commodities.taxcode": EDIT,
    "commodities.taxrate": EDIT,
    "commodities.taxraterevision": "view add",
    "commodities.hsnknowledge": f"{EDIT} verify_hsnknowledge",
    "commodities.taxcodeconflict": VIEW,
}
_GOODS_OWNED = {
    "commodities.commoditycategory": ALL,
    "commodities.taxcode": ALL,
    "commodities.taxrate": ALL,
    "commodities.taxraterevision": "view add",
    "commodities.hsnknowledge": f"{ALL} verify_hsnknowledge",
    "commodities.taxcodeconflict": VIEW,
}
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
    "commodities.commodity": VIEW,
    "commodities.commodityvariety": VIEW,
    "commodities.qualityparameter": VIEW,
    "commodities.parametertemplate": VIEW,
    "commodities.unit": VIEW,
    "commodities.unitalias": VIEW,
    "commodities.commoditypackaging": VIEW,
    "commodities.exchangerate": VIEW,
    **_GOODS,
}
#: What is traded, with its varieties and what is measured of it.
_COMMODITIES = (
    *("commodities.commodity", "commodities.commodityvariety"),
    *("commodities.qualityparameter", "commodities.parametertemplate"),
)
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
#: Partners and how to reach them; their bank accounts are given one by one.
_PARTNER_RECORDS = (
    *("partners.businesspartner", "partners.partnercontact"),
    *("partners.partneraddress", "partners.partnergstregistration"),
)
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
            "commodities.*": ALL,
            "partners.*": ALL,
            "partners.partnerbankaccount": f"{ALL} reveal_partnerbankaccount",
            **_GOODS_OWNED,
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
            **dict.fromkeys(_COMMODITIES, ALL),
            "commodities.exchangerate": ALL,
            **_GOODS_OWNED,
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
            "commodities.exchangerate": EDIT,
            "catalog.stocklevel": "view change",
            **dict.fromkeys(_COMMODITIES, EDIT),
            "commodities.commoditypackaging": ALL,
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
            **dict.fromkeys(_PARTNER_RECORDS, EDIT),
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
            "partners.partnergstregistration": EDIT,
            "partners.partnerbankaccount": f"{EDIT} reveal_partnerbankaccount",
            **_COMPANY,
            **_IMPORTS,
            "commodities.exchangerate": ALL,
            **_GOODS_KEPT,
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
            **dict.fromkeys(_PARTNER_RECORDS, VIEW),
            "organizations.organization": VIEW,
        },
    ),
)
