-- What a flow was begun for; a flow without a row is there to meet its policy.
-- A table of its own, because a column that is there already can't be added again.
CREATE TABLE IF NOT EXISTS challenge_flow_purposes (
  flow_id TEXT NOT NULL PRIMARY KEY REFERENCES challenge_flows (id) ON DELETE CASCADE,
  purpose BIGINT NOT NULL
);
