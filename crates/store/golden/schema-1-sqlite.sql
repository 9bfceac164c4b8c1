CREATE TABLE keys (
  owner BLOB PRIMARY KEY,
  wrapped BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE contributions (
  id BLOB PRIMARY KEY,
  done_by BLOB NOT NULL,
  role INTEGER NOT NULL,
  done_at INTEGER NOT NULL,
  why TEXT NOT NULL,
  parents BLOB NOT NULL,
  made BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE documents (
  id BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  owner BLOB NOT NULL REFERENCES keys (owner),
  head INTEGER NOT NULL,
  signed_version INTEGER,
  signed_by BLOB,
  signed_at INTEGER,
  withdrawn_version INTEGER,
  withdrawn_by BLOB,
  withdrawn_at INTEGER,
  changed_at INTEGER NOT NULL,
  erased INTEGER NOT NULL,
  digest BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE versions (
  document BLOB NOT NULL REFERENCES documents (id),
  version INTEGER NOT NULL,
  contribution BLOB NOT NULL REFERENCES contributions (id),
  change INTEGER NOT NULL,
  form INTEGER NOT NULL,
  body BLOB NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (document, version)
) STRICT;
CREATE TABLE links (
  document BLOB NOT NULL,
  version INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  target BLOB NOT NULL,
  PRIMARY KEY (document, version, kind, target)
) STRICT, WITHOUT ROWID;
CREATE TABLE tokens (
  field TEXT NOT NULL,
  token BLOB NOT NULL,
  document BLOB NOT NULL REFERENCES documents (id),
  PRIMARY KEY (field, token, document)
) STRICT, WITHOUT ROWID;
CREATE TABLE blobs (
  id BLOB PRIMARY KEY,
  owner BLOB NOT NULL REFERENCES keys (owner),
  bytes INTEGER NOT NULL,
  digest BLOB NOT NULL,
  kept INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE jobs (
  id BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  document BLOB NOT NULL REFERENCES documents (id),
  progress INTEGER NOT NULL,
  due INTEGER NOT NULL,
  attempt INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE reservations (
  resource BLOB NOT NULL REFERENCES documents (id),
  place INTEGER NOT NULL,
  begins INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  document BLOB NOT NULL REFERENCES documents (id),
  PRIMARY KEY (resource, place, begins),
  CHECK (begins < ends)
) STRICT, WITHOUT ROWID;
CREATE TABLE chains (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  anchored INTEGER NOT NULL
) STRICT;
CREATE TABLE audit (
  chain INTEGER NOT NULL REFERENCES chains (number),
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  act INTEGER NOT NULL,
  done_by BLOB,
  subject BLOB,
  entry BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (chain, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE marks (
  chain INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  hash BLOB NOT NULL,
  mark BLOB NOT NULL,
  PRIMARY KEY (chain, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE sign_ins (
  token_hash BLOB PRIMARY KEY,
  person BLOB NOT NULL,
  began INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  ends INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE TRIGGER reservations_insert BEFORE INSERT ON reservations
WHEN EXISTS (SELECT 1 FROM reservations
  WHERE resource = NEW.resource AND place = NEW.place AND begins < NEW.ends AND ends > NEW.begins)
BEGIN SELECT RAISE(ABORT, 'this place is reserved at that time'); END;
CREATE TRIGGER reservations_update BEFORE UPDATE ON reservations
BEGIN SELECT RAISE(ABORT, 'a reservation is replaced, not changed'); END;
