-- The life of a credential: refresh, renewal, recovery, blocking, deletion.

-- A session of kind recover waits, announced, until its day.
ALTER TABLE sessions DROP CONSTRAINT sessions_state_check;
ALTER TABLE sessions ADD CONSTRAINT sessions_state_check CHECK (state IN
    ('created', 'documented', 'announced', 'issued', 'acknowledged', 'cancelled', 'expired'));
CREATE INDEX sessions_by_index ON sessions (issuer, status_index);

-- 1 where a credential of the line was revoked for fraud.
ALTER TABLE lines ADD COLUMN blocked BIGINT NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1));

-- The place of a credential in its line, from 0. Until here a line had one.
ALTER TABLE credentials ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
DROP INDEX credentials_by_line;
CREATE UNIQUE INDEX credentials_by_line ON credentials (line_id, place);

CREATE INDEX line_documents_by_line ON line_documents (line_id);
CREATE INDEX line_persons_by_line ON line_persons (line_id);
CREATE INDEX line_numbers_by_line ON line_numbers (line_id);
CREATE INDEX line_documents_by_expiry ON line_documents (document_expires);

-- Bits in the order in which they were set, each with the issue time of the first signed root that
-- shows it. A bit is never cleared and its row never deleted, so that no index is given again.
ALTER TABLE revocations ADD COLUMN sequence BIGINT GENERATED ALWAYS AS IDENTITY;
ALTER TABLE revocations ADD COLUMN shown_at BIGINT;
CREATE INDEX revocations_unseen ON revocations (issuer, sequence) WHERE shown_at IS NULL;

-- Recoveries: which holder key a line is to get, and when. Days alone, no seconds.
CREATE TABLE recoveries (
    session_id          TEXT   NOT NULL PRIMARY KEY,
    issuer              TEXT   NOT NULL,
    line_id             BIGINT NOT NULL REFERENCES lines (id),
    state               TEXT   NOT NULL CHECK (state IN
                            ('announced', 'effective', 'released', 'cancelled')),
    announced_on        BIGINT NOT NULL,
    effective_on        BIGINT NOT NULL,
    holder_key          TEXT   NOT NULL,
    template_commitment TEXT   NOT NULL,
    model               TEXT   NOT NULL,
    document_level      BIGINT NOT NULL,
    device_level        BIGINT NOT NULL,
    pepper_version      BIGINT NOT NULL,
    document_tag        BYTEA  NOT NULL,
    statement_digest    BYTEA  NOT NULL,
    app                 TEXT
);

CREATE INDEX recoveries_by_line ON recoveries (line_id, announced_on);
CREATE INDEX recoveries_by_holder ON recoveries (issuer, holder_key);
CREATE INDEX recoveries_by_day ON recoveries (state, effective_on);
