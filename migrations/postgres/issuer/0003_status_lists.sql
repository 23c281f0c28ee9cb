-- Bits of an issuer key's list that are 1 now. An index that was ever given stays in `credentials`.
CREATE TABLE revocations (
    issuer       TEXT   NOT NULL,
    status_index BIGINT NOT NULL,
    PRIMARY KEY (issuer, status_index)
);

-- Indices against which a recovery is announced.
CREATE TABLE contests (
    issuer       TEXT   NOT NULL,
    status_index BIGINT NOT NULL,
    PRIMARY KEY (issuer, status_index)
);

-- Signed roots, chained by hash. Rows are never changed; the list of an old root may be dropped.
CREATE TABLE status_roots (
    issuer     TEXT   NOT NULL,
    issued_at  BIGINT NOT NULL,
    signed     TEXT   NOT NULL,
    compressed BYTEA,
    PRIMARY KEY (issuer, issued_at)
);
