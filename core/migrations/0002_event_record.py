"""The append-only event table, partitioned by month of its time-ordered id from the start."""

from datetime import UTC, datetime

from django.db import migrations, models

import core.identifiers
from core.events.partitions import create_partition, month_start

CREATE = """
CREATE TABLE core_event (
    id uuid PRIMARY KEY,
    stream_type varchar(64) NOT NULL,
    stream_id varchar(64) NOT NULL,
    position bigint NOT NULL,
    type varchar(100) NOT NULL,
    schema_version smallint NOT NULL CHECK (schema_version >= 0),
    data jsonb NOT NULL,
    actor varchar(64) NOT NULL,
    source varchar(16) NOT NULL,
    request_id varchar(64) NOT NULL,
    reason text NOT NULL,
    occurred_at timestamptz NOT NULL,
    previous_hash varchar(64) NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX core_event_stream ON core_event (stream_type, stream_id, position);
CREATE INDEX core_event_request ON core_event (request_id);
CREATE INDEX core_event_type ON core_event (type, id);
-- Events whose month has no partition yet: nothing is ever refused, the scheduled task moves on.
CREATE TABLE core_event_other PARTITION OF core_event DEFAULT;

CREATE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are a record: they are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER core_event_append_only BEFORE UPDATE OR DELETE ON core_event
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER core_event_no_truncate BEFORE TRUNCATE ON core_event
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER core_event_other_no_truncate BEFORE TRUNCATE ON core_event_other
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
"""


def create_first_partitions(apps, schema_editor):
    now = datetime.now(UTC)
    for ahead in range(3):
        create_partition(schema_editor.connection, month_start(now, ahead))


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    CREATE, "DROP TABLE core_event; DROP FUNCTION core_refuse_change();"
                ),
                migrations.RunPython(create_first_partitions, migrations.RunPython.noop),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=core.identifiers.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "stream_type",
                            models.CharField(max_length=64, verbose_name="record type"),
                        ),
                        ("stream_id", models.CharField(max_length=64, verbose_name="record")),
                        ("position", models.BigIntegerField(verbose_name="position")),
                        ("type", models.CharField(max_length=100, verbose_name="event")),
                        (
                            "schema_version",
                            models.PositiveSmallIntegerField(
                                default=1, verbose_name="schema version"
                            ),
                        ),
                        ("data", models.JSONField(verbose_name="data")),
                        ("actor", models.CharField(max_length=64, verbose_name="actor")),
                        ("source", models.CharField(max_length=16, verbose_name="source")),
                        ("request_id", models.CharField(max_length=64, verbose_name="request")),
                        ("reason", models.TextField(blank=True, verbose_name="reason")),
                        ("occurred_at", models.DateTimeField(verbose_name="time")),
                        ("previous_hash", models.CharField(max_length=64)),
                    ],
                    options={
                        "verbose_name": "event",
                        "verbose_name_plural": "events",
                        "indexes": [
                            models.Index(
                                fields=["stream_type", "stream_id", "position"],
                                name="core_event_stream",
                            ),
                            models.Index(fields=["request_id"], name="core_event_request"),
                            models.Index(fields=["type", "id"], name="core_event_type"),
                        ],
                    },
                ),
            ],
        ),
    ]
