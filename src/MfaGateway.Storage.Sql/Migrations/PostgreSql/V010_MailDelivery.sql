-- What else is known of a mail in mail_outbox: by when it must be delivered, and why its last attempt failed. One without a row
-- has no such end and has not failed.
-- A table of its own, because a column that is there already can't be added again.
CREATE TABLE IF NOT EXISTS mail_deliveries (
  mail_id TEXT NOT NULL PRIMARY KEY REFERENCES mail_outbox (id) ON DELETE CASCADE,
  deliver_by BIGINT,
  fault TEXT,
  status BIGINT,
  failed_at BIGINT
);

CREATE INDEX IF NOT EXISTS mail_deliveries_by_end ON mail_deliveries (deliver_by);
