"""What a location is found by, under the text folding of the catalogue's first migration."""

import django.contrib.postgres.indexes
from django.db import migrations, models

import core.text_search
import settings_modules.locations.opening_hours
import settings_modules.locations.places.countries


class Migration(migrations.Migration):
    dependencies = [
        ("locations", "0004_no_circles"),
        ("catalog", "0001_text_folding"),
    ]

    operations = [
        migrations.AddField(
            model_name="location",
            name="search_text",
            field=models.GeneratedField(
                db_persist=True,
                expression=core.text_search.FoldedText(
                    "code",
                    "name_en",
                    "name_ar",
                    "name_ckb",
                    "name_hi",
                    "city",
                    "district",
                    "state",
                    "pincode",
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AlterField(
            model_name="location",
            name="country",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="ISO code of two letters.",
                max_length=2,
                validators=[settings_modules.locations.places.countries.validate_country],
                verbose_name="country",
            ),
        ),
        migrations.AlterField(
            model_name="location",
            name="opening_hours",
            field=models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                validators=[settings_modules.locations.opening_hours.validate_opening_hours],
                verbose_name="opening hours",
            ),
        ),
        migrations.AlterField(
            model_name="location",
            name="timezone",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Such as Asia/Baghdad; empty: by the place.",
                max_length=50,
                validators=[settings_modules.locations.places.countries.validate_time_zone],
                verbose_name="time zone",
            ),
        ),
        migrations.AlterField(
            model_name="locationhistory",
            name="country",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="ISO code of two letters.",
                max_length=2,
                validators=[settings_modules.locations.places.countries.validate_country],
                verbose_name="country",
            ),
        ),
        migrations.AlterField(
            model_name="locationhistory",
            name="opening_hours",
            field=models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                validators=[settings_modules.locations.opening_hours.validate_opening_hours],
                verbose_name="opening hours",
            ),
        ),
        migrations.AlterField(
            model_name="locationhistory",
            name="timezone",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Such as Asia/Baghdad; empty: by the place.",
                max_length=50,
                validators=[settings_modules.locations.places.countries.validate_time_zone],
                verbose_name="time zone",
            ),
        ),
        migrations.AddIndex(
            model_name="location",
            index=models.Index(fields=["latitude"], name="locations_latitude"),
        ),
        migrations.AddIndex(
            model_name="location",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("search_text", name="gin_trgm_ops"),
                name="locations_search",
            ),
        ),
    ]
