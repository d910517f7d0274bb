-- The user names of deleted accounts: the audit log holds ids alone, and people look for the names they know.
CREATE TABLE IF NOT EXISTS deleted_accounts (
  account_id TEXT NOT NULL PRIMARY KEY,
  user_name TEXT NOT NULL,
  folded_user_name TEXT NOT NULL,
  deleted_at BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS deleted_accounts_by_name ON deleted_accounts (folded_user_name, deleted_at);

CREATE INDEX IF NOT EXISTS deleted_accounts_by_time ON deleted_accounts (deleted_at);
