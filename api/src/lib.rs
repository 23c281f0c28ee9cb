//! The issuer and verifier service, humanseald.
//!
//! It checks documents and evidence, signs credentials, publishes status lists, makes requests and
//! checks presentations (docs/protocol.md sections 5, 6 and 8 to 12). It never receives a face: the
//! crate does not depend on the biometric one, and a test asserts it.
//!
//! [`serve`] runs the whole service on a listener; [`Service`] gives its router alone.
//!
//! ```no_run
//! use humanseal_api::{Config, serve};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::load("humanseald.toml".as_ref())?;
//! let listener = tokio::net::TcpListener::bind(config.listen).await?;
//! serve(config, listener, async { let _ = tokio::signal::ctrl_c().await; }).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Routes
//!
//! Bodies are JSON and of the types in `humanseal_zk_credentials::exchange` and
//! `humanseal_wallet_link`. Refusals are RFC 9457 problems, their codes in docs/errors.md.
//!
//! | route | body | answer | token |
//! | --- | --- | --- | --- |
//! | `POST /v1/sessions` | `CreateSession` | 201 `SessionCreated` | |
//! | `GET /v1/sessions/{id}` | | `{id, state, expires_at?}` | session |
//! | `POST /v1/sessions/{id}/document` | `DocumentBody` | `DocumentAccepted`; `Issued` after a recovery | session |
//! | `POST /v1/sessions/{id}/evidence` | `EvidenceBody` | `Issued`; 202 `RecoveryAnnounced` | session |
//! | `POST /v1/sessions/{id}/ack`, `/cancel`, `DELETE /v1/sessions/{id}` | | 204 | session |
//! | `GET /v1/status-list?issuer=` , `/v1/status-list/contested?issuer=` | | bytes of `StatusList::to_compressed` | |
//! | `GET /v1/status-list/root?issuer=` | | `SignedStatusRoot` | |
//! | `POST /v1/credentials/{status_index}/revoke?issuer=&reason=` | | 204 | operator |
//! | `POST /v1/requests` | `{network, action, epoch?, chains}` | 201 `{id, link, request}` | verifier |
//! | `GET /v1/requests/{id}` | | `{state, request, outcome?}`, `outcome` with token | none or verifier |
//! | `POST /v1/requests/{id}/presentation` | `Presentation` | `{verified, verified_at, nullifier, account, pass, registration}` | |
//! | `POST /v1/verify` | `{request, presentation}` | `{verified, code?, nullifier?, account?}` | verifier |
//! | `POST /v1/verify/batch` | `{entries: […]}` | `{verdicts: […]}` | verifier |
//! | `GET /v1/networks/{network}/providers/{account}` | | registrations, of a contract too | verifier |
//! | `DELETE` of the same, `?ban_days=` | | 204 | operator |
//! | `POST /v1/roots` | `SignedStatusRoot` | 204 | verifier |
//! | `GET /.well-known/humanseal.json` | | `WellKnown` | |
//! | `GET /.well-known/jwks.json` | | `Jwks` | |
//! | `GET /openapi.json`, `/healthz`, `/readyz`, `/metrics` | | | |
//!
//! `issuer` may be left out where the service has one issuer key.

pub mod chain;
pub mod clock;
pub mod config;
mod connections;
pub mod database;
pub mod heavy;
pub mod issuer;
pub mod json;
pub mod metrics;
pub mod openapi;
pub mod parameter;
pub mod post_root;
pub mod problem;
pub mod random;
pub mod registry_arguments;
pub mod request_id;
pub mod schema;
pub mod seal;
mod service;
pub mod token;
pub mod verifier;
pub mod verifying_key;
mod well_known;

pub use config::{Config, ConfigError};
pub use service::{ServeError, Service, serve};
