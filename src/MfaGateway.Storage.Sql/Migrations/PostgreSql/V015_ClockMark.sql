-- The latest time that any gateway on this store has seen. A clock that is far behind it was set back.
CREATE TABLE IF NOT EXISTS clock_marks (
  id BIGINT NOT NULL PRIMARY KEY,
  latest_at BIGINT NOT NULL
);
