"""A key issues one number in its organization; what a series prints stays once it has issued."""

from django.db import migrations, models

# A number that was printed can be told apart from others only while its series prints as it did.
FORMAT = """
CREATE FUNCTION organizations_series_keeps_format() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.last_number >= OLD.first_number AND (
            NEW.prefix, NEW.padding, NEW.suffix, NEW.document_type, NEW.first_number)
            IS DISTINCT FROM (
            OLD.prefix, OLD.padding, OLD.suffix, OLD.document_type, OLD.first_number) THEN
        RAISE EXCEPTION 'series % has issued numbers: it prints them as before', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER organizations_series_keeps_format
    BEFORE UPDATE OF prefix, padding, suffix, document_type, first_number
    ON organizations_documentseries
    FOR EACH ROW EXECUTE FUNCTION organizations_series_keeps_format();
"""
NO_FORMAT = """
DROP TRIGGER organizations_series_keeps_format ON organizations_documentseries;
DROP FUNCTION organizations_series_keeps_format();
"""


class Migration(migrations.Migration):
    dependencies = [("organizations", "0007_record_guards")]
    operations = [
        migrations.RemoveConstraint(
            model_name="issuednumber", name="organizations_number_once_for_a_key"
        ),
        migrations.AddConstraint(
            model_name="issuednumber",
            constraint=models.UniqueConstraint(
                condition=models.Q(("idempotency_key__isnull", False)),
                fields=["organization", "idempotency_key"],
                name="organizations_number_once_for_a_key",
            ),
        ),
        migrations.RunSQL(FORMAT, NO_FORMAT),
    ]
