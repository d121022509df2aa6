-- Runs, their journals, approvals, principals and the audit log.
-- The application role may append to journals and audit records; nobody may change or drop what is there.

CREATE TABLE runs (
  id text PRIMARY KEY,
  principal text NOT NULL,
  conversation_id text NOT NULL,
  message_id text NOT NULL,
  request text NOT NULL,
  state text NOT NULL DEFAULT 'submitted',
  event_count bigint NOT NULL DEFAULT 0,
  has_work boolean NOT NULL DEFAULT true,
  lease_epoch bigint NOT NULL DEFAULT 0,  -- names the lease that holds now; 0: none
  lease_worker text NOT NULL DEFAULT '',
  lease_expires timestamptz NOT NULL DEFAULT '-infinity',
  created text NOT NULL,
  updated text NOT NULL,
  queued_at timestamptz NOT NULL DEFAULT now(),  -- since when there is work; the oldest is taken first
  UNIQUE (principal, message_id)
) WITH (fillfactor = 70);
CREATE INDEX runs_work ON runs (queued_at) WHERE has_work OR lease_worker <> '';
CREATE INDEX runs_updated ON runs (updated DESC, id DESC);

CREATE TABLE events (
  run_id text NOT NULL REFERENCES runs (id),
  index bigint NOT NULL,
  time text NOT NULL,
  actor text NOT NULL,
  type text NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (run_id, index)
);

CREATE TABLE effects (
  key text PRIMARY KEY,
  run_id text NOT NULL REFERENCES runs (id),
  step_id text NOT NULL,
  tool text NOT NULL,
  call_hash text NOT NULL,
  intended text NOT NULL
);
CREATE TABLE effect_outcomes (
  key text PRIMARY KEY REFERENCES effects (key),
  ok boolean NOT NULL,
  settled text NOT NULL,
  settled_by text NOT NULL
);

CREATE TABLE approvals (
  id text PRIMARY KEY,
  run_id text NOT NULL REFERENCES runs (id),
  state text NOT NULL,
  document text NOT NULL
);
CREATE INDEX approvals_state ON approvals (state);
CREATE INDEX approvals_run ON approvals (run_id);

CREATE TABLE principals (
  id text PRIMARY KEY,
  document text NOT NULL
);
CREATE TABLE credentials (
  sha256 text PRIMARY KEY,
  principal text NOT NULL REFERENCES principals (id)
);

CREATE TABLE audit_records (
  serial bigserial PRIMARY KEY,
  id text NOT NULL UNIQUE,
  run_id text NOT NULL,
  time text NOT NULL,
  actor text NOT NULL,
  type text NOT NULL,
  payload text NOT NULL,
  salt text NOT NULL,
  payload_sha256 text NOT NULL
);
CREATE INDEX audit_records_run ON audit_records (run_id);
CREATE TABLE audit_leaves (
  leaf_index bigint PRIMARY KEY,
  serial bigint NOT NULL UNIQUE REFERENCES audit_records (serial),
  leaf_hash text NOT NULL
);
CREATE TABLE audit_checkpoints (
  size bigint PRIMARY KEY,
  note text NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['events', 'effects', 'effect_outcomes', 'audit_records', 'audit_leaves',
                              'audit_checkpoints'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_append_only', name);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', name, name || '_append_only');
    EXECUTE format('GRANT SELECT, INSERT ON %I TO maru_app', name);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON runs, approvals, principals TO maru_app;
GRANT SELECT, INSERT, DELETE ON credentials TO maru_app;
GRANT USAGE ON SEQUENCE audit_records_serial_seq TO maru_app;
