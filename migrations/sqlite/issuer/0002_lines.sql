-- What one issuer key takes for one person. Tags are keyed hashes under a pepper that is not in
-- this database; a tag is looked up under every pepper version that the service still holds.
CREATE TABLE lines (
    id     INTEGER NOT NULL PRIMARY KEY,
    issuer TEXT    NOT NULL
) STRICT;

CREATE TABLE line_documents (
    line_id          INTEGER NOT NULL REFERENCES lines (id),
    issuer           TEXT    NOT NULL,
    pepper_version   INTEGER NOT NULL,
    document_tag     BLOB    NOT NULL,
    document_expires INTEGER NOT NULL,
    PRIMARY KEY (issuer, pepper_version, document_tag)
) STRICT;

CREATE TABLE line_persons (
    line_id        INTEGER NOT NULL REFERENCES lines (id),
    issuer         TEXT    NOT NULL,
    pepper_version INTEGER NOT NULL,
    person_tag     BLOB    NOT NULL,
    PRIMARY KEY (issuer, pepper_version, person_tag, line_id)
) STRICT;

CREATE TABLE line_numbers (
    line_id        INTEGER NOT NULL REFERENCES lines (id),
    issuer         TEXT    NOT NULL,
    pepper_version INTEGER NOT NULL,
    number_tag     BLOB    NOT NULL,
    PRIMARY KEY (issuer, pepper_version, number_tag)
) STRICT;

-- The credentials of a line, newest last. Not the credentials themselves: those are never stored.
CREATE TABLE credentials (
    issuer              TEXT    NOT NULL,
    status_index        INTEGER NOT NULL,
    line_id             INTEGER NOT NULL REFERENCES lines (id),
    holder_key          TEXT    NOT NULL,
    template_commitment TEXT    NOT NULL,
    model               TEXT    NOT NULL,
    document_level      INTEGER NOT NULL,
    device_level        INTEGER NOT NULL,
    unique_level        INTEGER NOT NULL,
    established_on      INTEGER NOT NULL,
    expires_on          INTEGER NOT NULL,
    app                 TEXT,
    PRIMARY KEY (issuer, status_index)
) STRICT;

CREATE INDEX credentials_by_line ON credentials (line_id);
CREATE INDEX credentials_by_holder ON credentials (issuer, holder_key);
