-- Signed status roots of the issuers that this verifier trusts, checked before they are stored.
CREATE TABLE roots (
    issuer    TEXT   NOT NULL,
    issued_at BIGINT NOT NULL,
    root      TEXT   NOT NULL,
    signed    TEXT   NOT NULL,
    PRIMARY KEY (issuer, issued_at)
);
