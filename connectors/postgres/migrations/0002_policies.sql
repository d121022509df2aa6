-- The policies that runs are decided by, each version once, so that the export of a run carries its own.

CREATE TABLE policy_texts (
  version text PRIMARY KEY,  -- the hash of the texts, as decisions name it
  texts text NOT NULL        -- {"schema","policies":[{"file","text"}]}
);
CREATE TRIGGER policy_texts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_texts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE policy_texts ENABLE ALWAYS TRIGGER policy_texts_append_only;
GRANT SELECT, INSERT ON policy_texts TO maru_app;
