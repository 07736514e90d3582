"""Headings of the official list, and goods that are known to be of them."""

from django.db import migrations

from settings_modules.commodities.starting_rows.planting import (
    plant_hsn_knowledge,
    uproot_hsn_knowledge,
)


def plant(apps, schema_editor):
    plant_hsn_knowledge(
        apps.get_model("commodities", "TaxCode"), apps.get_model("commodities", "HsnKnowledge")
    )


def uproot(apps, schema_editor):
    uproot_hsn_knowledge(
        apps.get_model("commodities", "TaxCode"), apps.get_model("commodities", "HsnKnowledge")
    )


class Migration(migrations.Migration):
    dependencies = [("commodities", "0008_tax_rates")]

    operations = [migrations.RunPython(plant, uproot)]
