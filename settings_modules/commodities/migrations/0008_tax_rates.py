"""Dated rates of tax codes, what is known of the codes of goods, and a key of codes for files."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import core.history.triggers
import core.text_search
import settings_modules.commodities.models.tax_codes
import settings_modules.commodities.models.tax_rates


class Migration(migrations.Migration):
    dependencies = [
        ("commodities", "0007_exchange_rates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Other applications use the extension as well: it stays when this is taken back.
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS btree_gist", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="TaxRateRevisionHistory",
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
                    "kind",
                    models.CharField(
                        choices=[("hsn", "HSN"), ("sac", "SAC")],
                        default="hsn",
                        max_length=3,
                        verbose_name="kind",
                    ),
                ),
                (
                    "codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8), size=None, verbose_name="codes"
                    ),
                ),
                (
                    "is_prefix",
                    models.BooleanField(
                        default=False,
                        help_text="Every code that begins so gets the rate.",
                        verbose_name="with the codes below",
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(
                        decimal_places=3,
                        help_text="Percent; zero is a rate.",
                        max_digits=6,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="rate",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                (
                    "notification",
                    models.CharField(
                        help_text="Such as 09/2025-Central Tax (Rate).",
                        max_length=200,
                        verbose_name="notification",
                    ),
                ),
                (
                    "added_count",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="rates added"
                    ),
                ),
                (
                    "closed_count",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="rates closed"
                    ),
                ),
                (
                    "reversed_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="taken back"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="taxcode",
            name="key",
            field=models.GeneratedField(
                db_persist=True,
                expression=settings_modules.commodities.models.tax_codes.JoinedText(
                    "kind", models.Value(":"), "code"
                ),
                output_field=models.CharField(max_length=12),
                unique=True,
                verbose_name="kind and code",
            ),
        ),
        migrations.CreateModel(
            name="HsnKnowledge",
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
                ("commodity_name", models.CharField(max_length=200, verbose_name="goods")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("API", "external service"),
                            ("MANUAL", "entered by a person"),
                            ("LEARNED", "learned from a commodity"),
                            ("SEED", "supplied with Tradepost"),
                        ],
                        default="MANUAL",
                        editable=False,
                        max_length=8,
                        verbose_name="source",
                    ),
                ),
                (
                    "confidence",
                    models.DecimalField(
                        decimal_places=2,
                        default=1,
                        help_text="0 to 1.",
                        max_digits=3,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="confidence",
                    ),
                ),
                (
                    "is_verified",
                    models.BooleanField(default=False, editable=False, verbose_name="verified"),
                ),
                (
                    "verified_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="verified at"
                    ),
                ),
                (
                    "usage_count",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="uses"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "folded_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=core.text_search.FoldedText("commodity_name"),
                        output_field=models.CharField(max_length=200),
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hsn_knowledge",
                        to="commodities.commoditycategory",
                        verbose_name="category",
                    ),
                ),
                (
                    "tax_code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="knowledge",
                        to="commodities.taxcode",
                        verbose_name="HSN code",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="verified by",
                    ),
                ),
            ],
            options={
                "verbose_name": "HSN knowledge",
                "verbose_name_plural": "HSN knowledge",
                "ordering": ["commodity_name", "id"],
                "permissions": [("verify_hsnknowledge", "Can verify codes and decide conflicts")],
            },
        ),
        migrations.CreateModel(
            name="HsnKnowledgeHistory",
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
                ("commodity_name", models.CharField(max_length=200, verbose_name="goods")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("API", "external service"),
                            ("MANUAL", "entered by a person"),
                            ("LEARNED", "learned from a commodity"),
                            ("SEED", "supplied with Tradepost"),
                        ],
                        default="MANUAL",
                        editable=False,
                        max_length=8,
                        verbose_name="source",
                    ),
                ),
                (
                    "confidence",
                    models.DecimalField(
                        decimal_places=2,
                        default=1,
                        help_text="0 to 1.",
                        max_digits=3,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="confidence",
                    ),
                ),
                (
                    "is_verified",
                    models.BooleanField(default=False, editable=False, verbose_name="verified"),
                ),
                (
                    "verified_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="verified at"
                    ),
                ),
                (
                    "usage_count",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="uses"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
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
                        to="commodities.hsnknowledge",
                    ),
                ),
                (
                    "tax_code",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="commodities.taxcode",
                        verbose_name="HSN code",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="verified by",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TaxCodeConflict",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("two_verified", "two verified codes for one name"),
                            ("against_description", "the official list says otherwise"),
                        ],
                        editable=False,
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("goods", models.CharField(editable=False, max_length=200, verbose_name="goods")),
                (
                    "note",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=200, verbose_name="note"
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="decided at"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commodities.taxcode",
                        verbose_name="code kept",
                    ),
                ),
                (
                    "knowledge",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conflicts",
                        to="commodities.hsnknowledge",
                        verbose_name="HSN knowledge",
                    ),
                ),
            ],
            options={
                "verbose_name": "conflict of tax codes",
                "verbose_name_plural": "conflicts of tax codes",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="TaxCodeConflictHistory",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("two_verified", "two verified codes for one name"),
                            ("against_description", "the official list says otherwise"),
                        ],
                        editable=False,
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("goods", models.CharField(editable=False, max_length=200, verbose_name="goods")),
                (
                    "note",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=200, verbose_name="note"
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="decided at"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="commodities.taxcode",
                        verbose_name="code kept",
                    ),
                ),
                (
                    "knowledge",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="commodities.hsnknowledge",
                        verbose_name="HSN knowledge",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="commodities.taxcodeconflict",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TaxRate",
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
                    "rate",
                    models.DecimalField(
                        decimal_places=3,
                        help_text="Percent; zero is a rate.",
                        max_digits=6,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="rate",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="last day")),
                (
                    "notification",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Such as 09/2025-Central Tax (Rate).",
                        max_length=200,
                        verbose_name="notification",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "tax_code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rates",
                        to="commodities.taxcode",
                        verbose_name="tax code",
                    ),
                ),
            ],
            options={
                "verbose_name": "tax rate",
                "verbose_name_plural": "tax rates",
                "ordering": ["tax_code", "-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="TaxRateRevision",
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
                    "kind",
                    models.CharField(
                        choices=[("hsn", "HSN"), ("sac", "SAC")],
                        default="hsn",
                        max_length=3,
                        verbose_name="kind",
                    ),
                ),
                (
                    "codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8), size=None, verbose_name="codes"
                    ),
                ),
                (
                    "is_prefix",
                    models.BooleanField(
                        default=False,
                        help_text="Every code that begins so gets the rate.",
                        verbose_name="with the codes below",
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(
                        decimal_places=3,
                        help_text="Percent; zero is a rate.",
                        max_digits=6,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="rate",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                (
                    "notification",
                    models.CharField(
                        help_text="Such as 09/2025-Central Tax (Rate).",
                        max_length=200,
                        verbose_name="notification",
                    ),
                ),
                (
                    "added_count",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="rates added"
                    ),
                ),
                (
                    "closed_count",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="rates closed"
                    ),
                ),
                (
                    "reversed_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="taken back"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            ],
            options={
                "verbose_name": "revision of tax rates",
                "verbose_name_plural": "revisions of tax rates",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rate__range", (0, 100))),
                        name="commodities_revision_rate_is_percent",
                        violation_error_message="A rate is 0 to 100 percent.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("notification", ""), _negated=True),
                        name="commodities_revision_notified",
                        violation_error_message="Name the notification.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TaxRateHistory",
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
                    "rate",
                    models.DecimalField(
                        decimal_places=3,
                        help_text="Percent; zero is a rate.",
                        max_digits=6,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="rate",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="last day")),
                (
                    "notification",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Such as 09/2025-Central Tax (Rate).",
                        max_length=200,
                        verbose_name="notification",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="commodities.taxrate",
                    ),
                ),
                (
                    "tax_code",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="commodities.taxcode",
                        verbose_name="tax code",
                    ),
                ),
                (
                    "added_by_revision",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="commodities.taxraterevision",
                        verbose_name="added by",
                    ),
                ),
                (
                    "closed_by_revision",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="commodities.taxraterevision",
                        verbose_name="closed by",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="taxrate",
            name="added_by_revision",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="added_rates",
                to="commodities.taxraterevision",
                verbose_name="added by",
            ),
        ),
        migrations.AddField(
            model_name="taxrate",
            name="closed_by_revision",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="closed_rates",
                to="commodities.taxraterevision",
                verbose_name="closed by",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxraterevision",
            trigger=pgtrigger.compiler.Trigger(
                name="step_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."added_count" IS DISTINCT FROM (NEW."added_count") OR OLD."closed_count" IS DISTINCT FROM (NEW."closed_count") OR OLD."codes" IS DISTINCT FROM (NEW."codes") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_prefix" IS DISTINCT FROM (NEW."is_prefix") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."notification" IS DISTINCT FROM (NEW."notification") OR OLD."rate" IS DISTINCT FROM (NEW."rate") OR OLD."reversed_at" IS DISTINCT FROM (NEW."reversed_at") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from"))',
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="67dd1b7bfe5672aa97d194765b0e1024db1a5d19",
                    operation="UPDATE",
                    pgid="pgtrigger_step_version_d8b5c",
                    table="commodities_taxraterevision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxraterevision",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_taxraterevisionhistory" ("added_count", "closed_count", "codes", "created_at", "id", "is_prefix", "kind", "notification", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "reversed_at", "updated_at", "valid_from", "version") SELECT new_values."added_count", new_values."closed_count", new_values."codes", new_values."created_at", new_values."id", new_values."is_prefix", new_values."kind", new_values."notification", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."rate", new_values."reversed_at", new_values."updated_at", new_values."valid_from", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                    hash="b6b8b27f54946b7a919e8442d2d3802de6c83620",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_e0e12",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="commodities_taxraterevision",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxraterevision",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_taxraterevisionhistory" ("added_count", "closed_count", "codes", "created_at", "id", "is_prefix", "kind", "notification", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "reversed_at", "updated_at", "valid_from", "version") SELECT new_values."added_count", new_values."closed_count", new_values."codes", new_values."created_at", new_values."id", new_values."is_prefix", new_values."kind", new_values."notification", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."rate", new_values."reversed_at", new_values."updated_at", new_values."valid_from", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values; RETURN NULL;',
                    hash="d3eda19ddf052c3700c9ebcfb36ed8a368dc9d03",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_10216",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="commodities_taxraterevision",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxraterevision",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_taxraterevisionhistory" ("added_count", "closed_count", "codes", "created_at", "id", "is_prefix", "kind", "notification", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "reversed_at", "updated_at", "valid_from", "version") SELECT old_values."added_count", old_values."closed_count", old_values."codes", old_values."created_at", old_values."id", old_values."is_prefix", old_values."kind", old_values."notification", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."rate", old_values."reversed_at", old_values."updated_at", old_values."valid_from", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;',
                    hash="6423ee74f2f23a50aec9900421261f29b79f786e",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_926a0",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="commodities_taxraterevision",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="taxraterevisionhistory",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                to="commodities.taxraterevision",
            ),
        ),
        migrations.AddIndex(
            model_name="hsnknowledge",
            index=models.Index(fields=["folded_name"], name="commodities_knowledge_exact"),
        ),
        migrations.AddIndex(
            model_name="hsnknowledge",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("folded_name", name="gin_trgm_ops"),
                name="commodities_knowledge_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="hsnknowledge",
            constraint=models.UniqueConstraint(
                core.text_search.FoldedText("commodity_name"),
                models.F("tax_code"),
                name="commodities_knowledge_once",
                violation_error_message="This name has this code already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="hsnknowledge",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidence__range", (0, 1))),
                name="commodities_knowledge_confidence",
                violation_error_message="A confidence is 0 to 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="hsnknowledge",
            constraint=models.CheckConstraint(
                condition=models.Q(("commodity_name", ""), _negated=True),
                name="commodities_knowledge_named",
                violation_error_message="Name the goods.",
            ),
        ),
        migrations.AddConstraint(
            model_name="hsnknowledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_verified", True), ("verified_at__isnull", False)),
                    models.Q(
                        ("is_verified", False),
                        ("verified_at__isnull", True),
                        ("verified_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="commodities_knowledge_verified_at",
                violation_error_message="What is verified says when.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hsnknowledge",
            trigger=pgtrigger.compiler.Trigger(
                name="step_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."category_id" IS DISTINCT FROM (NEW."category_id") OR OLD."commodity_name" IS DISTINCT FROM (NEW."commodity_name") OR OLD."confidence" IS DISTINCT FROM (NEW."confidence") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_verified" IS DISTINCT FROM (NEW."is_verified") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."tax_code_id" IS DISTINCT FROM (NEW."tax_code_id") OR OLD."verified_at" IS DISTINCT FROM (NEW."verified_at") OR OLD."verified_by_id" IS DISTINCT FROM (NEW."verified_by_id"))',
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="e7c2a4571fbb4270a2f1deb9fc3e5e049677025a",
                    operation="UPDATE",
                    pgid="pgtrigger_step_version_1253c",
                    table="commodities_hsnknowledge",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hsnknowledge",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_hsnknowledgehistory" ("category_id", "commodity_name", "confidence", "created_at", "id", "is_active", "is_verified", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "tax_code_id", "updated_at", "usage_count", "verified_at", "verified_by_id", "version") SELECT new_values."category_id", new_values."commodity_name", new_values."confidence", new_values."created_at", new_values."id", new_values."is_active", new_values."is_verified", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."source", new_values."tax_code_id", new_values."updated_at", new_values."usage_count", new_values."verified_at", new_values."verified_by_id", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                    hash="6f67cb52a85f7ed83e263e0a981e458e6a83ae08",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_0e0ef",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="commodities_hsnknowledge",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hsnknowledge",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_hsnknowledgehistory" ("category_id", "commodity_name", "confidence", "created_at", "id", "is_active", "is_verified", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "tax_code_id", "updated_at", "usage_count", "verified_at", "verified_by_id", "version") SELECT new_values."category_id", new_values."commodity_name", new_values."confidence", new_values."created_at", new_values."id", new_values."is_active", new_values."is_verified", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."source", new_values."tax_code_id", new_values."updated_at", new_values."usage_count", new_values."verified_at", new_values."verified_by_id", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."category_id" IS DISTINCT FROM (new_values."category_id") OR old_values."commodity_name" IS DISTINCT FROM (new_values."commodity_name") OR old_values."confidence" IS DISTINCT FROM (new_values."confidence") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_active" IS DISTINCT FROM (new_values."is_active") OR old_values."is_verified" IS DISTINCT FROM (new_values."is_verified") OR old_values."source" IS DISTINCT FROM (new_values."source") OR old_values."tax_code_id" IS DISTINCT FROM (new_values."tax_code_id") OR old_values."updated_at" IS DISTINCT FROM (new_values."updated_at") OR old_values."usage_count" IS DISTINCT FROM (new_values."usage_count") OR old_values."verified_at" IS DISTINCT FROM (new_values."verified_at") OR old_values."verified_by_id" IS DISTINCT FROM (new_values."verified_by_id") OR old_values."version" IS DISTINCT FROM (new_values."version")) ) AS new_values; RETURN NULL;',
                    hash="8306908705ac29377be90512ff426d45d28d0c3a",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_866ea",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="commodities_hsnknowledge",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hsnknowledge",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_hsnknowledgehistory" ("category_id", "commodity_name", "confidence", "created_at", "id", "is_active", "is_verified", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "tax_code_id", "updated_at", "usage_count", "verified_at", "verified_by_id", "version") SELECT old_values."category_id", old_values."commodity_name", old_values."confidence", old_values."created_at", old_values."id", old_values."is_active", old_values."is_verified", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."source", old_values."tax_code_id", old_values."updated_at", old_values."usage_count", old_values."verified_at", old_values."verified_by_id", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;',
                    hash="519f707a137ca3d521bbd45c61ade3239f7a3b68",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_8f034",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="commodities_hsnknowledge",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hsnknowledgehistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="207fd42fc94044aa7555d5f4d32da2f6911d4e18",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_7782b",
                    table="commodities_hsnknowledgehistory",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="taxcodeconflict",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at__isnull", True)),
                fields=("goods", "kind"),
                name="commodities_conflict_open_once",
                violation_error_message="This conflict is open already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxcodeconflict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_at__isnull", False),
                    models.Q(("decided_by__isnull", True), ("kept__isnull", True)),
                    _connector="OR",
                ),
                name="commodities_conflict_decided_at",
                violation_error_message="What is decided says when.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxcodeconflict",
            trigger=pgtrigger.compiler.Trigger(
                name="step_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."goods" IS DISTINCT FROM (NEW."goods") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kept_id" IS DISTINCT FROM (NEW."kept_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."knowledge_id" IS DISTINCT FROM (NEW."knowledge_id") OR OLD."note" IS DISTINCT FROM (NEW."note"))',
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="3f4b1db015fee328d5713c487dd5f430cc4cc3a3",
                    operation="UPDATE",
                    pgid="pgtrigger_step_version_06f5b",
                    table="commodities_taxcodeconflict",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxcodeconflict",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_taxcodeconflicthistory" ("created_at", "decided_at", "decided_by_id", "goods", "id", "kept_id", "kind", "knowledge_id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") SELECT new_values."created_at", new_values."decided_at", new_values."decided_by_id", new_values."goods", new_values."id", new_values."kept_id", new_values."kind", new_values."knowledge_id", new_values."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                    hash="990f43094d279647f4ccaa089643091c7c85d094",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3189e",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="commodities_taxcodeconflict",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxcodeconflict",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_taxcodeconflicthistory" ("created_at", "decided_at", "decided_by_id", "goods", "id", "kept_id", "kind", "knowledge_id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") SELECT new_values."created_at", new_values."decided_at", new_values."decided_by_id", new_values."goods", new_values."id", new_values."kept_id", new_values."kind", new_values."knowledge_id", new_values."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values; RETURN NULL;',
                    hash="efc0ca117a399258d3de463521373d2319d69ade",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_7447c",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="commodities_taxcodeconflict",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxcodeconflict",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_taxcodeconflicthistory" ("created_at", "decided_at", "decided_by_id", "goods", "id", "kept_id", "kind", "knowledge_id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") SELECT old_values."created_at", old_values."decided_at", old_values."decided_by_id", old_values."goods", old_values."id", old_values."kept_id", old_values."kind", old_values."knowledge_id", old_values."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."updated_at", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;',
                    hash="b5e5c6cb8b2fd6ce092f8cc8caf4495b96877657",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_91fb3",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="commodities_taxcodeconflict",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxcodeconflicthistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ab656a353fdde1577a850149108a1a35bd489d65",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_10ee7",
                    table="commodities_taxcodeconflicthistory",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxratehistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="abd98dc7a1992f995e02b2022f200d6090747f9a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_1fd75",
                    table="commodities_taxratehistory",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate__range", (0, 100))),
                name="commodities_tax_rate_is_percent",
                violation_error_message="A rate is 0 to 100 percent.",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="commodities_tax_rate_ends_after_start",
                violation_error_message="The last day comes before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("tax_code", "="),
                    (
                        settings_modules.commodities.models.tax_rates._DateRange(
                            "valid_from",
                            "valid_until",
                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                inclusive_lower=True, inclusive_upper=True
                            ),
                        ),
                        "&&",
                    ),
                ],
                name="commodities_tax_rates_apart",
                violation_error_message="Another rate of this code covers some of these days.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxrate",
            trigger=pgtrigger.compiler.Trigger(
                name="step_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."added_by_revision_id" IS DISTINCT FROM (NEW."added_by_revision_id") OR OLD."closed_by_revision_id" IS DISTINCT FROM (NEW."closed_by_revision_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."notification" IS DISTINCT FROM (NEW."notification") OR OLD."rate" IS DISTINCT FROM (NEW."rate") OR OLD."tax_code_id" IS DISTINCT FROM (NEW."tax_code_id") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."valid_until" IS DISTINCT FROM (NEW."valid_until"))',
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="31daa2f2db42e0e294fe58a258ae10ea2c034300",
                    operation="UPDATE",
                    pgid="pgtrigger_step_version_6cb55",
                    table="commodities_taxrate",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxrate",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_taxratehistory" ("added_by_revision_id", "closed_by_revision_id", "created_at", "id", "notification", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "tax_code_id", "updated_at", "valid_from", "valid_until", "version") SELECT new_values."added_by_revision_id", new_values."closed_by_revision_id", new_values."created_at", new_values."id", new_values."notification", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."rate", new_values."tax_code_id", new_values."updated_at", new_values."valid_from", new_values."valid_until", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                    hash="4c65b2b4e32e0316f71e61d6fd2ab4fdf981852f",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6afe0",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="commodities_taxrate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxrate",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_taxratehistory" ("added_by_revision_id", "closed_by_revision_id", "created_at", "id", "notification", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "tax_code_id", "updated_at", "valid_from", "valid_until", "version") SELECT new_values."added_by_revision_id", new_values."closed_by_revision_id", new_values."created_at", new_values."id", new_values."notification", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."rate", new_values."tax_code_id", new_values."updated_at", new_values."valid_from", new_values."valid_until", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values; RETURN NULL;',
                    hash="078a14366e8181ea355e60103ae880ab0c8c0be5",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_73f80",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="commodities_taxrate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxrate",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=core.history.triggers.HistoryTriggerSql(
                    func='INSERT INTO "commodities_taxratehistory" ("added_by_revision_id", "closed_by_revision_id", "created_at", "id", "notification", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "tax_code_id", "updated_at", "valid_from", "valid_until", "version") SELECT old_values."added_by_revision_id", old_values."closed_by_revision_id", old_values."created_at", old_values."id", old_values."notification", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."rate", old_values."tax_code_id", old_values."updated_at", old_values."valid_from", old_values."valid_until", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;',
                    hash="75c32afb70285a7036444f9947930ca51426f786",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_01448",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="commodities_taxrate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxraterevisionhistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="26904817d9f32bdc6b12db62fc07af6dd934aa49",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d72c8",
                    table="commodities_taxraterevisionhistory",
                    when="BEFORE",
                ),
            ),
        ),
    ]
