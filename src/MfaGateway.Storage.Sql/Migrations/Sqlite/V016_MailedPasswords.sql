-- Accounts whose password was chosen by a link that was mailed: such a password proves no more than that mailbox does.
-- A table of its own, because a column that is there already can't be added again.
CREATE TABLE IF NOT EXISTS mailed_passwords (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE
);
