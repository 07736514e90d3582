"""The terms that trade begins with; staff change them as they like."""

from __future__ import annotations

from typing import Any

from django.db import migrations

ROWS: dict[str, list[dict[str, Any]]] = {
    "TradeType": [
        {"code": "PUR", "name_en": "Purchase", "name_ar": "شراء"},
        {"code": "SAL", "name_en": "Sale", "name_ar": "بيع"},
        {"code": "TRF", "name_en": "Transfer", "name_ar": "تحويل"},
        {"code": "SPOT", "name_en": "Spot", "name_ar": "فوري"},
        {"code": "FWD", "name_en": "Forward", "name_ar": "آجل"},
        {"code": "BASIS", "name_en": "Basis", "name_ar": "على أساس سعر البورصة"},
    ],
    "BargainType": [
        {"code": "OPEN", "name_en": "Open Bargain", "name_ar": "صفقة مفتوحة"},
        {"code": "CLOSED", "name_en": "Closed Bargain", "name_ar": "صفقة مغلقة"},
        {"code": "FIRM", "name_en": "Firm Offer", "name_ar": "عرض ملزم"},
    ],
    "PassingTerm": [
        {
            "code": "APS",
            "name_en": "As Per Sample",
            "name_ar": "حسب العينة",
            "requires_quality_test": True,
        },
        {
            "code": "STD",
            "name_en": "As Per Standard",
            "name_ar": "حسب المواصفة القياسية",
            "requires_quality_test": True,
        },
        {
            "code": "FAQ",
            "name_en": "FAQ (Fair Average Quality)",
            "name_ar": "جودة متوسطة مقبولة (FAQ)",
            "requires_quality_test": True,
        },
        {
            "code": "SQ",
            "name_en": "SQ",
            "name_ar": "جودة SQ",
            "requires_quality_test": True,
        },
        {"code": "ASIS", "name_en": "As Is", "name_ar": "كما هي"},
    ],
    "WeightmentTerm": [
        {"code": "EX_GIN", "name_en": "Ex-Gin", "name_ar": "عند المحلج"},
        {"code": "DELIVERED", "name_en": "Delivered", "name_ar": "عند التسليم"},
        {"code": "EX_WH", "name_en": "Ex-Warehouse", "name_ar": "عند المستودع"},
        {
            "code": "SEL_WT",
            "name_en": "Seller Weighment",
            "name_ar": "وزن البائع",
            "weight_deduction_percent": "2.00",
        },
    ],
    "DeliveryTerm": [
        {"code": "FOB", "name_en": "FOB", "name_ar": "تسليم على ظهر السفينة (FOB)"},
        {
            "code": "CIF",
            "name_en": "CIF",
            "name_ar": "الكلفة والتأمين والشحن (CIF)",
            "includes_freight": True,
            "includes_insurance": True,
        },
        {"code": "EXW", "name_en": "Ex-Works", "name_ar": "تسليم أرض المصنع"},
    ],
    "PaymentTerm": [
        {
            "code": "30D",
            "name_en": "30 Days Credit",
            "name_ar": "ائتمان 30 يوماً",
            "days": 30,
            "payment_percentage": "0.00",
        },
    ],
}


def add_rows(apps: Any, schema_editor: Any) -> None:
    """Rows whose code or name is not there."""
    for name, rows in ROWS.items():
        model = apps.get_model("commodities", name)
        codes = {(code or "").upper() for code in model.objects.values_list("code", flat=True)}
        names = {text.upper() for text in model.objects.values_list("name_en", flat=True)}
        model.objects.bulk_create(
            model(**row)
            for row in rows
            if row["code"] not in codes and row["name_en"].upper() not in names
        )


def remove_rows(apps: Any, schema_editor: Any) -> None:
    """Rows that nobody has changed."""
    for name, rows in ROWS.items():
        for row in rows:
            apps.get_model("commodities", name).objects.filter(version=1, **row).delete()


class Migration(migrations.Migration):
    dependencies = [("commodities", "0010_terms")]
    operations = [migrations.RunPython(add_rows, remove_rows)]
