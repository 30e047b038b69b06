-- One row per request for lists, kept by the database itself so that no writer can forget it.
CREATE FUNCTION vortex_request_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO request_line (request_id, kind, name, state, requested_by, created_at, updated_at, decide_by, people, search)
  VALUES (NEW.id, NEW.kind, NEW.name, NEW.state, NEW.requested_by, NEW.created_at, NEW.updated_at, NEW.decide_by, ARRAY[NEW.requested_by], '')
  ON CONFLICT (request_id) DO UPDATE SET
    state = excluded.state, requested_by = excluded.requested_by, updated_at = excluded.updated_at, decide_by = excluded.decide_by,
    people = CASE WHEN request_line.people[1] = excluded.requested_by THEN request_line.people ELSE excluded.people || request_line.people[2:] END,
    facts = CASE WHEN excluded.state = 'open' THEN request_line.facts END;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE FUNCTION vortex_request_line_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE request_line SET sealed_by = NEW.sealed_by,
    people = people[1:1] || ARRAY(SELECT jsonb_array_elements_text(NEW.approvers)) WHERE request_id = NEW.request_id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE FUNCTION vortex_request_line_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search := lower(concat_ws(' ', NEW.name, NEW.title, array_to_string(NEW.parties, ' '), array_to_string(NEW.people, ' '), NEW.risk, NEW.kind));
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER request_line_search BEFORE INSERT OR UPDATE ON request_line FOR EACH ROW EXECUTE FUNCTION vortex_request_line_search();
--> statement-breakpoint
CREATE TRIGGER change_request_line AFTER INSERT OR UPDATE OF state, requested_by, updated_at, decide_by ON change_request FOR EACH ROW EXECUTE FUNCTION vortex_request_line();
--> statement-breakpoint
CREATE TRIGGER decision_line AFTER INSERT ON decision FOR EACH ROW EXECUTE FUNCTION vortex_request_line_sealed();
--> statement-breakpoint
INSERT INTO request_line (request_id, kind, name, state, requested_by, created_at, updated_at, decide_by, sealed_by, people, search)
SELECT r.id, r.kind, r.name, r.state, r.requested_by, r.created_at, r.updated_at, r.decide_by, d.sealed_by,
  ARRAY[r.requested_by] || ARRAY(SELECT jsonb_array_elements_text(coalesce(d.approvers, '[]'::jsonb))), ''
FROM change_request r LEFT JOIN decision d ON d.request_id = r.id;
