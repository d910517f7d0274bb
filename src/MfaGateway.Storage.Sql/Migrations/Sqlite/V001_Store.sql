-- Times are unix milliseconds, flags 0 or 1, proofs "factor@time" with a blank between.
-- A statement ends with a semicolon at the end of a line. Every statement can be run again.

-- "MFAG": tells our file from any other application's.
PRAGMA application_id = 1296449863;

CREATE TABLE IF NOT EXISTS schema_versions (
  version BIGINT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL
);

-- Single values: see FactNames and the callers of TryAddFactAsync.
CREATE TABLE IF NOT EXISTS facts (
  name TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL
);

-- The row that a transaction holds while it may take an administrator away, so that no two of them remove one each: see LastAdministrator.
INSERT INTO facts (name, value) VALUES ('administrators', X'') ON CONFLICT (name) DO NOTHING;

-- One row: how often cached sessions went out of date. See ReadChangesAsync.
CREATE TABLE IF NOT EXISTS change_marks (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  mark BIGINT NOT NULL
);

INSERT INTO change_marks (id, mark) VALUES (1, 1) ON CONFLICT (id) DO NOTHING;

-- One row for each time the change mark was raised: whose cached sessions are out of date. Old ones are swept.
CREATE TABLE IF NOT EXISTS account_changes (
  mark BIGINT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL
);

-- The languages are those of the browser at the last sign-in, of those that mails are written in: for mails that no browser asks for,
-- such as warnings. verified_email is the folded address that was proved to be read; it holds while the account has that address.
-- codes_off: who has switched signing in by e-mail off.
CREATE TABLE IF NOT EXISTS accounts (
  id TEXT NOT NULL PRIMARY KEY,
  user_name TEXT NOT NULL,
  folded_user_name TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  folded_email TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  disabled BIGINT NOT NULL CHECK (disabled IN (0, 1)),
  created_at BIGINT NOT NULL,
  last_sign_in_at BIGINT,
  sign_in_epoch BIGINT NOT NULL DEFAULT 0,
  languages TEXT,
  verified_email TEXT,
  verified_at BIGINT,
  codes_off_by_owner BIGINT NOT NULL DEFAULT 0 CHECK (codes_off_by_owner IN (0, 1)),
  codes_off_by_administrator BIGINT NOT NULL DEFAULT 0 CHECK (codes_off_by_administrator IN (0, 1))
);

CREATE INDEX IF NOT EXISTS accounts_disabled ON accounts (id) WHERE disabled = 1;

-- Groups have rows, so that members are found by the group. The position keeps the order in which they were given.
CREATE TABLE IF NOT EXISTS account_groups (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  group_name TEXT NOT NULL,
  PRIMARY KEY (account_id, group_name)
);

CREATE INDEX IF NOT EXISTS account_groups_by_name ON account_groups (group_name, account_id);

-- What people are searched by, in the order of lists: folded user name, address and display name, one a line. A table of its own
-- with small rows, because a search for a part of a name reads them all.
CREATE TABLE IF NOT EXISTS account_search (
  folded_user_name TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL UNIQUE REFERENCES accounts (id) ON DELETE CASCADE,
  search_text TEXT NOT NULL
) WITHOUT ROWID;

