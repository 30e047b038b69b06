-- The database itself refuses to change what was recorded (decisions.md 12).
CREATE FUNCTION vortex_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
--> statement-breakpoint
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger FOR EACH STATEMENT EXECUTE FUNCTION vortex_append_only();
--> statement-breakpoint
CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision FOR EACH STATEMENT EXECUTE FUNCTION vortex_append_only();
--> statement-breakpoint
CREATE TRIGGER sealed_file_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sealed_file FOR EACH STATEMENT EXECUTE FUNCTION vortex_append_only();
