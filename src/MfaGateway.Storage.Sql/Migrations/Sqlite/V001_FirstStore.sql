-- Times are unix milliseconds, flags 0 or 1, proofs "factor@time" with a blank between, groups one a line.
-- A statement ends with a semicolon at the end of a line. Every statement can be run again.

-- "MFAG": tells our file from any other application's.
PRAGMA application_id = 1296449863;

CREATE TABLE IF NOT EXISTS schema_versions (
  version BIGINT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS facts (
  name TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL
);

-- One row each: see ReadChangeMarkAsync, ProbeAsync and the sequence of audit entries.
CREATE TABLE IF NOT EXISTS change_marks (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  mark BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS probes (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  probed_at BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS audit_heads (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  last_sequence BIGINT NOT NULL
);

INSERT INTO change_marks (id, mark) VALUES (1, 1) ON CONFLICT (id) DO NOTHING;

INSERT INTO audit_heads (id, last_sequence) VALUES (1, 0) ON CONFLICT (id) DO NOTHING;

CREATE TABLE IF NOT EXISTS accounts (
  id TEXT NOT NULL PRIMARY KEY,
  user_name TEXT NOT NULL,
  folded_user_name TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  folded_email TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  group_names TEXT NOT NULL,
  disabled BIGINT NOT NULL CHECK (disabled IN (0, 1)),
  created_at BIGINT NOT NULL,
  last_sign_in_at BIGINT,
  sign_in_epoch BIGINT NOT NULL DEFAULT 0
);

-- The first-run token: at most one.
CREATE TABLE IF NOT EXISTS setup_tokens (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  token_hash BLOB NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS passwords (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  set_at BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS totp_authenticators (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  protected_secret BLOB NOT NULL,
  algorithm BIGINT NOT NULL,
  digits BIGINT NOT NULL,
  period_seconds BIGINT NOT NULL,
  last_used_step BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT
);

CREATE INDEX IF NOT EXISTS totp_authenticators_by_account ON totp_authenticators (account_id);

CREATE TABLE IF NOT EXISTS pending_totps (
  flow_id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  protected_secret BLOB NOT NULL,
  algorithm BIGINT NOT NULL,
  digits BIGINT NOT NULL,
  period_seconds BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS pending_totps_by_account ON pending_totps (account_id);

CREATE TABLE IF NOT EXISTS recovery_code_sets (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  salt BLOB NOT NULL,
  made_at BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS recovery_codes (
  account_id TEXT NOT NULL REFERENCES recovery_code_sets (account_id) ON DELETE CASCADE,
  hash BLOB NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (account_id, hash)
);

CREATE TABLE IF NOT EXISTS attempt_buckets (
  bucket_key TEXT NOT NULL PRIMARY KEY,
  attempts BIGINT NOT NULL,
  window_ends_at BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS attempt_buckets_by_end ON attempt_buckets (window_ends_at);

CREATE TABLE IF NOT EXISTS challenge_flows (
  id TEXT NOT NULL PRIMARY KEY,
  token_hash BLOB NOT NULL UNIQUE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  policy_name TEXT NOT NULL,
  return_url TEXT NOT NULL,
  proofs TEXT NOT NULL,
  replaces_session_id TEXT,
  steps_up BIGINT NOT NULL DEFAULT 0,
  protected_recovery_codes BLOB,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  ended BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX IF NOT EXISTS challenge_flows_by_account ON challenge_flows (account_id);

CREATE INDEX IF NOT EXISTS challenge_flows_by_replaced_session ON challenge_flows (replaces_session_id);

CREATE INDEX IF NOT EXISTS challenge_flows_by_end ON challenge_flows (expires_at);

CREATE TABLE IF NOT EXISTS sessions (
  id TEXT NOT NULL PRIMARY KEY,
  token_hash BLOB NOT NULL UNIQUE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  proofs TEXT NOT NULL,
  signed_in_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  client_address TEXT NOT NULL,
  user_agent TEXT NOT NULL
);

CREATE INDEX IF NOT EXISTS sessions_by_account ON sessions (account_id, last_seen_at);

CREATE INDEX IF NOT EXISTS sessions_by_end ON sessions (expires_at);

CREATE TABLE IF NOT EXISTS signing_keys (
  generation BIGINT NOT NULL PRIMARY KEY,
  kid TEXT NOT NULL UNIQUE,
  protected_pkcs8 BLOB NOT NULL,
  created_at BIGINT NOT NULL,
  activates_at BIGINT NOT NULL
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
