"""Anchors and heads are what the chains are verified against: they are guarded as the events are."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER core_eventanchor_append_only BEFORE UPDATE OR DELETE ON core_eventanchor
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER core_eventanchor_no_truncate BEFORE TRUNCATE ON core_eventanchor
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();

CREATE FUNCTION core_refuse_step_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the head of stream %:% goes forward only', OLD.stream_type, OLD.stream_id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER core_streamhead_forward_only BEFORE UPDATE ON core_streamhead
    FOR EACH ROW
    WHEN (
        NEW.position < OLD.position
        OR (NEW.position = OLD.position AND NEW.hash <> OLD.hash)
        OR (NEW.stream_type, NEW.stream_id) <> (OLD.stream_type, OLD.stream_id)
    )
    EXECUTE FUNCTION core_refuse_step_back();
CREATE TRIGGER core_streamhead_no_delete BEFORE DELETE ON core_streamhead
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER core_streamhead_no_truncate BEFORE TRUNCATE ON core_streamhead
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
"""
UNGUARD = """
DROP TRIGGER core_streamhead_no_truncate ON core_streamhead;
DROP TRIGGER core_streamhead_no_delete ON core_streamhead;
DROP TRIGGER core_streamhead_forward_only ON core_streamhead;
DROP FUNCTION core_refuse_step_back();
DROP TRIGGER core_eventanchor_no_truncate ON core_eventanchor;
DROP TRIGGER core_eventanchor_append_only ON core_eventanchor;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0006_webhooks")]

    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
