"""Issuing a number is one call; a key issues one in its organization; what a series prints stays."""

import django.db.models.deletion
from django.conf import settings
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

# Which series numbers a document: the branch's own before the company's, the active year's before
# one of all years. Whether the year is open is not looked at.
IN_FORCE = """
CREATE FUNCTION organizations_series_in_force(kind text, company bigint, branch bigint)
RETURNS TABLE (series_id bigint, year_id bigint) LANGUAGE sql STABLE AS $$
    SELECT series.id, series.financial_year_id FROM organizations_documentseries AS series
    LEFT JOIN organizations_financialyear AS year ON year.id = series.financial_year_id
    WHERE series.organization_id = coalesce(
            company, (SELECT id FROM organizations_organization WHERE is_seller))
        AND series.document_type = kind AND series.is_active
        AND (series.gst_registration_id IS NULL OR series.gst_registration_id = branch)
        AND (series.financial_year_id IS NULL OR year.is_active)
    ORDER BY series.gst_registration_id NULLS LAST, series.financial_year_id NULLS LAST LIMIT 1
$$;
"""
NOT_IN_FORCE = "DROP FUNCTION organizations_series_in_force(text, bigint, bigint);"

# A function's statements are planned once a session and need one round trip. The year's row is
# locked before that of the series, so that a year cannot be closed between the look and the step;
# only then the series' row, which everybody else wants. No row: no series may step.
ISSUE = """
CREATE FUNCTION organizations_issue_number(
    kind text, company bigint, branch bigint, longest integer, largest bigint, what_for text,
    reference text, key text, person bigint, request text)
RETURNS TABLE (
    printed varchar, issued bigint, issued_by_company bigint, issued_in bigint, ledger_row bigint)
LANGUAGE plpgsql AS $$
DECLARE
    chosen record;
    stepped record;
BEGIN
    SELECT * INTO chosen FROM organizations_series_in_force(kind, company, branch);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF chosen.year_id IS NOT NULL THEN
        PERFORM FROM organizations_financialyear AS year
            WHERE year.id = chosen.year_id AND year.is_active AND year.status = 'open' FOR SHARE;
        IF NOT FOUND THEN
            RETURN;
        END IF;
    END IF;
    UPDATE organizations_documentseries AS series SET last_number = series.last_number + 1
        WHERE series.id = chosen.series_id AND series.is_active AND series.document_type = kind
            AND series.last_number < largest
            AND length(series.prefix) + length(series.suffix)
                + greatest(series.padding, length((series.last_number + 1)::text)) <= longest
        RETURNING series.* INTO stepped;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY INSERT INTO organizations_issuednumber AS ledger (
        series_id, organization_id, document_type, financial_year_id, number, text, purpose,
        einvoice_reference, idempotency_key, issued_at, issued_by_id, request_id, void_reason)
    VALUES (
        stepped.id, stepped.organization_id, stepped.document_type, stepped.financial_year_id,
        stepped.last_number, stepped.prefix || lpad(stepped.last_number::text,
            greatest(stepped.padding, length(stepped.last_number::text)), '0') || stepped.suffix,
        what_for, reference, key, clock_timestamp(), person, request, '')
    RETURNING ledger.text, ledger.number, ledger.organization_id, ledger.series_id, ledger.id;
END $$;
"""
NO_ISSUE = """
DROP FUNCTION organizations_issue_number(
    text, bigint, bigint, integer, bigint, text, text, text, bigint, text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0007_record_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
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
        migrations.AlterField(
            model_name="issuednumber",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.organization",
                verbose_name="organization",
            ),
        ),
        migrations.AlterField(
            model_name="issuednumber",
            name="series",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="issued",
                to="organizations.documentseries",
                verbose_name="series",
            ),
        ),
        migrations.AlterField(
            model_name="issuednumber",
            name="voided_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="voided by",
            ),
        ),
        migrations.RunSQL(FORMAT, NO_FORMAT),
        migrations.RunSQL(IN_FORCE, NOT_IN_FORCE),
        migrations.RunSQL(ISSUE, NO_ISSUE),
    ]
