"""The templates of quality parameters that every installation begins with."""

from django.db import migrations

from settings_modules.commodities.parameter_seeds import SOURCE
from settings_modules.commodities.services.parameter_templates import plant_templates


def plant(apps, schema_editor):
    plant_templates(
        apps.get_model("commodities", "CommodityCategory"),
        apps.get_model("commodities", "ParameterTemplate"),
    )


def uproot(apps, schema_editor):
    apps.get_model("commodities", "ParameterTemplate").objects.filter(source=SOURCE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("commodities", "0005_starting_categories"),
    ]
    operations = [
        migrations.RunPython(plant, uproot),
    ]
