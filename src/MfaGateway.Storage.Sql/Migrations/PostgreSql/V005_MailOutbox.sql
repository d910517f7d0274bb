-- Mails on their way out. They refer to no account: a mail outlives the account it is about. The content is encrypted, and
-- erased when a mail is given up. Each lease counts as an attempt, and its number tells one taker from the next.
CREATE TABLE IF NOT EXISTS mail_outbox (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  protected_content BYTEA NOT NULL,
  queued_at BIGINT NOT NULL,
  due_at BIGINT,
  attempts BIGINT NOT NULL DEFAULT 0,
  expires_at BIGINT
);

CREATE INDEX IF NOT EXISTS mail_outbox_by_due ON mail_outbox (due_at);
