"""Latitude and longitude come together: one alone satisfied the check of their ranges."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("locations", "0005_search_text"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="location",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                    _connector="OR",
                ),
                name="locations_coordinates_together",
                violation_error_message="Give both coordinates or neither.",
            ),
        ),
    ]
