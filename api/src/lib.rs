//! The issuer and verifier service, humanseald.
