"""No number enters the ledger of a year that is not open, however close the two come."""

from django.db import migrations

# The share lock waits for a closing under way, and lets no other begin before the number's own
# transaction has ended.
GUARD = """
CREATE FUNCTION organizations_require_open_year() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM organizations_financialyear
        WHERE id = NEW.financial_year_id AND status = 'open' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'financial year % is not open: it takes no numbers', NEW.financial_year_id
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER organizations_number_in_open_year
    BEFORE INSERT ON organizations_issuednumber
    FOR EACH ROW WHEN (NEW.financial_year_id IS NOT NULL)
    EXECUTE FUNCTION organizations_require_open_year();
"""
NO_GUARD = """
DROP TRIGGER organizations_number_in_open_year ON organizations_issuednumber;
DROP FUNCTION organizations_require_open_year();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0009_year_audit_and_waivers"),
    ]
    operations = [
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