-- The user names of deleted accounts: the audit log holds ids alone, and people look for the names they know.
CREATE TABLE IF NOT EXISTS deleted_accounts (
  account_id TEXT NOT NULL PRIMARY KEY,
  user_name TEXT NOT NULL,
  folded_user_name TEXT NOT NULL,
  deleted_at BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS deleted_accounts_by_name ON deleted_accounts (folded_user_name, deleted_at);

CREATE INDEX IF NOT EXISTS deleted_accounts_by_time ON deleted_accounts (deleted_at);

-- by_mail: chosen by a link that was mailed; such a password proves no more than that mailbox does.
CREATE TABLE IF NOT EXISTS passwords (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  set_at BIGINT NOT NULL,
  by_mail BIGINT NOT NULL DEFAULT 0 CHECK (by_mail IN (0, 1))
);

-- One-time links that set a password; the newest of each purpose is good. Where no account has the address that a link was asked for,
-- a row without an account is kept all the same, so that asking takes as long. Such a link opens nothing.
CREATE TABLE IF NOT EXISTS password_tokens (
  token_hash BLOB NOT NULL PRIMARY KEY,
  account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
  purpose BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  UNIQUE (account_id, purpose)
);

CREATE INDEX IF NOT EXISTS password_tokens_by_end ON password_tokens (expires_at);

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

-- While an account has a row here, even one whose time has passed, enrolling for it takes the code. The flow in which the code was
-- given may enrol; the row goes in the transaction that keeps the authenticator.
CREATE TABLE IF NOT EXISTS enrollment_codes (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  code_hash BLOB NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  given_in_flow_id TEXT
);

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

CREATE TABLE IF NOT EXISTS attempt_counts (
  bucket_key TEXT NOT NULL PRIMARY KEY,
  attempt_limit BIGINT NOT NULL,
  account_id TEXT,
  attempts BIGINT NOT NULL,
  window_ends_at BIGINT NOT NULL,
  closed BIGINT NOT NULL,
  cool_downs BIGINT NOT NULL,
  window_number BIGINT NOT NULL,
  forget_at BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS attempt_counts_by_account ON attempt_counts (account_id);

CREATE INDEX IF NOT EXISTS attempt_counts_by_end ON attempt_counts (forget_at);

-- What is closed now, for lists of people: few of the rows that are counted, and found by the account.
CREATE INDEX IF NOT EXISTS attempt_counts_closed ON attempt_counts (account_id, window_ends_at) WHERE closed = 1;

-- The purpose is what the flow was begun for: a FlowPurpose.
CREATE TABLE IF NOT EXISTS challenge_flows (
  id TEXT NOT NULL PRIMARY KEY,
  token_hash BLOB NOT NULL UNIQUE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  purpose BIGINT NOT NULL DEFAULT 0,
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

-- Keys from which the codes for an application are made, encrypted. Old generations stay for the codes that were made from them.
CREATE TABLE IF NOT EXISTS application_secrets (
  application_id TEXT NOT NULL,
  generation BIGINT NOT NULL,
  protected_secret BLOB NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (application_id, generation)
);

-- What an administrator has set for the codes of an application; without a row the configuration holds.
CREATE TABLE IF NOT EXISTS application_settings (
  application_id TEXT NOT NULL PRIMARY KEY,
  code_digits BIGINT NOT NULL,
  code_lifetime_minutes BIGINT NOT NULL
);

-- Browsers that wait for a mailed code. Where no account has the address the row is kept all the same, without an account.
CREATE TABLE IF NOT EXISTS code_requests (
  id TEXT NOT NULL PRIMARY KEY,
  token_hash BLOB NOT NULL UNIQUE,
  flow_id TEXT UNIQUE REFERENCES challenge_flows (id) ON DELETE CASCADE,
  account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
  application_id TEXT NOT NULL,
  email TEXT NOT NULL,
  registers BIGINT NOT NULL,
  policy_name TEXT NOT NULL,
  return_url TEXT NOT NULL,
  match_number BIGINT NOT NULL,
  client_address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  codes_sent BIGINT NOT NULL,
  last_sent_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  state BIGINT NOT NULL,
  used_code_id TEXT
);

CREATE INDEX IF NOT EXISTS code_requests_by_account ON code_requests (account_id);

CREATE INDEX IF NOT EXISTS code_requests_by_end ON code_requests (expires_at);

-- Issues of codes: how each was made, and how long it is good. The codes themselves are not stored.
CREATE TABLE IF NOT EXISTS magic_codes (
  id TEXT NOT NULL PRIMARY KEY,
  request_id TEXT NOT NULL REFERENCES code_requests (id) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  method BIGINT NOT NULL,
  digits BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  step BIGINT NOT NULL,
  issued_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  link_hash BLOB NOT NULL UNIQUE
);

CREATE INDEX IF NOT EXISTS magic_codes_by_request ON magic_codes (request_id, number);

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

-- Which session carries on one that its own step-up has ended. A chain is kept short: all of it points to the last.
CREATE TABLE IF NOT EXISTS session_successions (
  ended_session_id TEXT NOT NULL PRIMARY KEY,
  session_id TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS session_successions_by_session ON session_successions (session_id);

CREATE INDEX IF NOT EXISTS session_successions_by_end ON session_successions (expires_at);

-- One cookie of a browser may be known to several accounts.
CREATE TABLE IF NOT EXISTS known_browsers (
  id TEXT NOT NULL PRIMARY KEY,
  token_hash BLOB NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  client_address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  UNIQUE (token_hash, account_id)
);

CREATE INDEX IF NOT EXISTS known_browsers_by_account ON known_browsers (account_id, last_used_at);

CREATE INDEX IF NOT EXISTS known_browsers_by_end ON known_browsers (expires_at);

CREATE TABLE IF NOT EXISTS signing_keys (
  generation BIGINT NOT NULL PRIMARY KEY,
  kid TEXT NOT NULL UNIQUE,
  protected_pkcs8 BLOB NOT NULL,
  created_at BIGINT NOT NULL,
  activates_at BIGINT NOT NULL
);

-- Mails on their way out. They refer to no account: a mail outlives the account it is about. The content is encrypted, and
-- erased when a mail is given up. Each lease counts as an attempt, and its number tells one taker from the next. deliver_by is the time
-- after which a mail is of no use; fault, status and failed_at tell of the last attempt that failed.
CREATE TABLE IF NOT EXISTS mail_outbox (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  protected_content BLOB NOT NULL,
  queued_at BIGINT NOT NULL,
  due_at BIGINT,
  attempts BIGINT NOT NULL DEFAULT 0,
  expires_at BIGINT,
  deliver_by BIGINT,
  fault TEXT,
  status BIGINT,
  failed_at BIGINT
);

CREATE INDEX IF NOT EXISTS mail_outbox_by_due ON mail_outbox (due_at);

CREATE INDEX IF NOT EXISTS mail_outbox_by_delivery_end ON mail_outbox (deliver_by);

-- Each entry has a code, which covers the entry before it: see AuditChain.
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

CREATE INDEX IF NOT EXISTS audit_log_by_account ON audit_log (account_id, sequence);

-- One row; writers queue at it.
CREATE TABLE IF NOT EXISTS audit_chain (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  first_sequence BIGINT NOT NULL,
  mac_before BLOB NOT NULL,
  last_sequence BIGINT NOT NULL,
  last_mac BLOB NOT NULL,
  seal BLOB
);

INSERT INTO audit_chain (id, first_sequence, mac_before, last_sequence, last_mac) VALUES (1, 1, zeroblob(32), 0, zeroblob(32))
  ON CONFLICT (id) DO NOTHING;
