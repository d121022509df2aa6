-- The document register: what exists, its bytes, and the label that holds for it. Applied at every start.
CREATE SEQUENCE IF NOT EXISTS document_numbers START 3001;

CREATE TABLE IF NOT EXISTS documents (
  number         bigint PRIMARY KEY DEFAULT nextval('document_numbers'),  -- DOC-<number>
  version        int NOT NULL DEFAULT 1,      -- raised by who changes the bytes
  kind           text,                        -- doc_kind of the catalogue; null: none of them
  title          text NOT NULL,
  dated          date NOT NULL DEFAULT current_date,
  media_type     text NOT NULL,
  bytes          bytea NOT NULL,
  sha256         text GENERATED ALWAYS AS (encode(sha256(bytes), 'hex')) STORED,
  label          jsonb,                       -- null: unlabelled, counts as C
  portions       jsonb NOT NULL DEFAULT '[]', -- labels of the parts it rests on
  binding        text NOT NULL DEFAULT '',    -- STANAG 4778 BindingInformation
  key            text UNIQUE,                 -- names the effect that made it; null: entered by people
  made_by        text NOT NULL,
  made_at        timestamptz NOT NULL DEFAULT now(),
  content        text,                        -- the text as indexed, and the bytes it was read from
  content_sha256 text
);

-- Every label that was ever put on a document; the newest holds.
CREATE TABLE IF NOT EXISTS document_labels (
  key         text PRIMARY KEY,
  number      bigint NOT NULL REFERENCES documents,
  sha256      text NOT NULL,
  label       jsonb NOT NULL,
  binding     text NOT NULL,
  assigned_by text NOT NULL,
  reason      text NOT NULL,
  assigned_at timestamptz NOT NULL DEFAULT now()
);
