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

-- Browsers that wait for a mailed code. Without an account where nobody has the address: the row is there all the same.
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

-- Issues of codes: how each was made, and how long it is good. The codes are nowhere.
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

-- Addresses that somebody has proved to read; it holds for that address of the account alone.
CREATE TABLE IF NOT EXISTS verified_addresses (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  folded_email TEXT NOT NULL,
  verified_at BIGINT NOT NULL
);

-- Who has switched signing in by e-mail off for an account; without a row nobody has.
CREATE TABLE IF NOT EXISTS magic_code_switches (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  off_by_owner BIGINT NOT NULL,
  off_by_administrator BIGINT NOT NULL
);
