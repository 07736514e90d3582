import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import core.history.triggers
import settings_modules.commodities.models.packaging


class Migration(migrations.Migration):
    dependencies = [
        ("commodities", "0002_unit_catalogue"),
    ]

    operations = [
        # Others may need it as well: it stays when this is taken back.
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS btree_gist", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="CommodityPackaging",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version"
                    ),
                ),
                (
                    "weight",
                    models.DecimalField(
                        decimal_places=9, max_digits=24, verbose_name="one package holds"
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(
                        default=django.utils.timezone.localdate, verbose_name="first day"
                    ),
                ),
                (
                    "valid_until",
                    models.DateField(
                        blank=True,
                        help_text="Empty: until further notice.",
                        null=True,
                        verbose_name="last day",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            ],
            options={
                "verbose_name": "packaging",
                "verbose_name_plural": "packagings",
                "ordering": ["commodity", "unit", "-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="CommodityPackagingHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version"
                    ),
                ),
                (
                    "weight",
                    models.DecimalField(
                        decimal_places=9, max_digits=24, verbose_name="one package holds"
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(
                        default=django.utils.timezone.localdate, verbose_name="first day"
                    ),
                ),
                (
                    "valid_until",
                    models.DateField(
                        blank=True,
                        help_text="Empty: until further notice.",
                        null=True,
                        verbose_name="last day",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z][A-Z0-9_]*$")),
                name="commodities_unit_code_capitals",
                violation_error_message="A code is capital letters, digits and _.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("base", "KG"), ("dimension", "weight")),
                    models.Q(("base", "KG"), ("dimension", "count")),
                    models.Q(("base", "METER"), ("dimension", "length")),
                    models.Q(("base", "LITER"), ("dimension", "volume")),
                    models.Q(("base", "PIECE"), ("dimension", "count_simple")),
                    models.Q(("base", "SQ_METER"), ("dimension", "area")),
                    _connector="OR",
                ),
                name="commodities_unit_base_of_dimension",
                violation_error_message="What a unit measures says which its base unit is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code", models.F("base")), _negated=True),
                    models.Q(("factor", 1), ("is_active", True)),
                    _connector="OR",
                ),
                name="commodities_unit_base_stays",
                violation_error_message="The unit that others are counted in is one, and stays in use.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitalias",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "alias",
                        django.db.models.functions.text.Upper(
                            django.db.models.functions.text.Trim("alias")
                        ),
                    ),
                    models.Q(("alias", ""), _negated=True),
                ),
                name="commodities_unit_alias_capitals",
                violation_error_message="Another word for a unit is written in capitals.",
            ),
        ),
        migrations.AddField(
            model_name="commoditypackaging",
            name="commodity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="packagings",
                to="commodities.commodity",
                verbose_name="commodity",
            ),
        ),
        migrations.AddField(
            model_name="commoditypackaging",
            name="unit",
            field=models.ForeignKey(
                limit_choices_to={"dimension__in": ("count", "count_simple")},
                on_delete=django.db.models.deletion.PROTECT,
                related_name="packagings",
                to="commodities.unit",
                verbose_name="package",
            ),
        ),
        migrations.AddField(
            model_name="commoditypackaging",
            name="weight_unit",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="packagings_weighed",
                to="commodities.unit",
                verbose_name="counted in",
            ),
        ),
        migrations.AddField(
            model_name="commoditypackaginghistory",
            name="commodity",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="commodities.commodity",
                verbose_name="commodity",
            ),
        ),
        migrations.AddField(
            model_name="commoditypackaginghistory",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                to="commodities.commoditypackaging",
            ),
        ),
        migrations.AddField(
            model_name="commoditypackaginghistory",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                limit_choices_to={"dimension__in": ("count", "count_simple")},
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="commodities.unit",
                verbose_name="package",
            ),
        ),
        migrations.AddField(
            model_name="commoditypackaginghistory",
            name="weight_unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="commodities.unit",
                verbose_name="counted in",
            ),
        ),
        migrations.AddConstraint(
            model_name="commoditypackaging",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gt", 0)),
                name="commodities_packaging_weight_positive",
                violation_error_message="A package holds more than nothing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="commoditypackaging",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="commodities_packaging_ends_after_start",
                violation_error_message="The last day comes before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="commoditypackaging",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("commodity", "="),
                    ("unit", "="),
                    (
                        settings_modules.commodities.models.packaging._DateRange(
                            models.F("valid_from"),
                            models.F("valid_until"),
                            django.contrib.postgres.fields.ranges.RangeBoundary(True, True),
                        ),
                        "&&",
                    ),
                ],
                name="commodities_packaging_no_overlap",
                violation_error_message="Another packaging of this commodity in this unit is valid on some of the days.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commoditypackaging",
            trigger=pgtrigger.compiler.Trigger(
                name="step_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."commodity_id" IS DISTINCT FROM (NEW."commodity_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."valid_until" IS DISTINCT FROM (NEW."valid_until") OR OLD."weight" IS DISTINCT FROM (NEW."weight") OR OLD."weight_unit_id" IS DISTINCT FROM (NEW."weight_unit_id"))',
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="e12ed7c93693ab2501d5f61e31650eec1c9a87aa",
                    operation="UPDATE",
                    pgid="pgtrigger_step_version_80238",
                    table="commodities_commoditypackaging",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commoditypackaging",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_commoditypackaginghistory" ("commodity_id", "created_at", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id", "updated_at", "valid_from", "valid_until", "version", "weight", "weight_unit_id") SELECT new_values."commodity_id", new_values."created_at", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."unit_id", new_values."updated_at", new_values."valid_from", new_values."valid_until", new_values."version", new_values."weight", new_values."weight_unit_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                    hash="13a3c46c8f5e8509d8fad1024b637f0fbfe761ad",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_892ce",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="commodities_commoditypackaging",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commoditypackaging",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_commoditypackaginghistory" ("commodity_id", "created_at", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id", "updated_at", "valid_from", "valid_until", "version", "weight", "weight_unit_id") SELECT new_values."commodity_id", new_values."created_at", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."unit_id", new_values."updated_at", new_values."valid_from", new_values."valid_until", new_values."version", new_values."weight", new_values."weight_unit_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values; RETURN NULL;',
                    hash="5b45c2ca9ad170b2b6a675dce09fa7d76b24e3ae",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_45987",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="commodities_commoditypackaging",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commoditypackaging",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_commoditypackaginghistory" ("commodity_id", "created_at", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id", "updated_at", "valid_from", "valid_until", "version", "weight", "weight_unit_id") SELECT old_values."commodity_id", old_values."created_at", old_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."unit_id", old_values."updated_at", old_values."valid_from", old_values."valid_until", old_values."version", old_values."weight", old_values."weight_unit_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;',
                    hash="bce8d4c45cd7265ede048ed64b7cc12516be1959",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_66acc",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="commodities_commoditypackaging",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commoditypackaginghistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a05d60dbbb62eeec43388c929b7efd6e0dea105c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_0a127",
                    table="commodities_commoditypackaginghistory",
                    when="BEFORE",
                ),
            ),
        ),
    ]
