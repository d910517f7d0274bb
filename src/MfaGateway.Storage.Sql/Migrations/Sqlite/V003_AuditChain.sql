-- Entries get a code each and move to tables of the chain; see AuditChain. Codes can't be made here (the key is not in
-- SQL): what is moved stays without one, and the key says up to which entry that may be so.

-- Made again where this step is run once more, and then empty.
CREATE TABLE IF NOT EXISTS audit_heads (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  last_sequence BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS audit_entries (
  sequence BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  event TEXT NOT NULL,
  account_id TEXT,
  actor TEXT,
  client_address TEXT,
  succeeded BIGINT NOT NULL CHECK (succeeded IN (0, 1)),
  detail TEXT
);

CREATE TABLE IF NOT EXISTS audit_log (
  sequence INTEGER NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  event TEXT NOT NULL,
  account_id TEXT,
  actor TEXT,
  client_address TEXT,
  succeeded BIGINT NOT NULL CHECK (succeeded IN (0, 1)),
  detail TEXT,
  mac BLOB
);

-- One row; writers queue at it.
CREATE TABLE IF NOT EXISTS audit_chain (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  first_sequence BIGINT NOT NULL,
  mac_before BLOB NOT NULL,
  last_sequence BIGINT NOT NULL,
  last_mac BLOB NOT NULL,
  seal BLOB
);

INSERT INTO audit_log (sequence, at, event, account_id, actor, client_address, succeeded, detail)
  SELECT sequence, at, event, account_id, actor, client_address, succeeded, detail FROM audit_entries WHERE 1 = 1
  ON CONFLICT (sequence) DO NOTHING;

INSERT INTO audit_chain (id, first_sequence, mac_before, last_sequence, last_mac)
  SELECT 1, 1, zeroblob(32), COALESCE(MAX(last_sequence), 0), zeroblob(32) FROM audit_heads WHERE 1 = 1
  ON CONFLICT (id) DO NOTHING;

DROP TABLE IF EXISTS audit_entries;

DROP TABLE IF EXISTS audit_heads;

CREATE INDEX IF NOT EXISTS audit_log_by_account ON audit_log (account_id, sequence);
