-- In which languages a person's browser asked at the last sign-in, of those that mails are written in: for mails that nobody's browser
-- asks for, such as warnings.
CREATE TABLE IF NOT EXISTS account_languages (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  languages TEXT NOT NULL
);
