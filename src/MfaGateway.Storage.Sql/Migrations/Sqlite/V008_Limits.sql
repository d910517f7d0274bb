-- Attempts as they are counted since there are cool-downs: what was counted before lived for minutes only.

DROP TABLE IF EXISTS attempt_buckets;

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
