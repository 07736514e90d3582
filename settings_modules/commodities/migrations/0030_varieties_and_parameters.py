"""Varieties of commodities, what is measured of them, and what is usually measured."""

import django.db.models.deletion
import django.db.models.functions.text
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import core.history.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("commodities", "0001_commodities"),
    ]

    operations = [
        migrations.CreateModel(
            name="CommodityVariety",
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
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "code",
                    models.CharField(blank=True, max_length=50, null=True, verbose_name="code"),
                ),
                (
                    "description",
                    models.TextField(
                        blank=True, db_default="", default="", verbose_name="description"
                    ),
                ),
                ("is_standard", models.BooleanField(default=False, verbose_name="standard")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "commodity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="varieties",
                        to="commodities.commodity",
                        verbose_name="commodity",
                    ),
                ),
            ],
            options={
                "verbose_name": "variety",
                "verbose_name_plural": "varieties",
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="CommodityVarietyHistory",
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
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "code",
                    models.CharField(blank=True, max_length=50, null=True, verbose_name="code"),
                ),
                (
                    "description",
                    models.TextField(
                        blank=True, db_default="", default="", verbose_name="description"
                    ),
                ),
                ("is_standard", models.BooleanField(default=False, verbose_name="standard")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "commodity",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="commodities.commodity",
                        verbose_name="commodity",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="commodities.commodityvariety",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ParameterTemplate",
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
                ("parameter_name", models.CharField(max_length=100, verbose_name="parameter")),
                (
                    "parameter_type",
                    models.CharField(
                        choices=[("NUMERIC", "number"), ("TEXT", "text"), ("RANGE", "range")],
                        max_length=8,
                        verbose_name="given as",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=50,
                        verbose_name="measured in",
                    ),
                ),
                (
                    "min_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="least"
                    ),
                ),
                (
                    "max_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="most"
                    ),
                ),
                (
                    "default_value",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=100,
                        verbose_name="usual value",
                    ),
                ),
                ("is_mandatory", models.BooleanField(default=False, verbose_name="mandatory")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "description",
                    models.TextField(
                        blank=True, db_default="", default="", verbose_name="description"
                    ),
                ),
                (
                    "usage_count",
                    models.PositiveIntegerField(
                        db_default=0, default=0, editable=False, verbose_name="times used"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=100, verbose_name="source"
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parameter_templates",
                        to="commodities.commoditycategory",
                        verbose_name="category",
                    ),
                ),
            ],
            options={
                "verbose_name": "parameter template",
                "verbose_name_plural": "parameter templates",
                "ordering": ["category", "-usage_count", "parameter_name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ParameterTemplateHistory",
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
                ("parameter_name", models.CharField(max_length=100, verbose_name="parameter")),
                (
                    "parameter_type",
                    models.CharField(
                        choices=[("NUMERIC", "number"), ("TEXT", "text"), ("RANGE", "range")],
                        max_length=8,
                        verbose_name="given as",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=50,
                        verbose_name="measured in",
                    ),
                ),
                (
                    "min_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="least"
                    ),
                ),
                (
                    "max_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="most"
                    ),
                ),
                (
                    "default_value",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=100,
                        verbose_name="usual value",
                    ),
                ),
                ("is_mandatory", models.BooleanField(default=False, verbose_name="mandatory")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "description",
                    models.TextField(
                        blank=True, db_default="", default="", verbose_name="description"
                    ),
                ),
                (
                    "usage_count",
                    models.PositiveIntegerField(
                        db_default=0, default=0, editable=False, verbose_name="times used"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=100, verbose_name="source"
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="commodities.commoditycategory",
                        verbose_name="category",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="commodities.parametertemplate",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="QualityParameter",
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
                ("parameter_name", models.CharField(max_length=100, verbose_name="parameter")),
                (
                    "parameter_type",
                    models.CharField(
                        choices=[("NUMERIC", "number"), ("TEXT", "text"), ("RANGE", "range")],
                        max_length=8,
                        verbose_name="given as",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=50,
                        verbose_name="measured in",
                    ),
                ),
                (
                    "min_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="least"
                    ),
                ),
                (
                    "max_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="most"
                    ),
                ),
                (
                    "default_value",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=100,
                        verbose_name="usual value",
                    ),
                ),
                ("is_mandatory", models.BooleanField(default=False, verbose_name="mandatory")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                ("display_order", models.PositiveIntegerField(default=1, verbose_name="place")),
                (
                    "commodity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parameters",
                        to="commodities.commodity",
                        verbose_name="commodity",
                    ),
                ),
            ],
            options={
                "verbose_name": "quality parameter",
                "verbose_name_plural": "quality parameters",
                "ordering": ["commodity", "display_order", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="QualityParameterHistory",
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
                ("parameter_name", models.CharField(max_length=100, verbose_name="parameter")),
                (
                    "parameter_type",
                    models.CharField(
                        choices=[("NUMERIC", "number"), ("TEXT", "text"), ("RANGE", "range")],
                        max_length=8,
                        verbose_name="given as",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=50,
                        verbose_name="measured in",
                    ),
                ),
                (
                    "min_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="least"
                    ),
                ),
                (
                    "max_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="most"
                    ),
                ),
                (
                    "default_value",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=100,
                        verbose_name="usual value",
                    ),
                ),
                ("is_mandatory", models.BooleanField(default=False, verbose_name="mandatory")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                ("display_order", models.PositiveIntegerField(default=1, verbose_name="place")),
                (
                    "commodity",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="commodities.commodity",
                        verbose_name="commodity",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="commodities.qualityparameter",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="commodityvariety",
            constraint=models.UniqueConstraint(
                models.F("commodity"),
                django.db.models.functions.text.Upper("name"),
                name="commodities_variety_name_once",
                violation_error_message="Another variety of the commodity has this name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="commodityvariety",
            constraint=models.UniqueConstraint(
                models.F("commodity"),
                django.db.models.functions.text.Upper("code"),
                name="commodities_variety_code_once",
                violation_error_message="Another variety of the commodity has this code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="commodityvariety",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="commodities_variety_named",
                violation_error_message="Give a name.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commodityvariety",
            trigger=pgtrigger.compiler.Trigger(
                name="step_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."commodity_id" IS DISTINCT FROM (NEW."commodity_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_standard" IS DISTINCT FROM (NEW."is_standard") OR OLD."name" IS DISTINCT FROM (NEW."name"))',
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="b3986a2b4ca4ceab165aba834cf4a10fc401e9f7",
                    operation="UPDATE",
                    pgid="pgtrigger_step_version_b03e1",
                    table="commodities_commodityvariety",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commodityvariety",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_commodityvarietyhistory" ("code", "commodity_id", "created_at", "description", "id", "is_active", "is_standard", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") SELECT new_values."code", new_values."commodity_id", new_values."created_at", new_values."description", new_values."id", new_values."is_active", new_values."is_standard", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                    hash="484bab94dcefce4106691f5fa4c262803474cab4",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f7679",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="commodities_commodityvariety",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commodityvariety",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_commodityvarietyhistory" ("code", "commodity_id", "created_at", "description", "id", "is_active", "is_standard", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") SELECT new_values."code", new_values."commodity_id", new_values."created_at", new_values."description", new_values."id", new_values."is_active", new_values."is_standard", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values; RETURN NULL;',
                    hash="00c7a80bdd9790ccac34093d270c8ff97a89826c",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_df6cd",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="commodities_commodityvariety",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commodityvariety",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_commodityvarietyhistory" ("code", "commodity_id", "created_at", "description", "id", "is_active", "is_standard", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") SELECT old_values."code", old_values."commodity_id", old_values."created_at", old_values."description", old_values."id", old_values."is_active", old_values."is_standard", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."updated_at", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;',
                    hash="702a019e77c4bdaab4c48a5730a17465b90bb418",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_81b24",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="commodities_commodityvariety",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commodityvarietyhistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="12adbc0707bd22ce87264566cc26fcd86a35918b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d0444",
                    table="commodities_commodityvarietyhistory",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="parametertemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("min_value__isnull", True),
                    ("max_value__isnull", True),
                    ("min_value__lte", models.F("max_value")),
                    _connector="OR",
                ),
                name="commodities_parametertemplate_bounds_in_order",
                violation_error_message="The least value is above the most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="parametertemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("parameter_type", "TEXT"), _negated=True),
                    models.Q(("max_value__isnull", True), ("min_value__isnull", True)),
                    _connector="OR",
                ),
                name="commodities_parametertemplate_text_unbounded",
                violation_error_message="A text has neither a least nor a most value.",
            ),
        ),
        migrations.AddConstraint(
            model_name="parametertemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("parameter_type__in", ["NUMERIC", "TEXT", "RANGE"])),
                name="commodities_parametertemplate_type_known",
                violation_error_message="Choose how the parameter is given.",
            ),
        ),
        migrations.AddConstraint(
            model_name="parametertemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("parameter_name", ""), _negated=True),
                name="commodities_parametertemplate_named",
                violation_error_message="Give a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="parametertemplate",
            constraint=models.UniqueConstraint(
                models.F("category"),
                django.db.models.functions.text.Upper("parameter_name"),
                name="commodities_template_name_once",
                violation_error_message="Another template of the category has this name.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="parametertemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="step_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."category_id" IS DISTINCT FROM (NEW."category_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."default_value" IS DISTINCT FROM (NEW."default_value") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_mandatory" IS DISTINCT FROM (NEW."is_mandatory") OR OLD."max_value" IS DISTINCT FROM (NEW."max_value") OR OLD."min_value" IS DISTINCT FROM (NEW."min_value") OR OLD."parameter_name" IS DISTINCT FROM (NEW."parameter_name") OR OLD."parameter_type" IS DISTINCT FROM (NEW."parameter_type") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."unit" IS DISTINCT FROM (NEW."unit"))',
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="6d3118ac462c5b4c854839ca6551778da1c5b791",
                    operation="UPDATE",
                    pgid="pgtrigger_step_version_a51d9",
                    table="commodities_parametertemplate",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="parametertemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_parametertemplatehistory" ("category_id", "created_at", "default_value", "description", "id", "is_active", "is_mandatory", "max_value", "min_value", "parameter_name", "parameter_type", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "unit", "updated_at", "usage_count", "version") SELECT new_values."category_id", new_values."created_at", new_values."default_value", new_values."description", new_values."id", new_values."is_active", new_values."is_mandatory", new_values."max_value", new_values."min_value", new_values."parameter_name", new_values."parameter_type", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."source", new_values."unit", new_values."updated_at", new_values."usage_count", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                    hash="1b1a83d9a5a2bdf0790f8e8f65446dc6730a347b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_768e4",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="commodities_parametertemplate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="parametertemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_parametertemplatehistory" ("category_id", "created_at", "default_value", "description", "id", "is_active", "is_mandatory", "max_value", "min_value", "parameter_name", "parameter_type", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "unit", "updated_at", "usage_count", "version") SELECT new_values."category_id", new_values."created_at", new_values."default_value", new_values."description", new_values."id", new_values."is_active", new_values."is_mandatory", new_values."max_value", new_values."min_value", new_values."parameter_name", new_values."parameter_type", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."source", new_values."unit", new_values."updated_at", new_values."usage_count", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values; RETURN NULL;',
                    hash="565a931a7727f96648890671d398bd0fe82d046d",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_36fba",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="commodities_parametertemplate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="parametertemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_parametertemplatehistory" ("category_id", "created_at", "default_value", "description", "id", "is_active", "is_mandatory", "max_value", "min_value", "parameter_name", "parameter_type", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "unit", "updated_at", "usage_count", "version") SELECT old_values."category_id", old_values."created_at", old_values."default_value", old_values."description", old_values."id", old_values."is_active", old_values."is_mandatory", old_values."max_value", old_values."min_value", old_values."parameter_name", old_values."parameter_type", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."source", old_values."unit", old_values."updated_at", old_values."usage_count", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;',
                    hash="48e6223cc15098ad92422b23e8c64db00e19b8fe",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_1853f",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="commodities_parametertemplate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="parametertemplatehistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2465e17303ad63f02ef92adeb23b23e97df4c975",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d6e15",
                    table="commodities_parametertemplatehistory",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="qualityparameter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("min_value__isnull", True),
                    ("max_value__isnull", True),
                    ("min_value__lte", models.F("max_value")),
                    _connector="OR",
                ),
                name="commodities_qualityparameter_bounds_in_order",
                violation_error_message="The least value is above the most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualityparameter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("parameter_type", "TEXT"), _negated=True),
                    models.Q(("max_value__isnull", True), ("min_value__isnull", True)),
                    _connector="OR",
                ),
                name="commodities_qualityparameter_text_unbounded",
                violation_error_message="A text has neither a least nor a most value.",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualityparameter",
            constraint=models.CheckConstraint(
                condition=models.Q(("parameter_type__in", ["NUMERIC", "TEXT", "RANGE"])),
                name="commodities_qualityparameter_type_known",
                violation_error_message="Choose how the parameter is given.",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualityparameter",
            constraint=models.CheckConstraint(
                condition=models.Q(("parameter_name", ""), _negated=True),
                name="commodities_qualityparameter_named",
                violation_error_message="Give a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualityparameter",
            constraint=models.UniqueConstraint(
                models.F("commodity"),
                django.db.models.functions.text.Upper("parameter_name"),
                name="commodities_parameter_name_once",
                violation_error_message="Another parameter of the commodity has this name.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="qualityparameter",
            trigger=pgtrigger.compiler.Trigger(
                name="step_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."commodity_id" IS DISTINCT FROM (NEW."commodity_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."default_value" IS DISTINCT FROM (NEW."default_value") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_mandatory" IS DISTINCT FROM (NEW."is_mandatory") OR OLD."max_value" IS DISTINCT FROM (NEW."max_value") OR OLD."min_value" IS DISTINCT FROM (NEW."min_value") OR OLD."parameter_name" IS DISTINCT FROM (NEW."parameter_name") OR OLD."parameter_type" IS DISTINCT FROM (NEW."parameter_type") OR OLD."unit" IS DISTINCT FROM (NEW."unit"))',
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="561f7e4870d0fd99e5bdbc75c5e795a7e1184591",
                    operation="UPDATE",
                    pgid="pgtrigger_step_version_e6231",
                    table="commodities_qualityparameter",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="qualityparameter",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_qualityparameterhistory" ("commodity_id", "created_at", "default_value", "display_order", "id", "is_active", "is_mandatory", "max_value", "min_value", "parameter_name", "parameter_type", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit", "updated_at", "version") SELECT new_values."commodity_id", new_values."created_at", new_values."default_value", new_values."display_order", new_values."id", new_values."is_active", new_values."is_mandatory", new_values."max_value", new_values."min_value", new_values."parameter_name", new_values."parameter_type", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."unit", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                    hash="1175a5f72a0637f396acf302c961b9366a49e07c",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d8b2f",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="commodities_qualityparameter",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="qualityparameter",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_qualityparameterhistory" ("commodity_id", "created_at", "default_value", "display_order", "id", "is_active", "is_mandatory", "max_value", "min_value", "parameter_name", "parameter_type", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit", "updated_at", "version") SELECT new_values."commodity_id", new_values."created_at", new_values."default_value", new_values."display_order", new_values."id", new_values."is_active", new_values."is_mandatory", new_values."max_value", new_values."min_value", new_values."parameter_name", new_values."parameter_type", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."unit", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values; RETURN NULL;',
                    hash="e5c95d5ed26164077e0e522ac6166c18e46bd3cc",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_523af",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="commodities_qualityparameter",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="qualityparameter",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_qualityparameterhistory" ("commodity_id", "created_at", "default_value", "display_order", "id", "is_active", "is_mandatory", "max_value", "min_value", "parameter_name", "parameter_type", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit", "updated_at", "version") SELECT old_values."commodity_id", old_values."created_at", old_values."default_value", old_values."display_order", old_values."id", old_values."is_active", old_values."is_mandatory", old_values."max_value", old_values."min_value", old_values."parameter_name", old_values."parameter_type", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."unit", old_values."updated_at", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;',
                    hash="f539a42b58b9429f89722d79f0f6f47b344ab077",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_8b35a",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="commodities_qualityparameter",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="qualityparameterhistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e347b95a4e102e5f794f067460e543ec42cb20fe",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_43472",
                    table="commodities_qualityparameterhistory",
                    when="BEFORE",
                ),
            ),
        ),
    ]
