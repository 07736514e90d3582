"""Slow requests and statements, the scheduler's sign of life, and answers found by request."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0008_job_control"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("beaten_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SlowOperation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("request", "request"), ("statement", "SQL statement")],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                (
                    "happened_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="time"),
                ),
                ("duration_ms", models.PositiveIntegerField(verbose_name="milliseconds")),
                ("method", models.CharField(blank=True, max_length=8, verbose_name="method")),
                ("route", models.CharField(max_length=200, verbose_name="route")),
                (
                    "status",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="HTTP status"
                    ),
                ),
                (
                    "sql_count",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="SQL statements"
                    ),
                ),
                (
                    "sql_ms",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="milliseconds in SQL"
                    ),
                ),
                ("statement", models.TextField(blank=True, verbose_name="SQL statement")),
                ("actor", models.CharField(max_length=64, verbose_name="actor")),
                ("request_id", models.CharField(max_length=64, verbose_name="request")),
            ],
            options={
                "verbose_name": "slow operation",
                "verbose_name_plural": "slow operations",
            },
        ),
        migrations.AddField(
            model_name="idempotencyrecord",
            name="request_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddIndex(
            model_name="idempotencyrecord",
            index=models.Index(fields=["request_id"], name="core_idempotency_request"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["request_id"], name="core_job_request"),
        ),
        migrations.AddIndex(
            model_name="slowoperation",
            index=models.Index(fields=["request_id"], name="core_slowoperation_request"),
        ),
        migrations.AddIndex(
            model_name="slowoperation",
            index=models.Index(fields=["happened_at"], name="core_slowoperation_age"),
        ),
    ]
