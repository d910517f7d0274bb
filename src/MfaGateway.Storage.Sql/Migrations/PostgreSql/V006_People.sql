-- Groups stand in rows, so that members are found by the group. What stood one a line in accounts.group_names moves here;
-- that column is empty from now on. The position keeps the order in which they were given.
CREATE TABLE IF NOT EXISTS account_groups (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  group_name TEXT NOT NULL,
  PRIMARY KEY (account_id, group_name)
);

CREATE INDEX IF NOT EXISTS account_groups_by_name ON account_groups (group_name, account_id);

INSERT INTO account_groups (account_id, position, group_name)
SELECT id, ordinality - 1, name
FROM accounts, unnest(string_to_array(group_names, chr(10))) WITH ORDINALITY AS pieces (name, ordinality)
WHERE group_names <> ''
ON CONFLICT DO NOTHING;

UPDATE accounts SET group_names = '' WHERE group_names <> '';

CREATE INDEX IF NOT EXISTS accounts_disabled ON accounts (id) WHERE disabled = 1;

-- What people are searched by, in the order of lists: folded user name, address and display name, one a line. Small rows,
-- because a search for a part of a name reads them all. Without text it is still to be folded, which SQL can't: see SearchTexts.
CREATE TABLE IF NOT EXISTS account_search (
  folded_user_name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL UNIQUE REFERENCES accounts (id) ON DELETE CASCADE,
  search_text TEXT
);

CREATE INDEX IF NOT EXISTS account_search_to_fill ON account_search (account_id) WHERE search_text IS NULL;

INSERT INTO account_search (folded_user_name, account_id)
SELECT folded_user_name, id FROM accounts WHERE true
ON CONFLICT DO NOTHING;

-- Whoever may take an administrator away holds this row, so that two can't each take the other away: see LastAdministrator.
CREATE TABLE IF NOT EXISTS administrator_gates (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1)
);

INSERT INTO administrator_gates (id) VALUES (1) ON CONFLICT (id) DO NOTHING;

-- One-time links that set a password; the newest of each purpose is good.
CREATE TABLE IF NOT EXISTS password_tokens (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  purpose BIGINT NOT NULL,
  token_hash BYTEA NOT NULL UNIQUE,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, purpose)
);

CREATE INDEX IF NOT EXISTS password_tokens_by_end ON password_tokens (expires_at);

-- While an account has a row here, even one whose time is over, nobody enrols for it without the code. The flow that gave
-- the code may enrol; the row goes in the transaction that keeps the authenticator.
CREATE TABLE IF NOT EXISTS enrollment_codes (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  code_hash BYTEA NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  given_in_flow_id TEXT
);
