-- What one issuer key takes for one person. Tags are keyed hashes under a pepper that is not in
-- this database; a tag is looked up under every pepper version that the service still holds.
CREATE TABLE lines (
    id     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    issuer TEXT   NOT NULL
);

CREATE TABLE line_documents (
    line_id          BIGINT NOT NULL REFERENCES lines (id),
    issuer           TEXT   NOT NULL,
    pepper_version   BIGINT NOT NULL,
    document_tag     BYTEA  NOT NULL,
    document_expires BIGINT NOT NULL,
    PRIMARY KEY (issuer, pepper_version, document_tag)
);

CREATE TABLE line_persons (
    line_id        BIGINT NOT NULL REFERENCES lines (id),
    issuer         TEXT   NOT NULL,
    pepper_version BIGINT NOT NULL,
    person_tag     BYTEA  NOT NULL,
    PRIMARY KEY (issuer, pepper_version, person_tag, line_id)
);

CREATE TABLE line_numbers (
    line_id        BIGINT NOT NULL REFERENCES lines (id),
    issuer         TEXT   NOT NULL,
    pepper_version BIGINT NOT NULL,
    number_tag     BYTEA  NOT NULL,
    PRIMARY KEY (issuer, pepper_version, number_tag)
);

-- The credentials of a line, newest last. Not the credentials themselves: those are never stored.
CREATE TABLE credentials (
    issuer              TEXT   NOT NULL,
    status_index        BIGINT NOT NULL,
    line_id             BIGINT NOT NULL REFERENCES lines (id),
    holder_key          TEXT   NOT NULL,
    template_commitment TEXT   NOT NULL,
    model               TEXT   NOT NULL,
    document_level      BIGINT NOT NULL,
    device_level        BIGINT NOT NULL,
    unique_level        BIGINT NOT NULL,
    established_on      BIGINT NOT NULL,
    expires_on          BIGINT NOT NULL,
    app                 TEXT,
    PRIMARY KEY (issuer, status_index)
);

CREATE INDEX credentials_by_line ON credentials (line_id);
CREATE INDEX credentials_by_holder ON credentials (issuer, holder_key);
