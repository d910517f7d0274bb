-- Links that people ask for themselves stand in password_tokens. Where nobody has the address a row is kept all the same, here, so
-- that asking takes as long. Nothing leads to such a row.
CREATE TABLE IF NOT EXISTS unsent_password_tokens (
  token_hash BLOB NOT NULL PRIMARY KEY,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS unsent_password_tokens_by_end ON unsent_password_tokens (expires_at);
