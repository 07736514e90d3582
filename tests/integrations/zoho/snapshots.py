"""A database that is put back to a moment between tests, which is quicker than copying one.

Commits are real in it. Putting back bypasses triggers and foreign keys, since the append-only
tables refuse deletions; what it needs is stored in a schema of its own, beside the tables.
"""

from __future__ import annotations

from django.db import connection, connections

_SCHEMA = "moment"
_REMEMBER = f"""
DO $$
DECLARE name text;
BEGIN
    CREATE SCHEMA {_SCHEMA};
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE {_SCHEMA}.%I AS TABLE public.%I', name, name);
    END LOOP;
    CREATE TABLE {_SCHEMA}."all sequences" AS
        SELECT sequencename, coalesce(last_value, 1) AS last, last_value IS NOT NULL AS is_called
        FROM pg_sequences WHERE schemaname = 'public';
END $$
"""
_PUT_BACK = f"""
DO $$
DECLARE name text; names text; has_rows boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO has_rows;
        IF has_rows THEN
            EXECUTE format('DELETE FROM public.%I', name);
        END IF;
        EXECUTE format('SELECT EXISTS (SELECT FROM {_SCHEMA}.%I)', name) INTO has_rows;
        IF has_rows THEN
            SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO names
            FROM pg_attribute
            WHERE attrelid = format('public.%I', name)::regclass
              AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
            EXECUTE format(
                'INSERT INTO public.%I (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM {_SCHEMA}.%I',
                name, names, names, name
            );
        END IF;
    END LOOP;
    PERFORM setval(format('public.%I', sequencename)::regclass, last, is_called)
    FROM {_SCHEMA}."all sequences";
END $$
"""


class SnapshotDatabase:
    """A database of the server, copied from `template`; `remember` first, then `put_back` often."""

    def __init__(self, name: str, template: str) -> None:
        self.name = name
        self._before = ""
        self._on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')

    def enter(self) -> None:
        """Lead Django's connections here."""
        connections.close_all()
        self._before = connection.settings_dict["NAME"]
        connection.settings_dict["NAME"] = self.name

    def leave(self) -> None:
        """Lead them back to where they were."""
        connections.close_all()
        connection.settings_dict["NAME"] = self._before

    def remember(self) -> None:
        """Keep this moment."""
        with connection.cursor() as cursor:
            cursor.execute(_REMEMBER)

    def put_back(self) -> None:
        """Every row and sequence as at the moment kept; other sessions are ended first."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            cursor.execute(_PUT_BACK)

    def drop(self) -> None:
        """Remove the database."""
        self._on_server(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    @staticmethod
    def _on_server(statement: str) -> None:
        before = connection.settings_dict["NAME"]
        connections.close_all()
        connection.settings_dict["NAME"] = "postgres"
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = before
