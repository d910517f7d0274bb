-- What is closed now, for lists of people: few of the rows that are counted, and found by the account.
CREATE INDEX IF NOT EXISTS attempt_counts_closed ON attempt_counts (account_id, window_ends_at) WHERE closed = 1;
