-- One row for each time the change mark was raised: whose cached sessions are out of date. Old ones are swept.
CREATE TABLE IF NOT EXISTS account_changes (
  mark BIGINT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL
);

-- Which session carries on one that its own step-up has ended. A chain is kept short: all of it points to the last.
CREATE TABLE IF NOT EXISTS session_successions (
  ended_session_id TEXT NOT NULL PRIMARY KEY,
  session_id TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS session_successions_by_session ON session_successions (session_id);

CREATE INDEX IF NOT EXISTS session_successions_by_end ON session_successions (expires_at);
