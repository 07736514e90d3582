"""The categories of goods and the words by which they are recognized."""

from django.db import migrations

from settings_modules.commodities.starting_rows.planting import (
    plant_categories,
    uproot_categories,
)


def plant(apps, schema_editor):
    plant_categories(apps.get_model("commodities", "CommodityCategory"))


def uproot(apps, schema_editor):
    uproot_categories(apps.get_model("commodities", "CommodityCategory"))


class Migration(migrations.Migration):
    dependencies = [("commodities", "0004_varieties_and_parameters")]

    operations = [migrations.RunPython(plant, uproot)]
