CREATE TABLE keys (
  owner BYTEA PRIMARY KEY,
  wrapped BYTEA
);
CREATE TABLE contributions (
  id BYTEA PRIMARY KEY,
  done_by BYTEA NOT NULL,
  role BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  why TEXT NOT NULL,
  parents BYTEA NOT NULL,
  made BYTEA NOT NULL
);
CREATE TABLE documents (
  id BYTEA PRIMARY KEY,
  kind TEXT NOT NULL,
  owner BYTEA NOT NULL REFERENCES keys (owner),
  head BIGINT NOT NULL,
  signed_version BIGINT,
  signed_by BYTEA,
  signed_at BIGINT,
  withdrawn_version BIGINT,
  withdrawn_by BYTEA,
  withdrawn_at BIGINT,
  changed_at BIGINT NOT NULL,
  erased BIGINT NOT NULL,
  digest BYTEA NOT NULL
);
CREATE TABLE versions (
  document BYTEA NOT NULL REFERENCES documents (id),
  version BIGINT NOT NULL,
  contribution BYTEA NOT NULL REFERENCES contributions (id),
  change BIGINT NOT NULL,
  form BIGINT NOT NULL,
  body BYTEA NOT NULL,
  digest BYTEA NOT NULL,
  PRIMARY KEY (document, version)
);
CREATE TABLE links (
  document BYTEA NOT NULL,
  version BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  target BYTEA NOT NULL,
  PRIMARY KEY (document, version, kind, target)
);
CREATE TABLE tokens (
  field TEXT NOT NULL,
  token BYTEA NOT NULL,
  document BYTEA NOT NULL REFERENCES documents (id),
  PRIMARY KEY (field, token, document)
);
CREATE TABLE blobs (
  id BYTEA PRIMARY KEY,
  owner BYTEA NOT NULL REFERENCES keys (owner),
  bytes BIGINT NOT NULL,
  digest BYTEA NOT NULL,
  kept BIGINT NOT NULL
);
CREATE TABLE jobs (
  id BYTEA PRIMARY KEY,
  kind TEXT NOT NULL,
  document BYTEA NOT NULL REFERENCES documents (id),
  progress BIGINT NOT NULL,
  due BIGINT NOT NULL,
  attempt BIGINT NOT NULL
);
CREATE TABLE reservations (
  resource BYTEA NOT NULL REFERENCES documents (id),
  place BIGINT NOT NULL,
  begins BIGINT NOT NULL,
  ends BIGINT NOT NULL,
  document BYTEA NOT NULL REFERENCES documents (id),
  PRIMARY KEY (resource, place, begins),
  CHECK (begins < ends)
);
CREATE TABLE chains (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  anchored BIGINT NOT NULL
);
CREATE TABLE audit (
  chain BIGINT NOT NULL REFERENCES chains (number),
  sequence BIGINT NOT NULL,
  at BIGINT NOT NULL,
  act BIGINT NOT NULL,
  done_by BYTEA,
  subject BYTEA,
  entry BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (chain, sequence)
);
CREATE TABLE marks (
  chain BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  mark BYTEA NOT NULL,
  PRIMARY KEY (chain, sequence)
);
CREATE TABLE sign_ins (
  token_hash BYTEA PRIMARY KEY,
  person BYTEA NOT NULL,
  began BIGINT NOT NULL,
  seen BIGINT NOT NULL,
  ends BIGINT NOT NULL
);
CREATE INDEX documents_owner ON documents (owner);
CREATE INDEX documents_kind ON documents (kind, erased, changed_at, id);
CREATE INDEX links_target ON links (target);
CREATE INDEX tokens_document ON tokens (document, field);
CREATE INDEX jobs_due ON jobs (kind, due, id) WHERE progress < 3;
CREATE INDEX jobs_document ON jobs (document);
CREATE INDEX reservations_document ON reservations (document);
CREATE INDEX reservations_ends ON reservations (ends);
CREATE INDEX audit_at ON audit (at, chain, sequence);
CREATE INDEX audit_by ON audit (done_by, at, chain, sequence) WHERE done_by IS NOT NULL;
CREATE INDEX audit_subject ON audit (subject, at, chain, sequence) WHERE subject IS NOT NULL;
CREATE INDEX sign_ins_person ON sign_ins (person);
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE reservations ADD CONSTRAINT reservations_overlap
EXCLUDE USING gist (resource WITH =, place WITH =, int8range(begins, ends) WITH &&);
