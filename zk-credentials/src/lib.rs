//! Field encodings, credentials, status lists, the two circuits, proofs and their verification.
//!
//! A holder has a secret; an issuer signs a [`credential::Credential`] over the holder key; a
//! proof of circuit `enrol` says that two committed faces are similar, a proof of circuit
//! `present` that a signed, unrevoked credential satisfies a policy. This crate knows no image, no
//! HTTP and no database; time and randomness come in as arguments. The normative text is
//! docs/protocol.md, whose sections the modules name.
//!
//! ```
//! use humanseal_zk_credentials::entropy::OsEntropy;
//! use humanseal_zk_credentials::holder::{HolderSecret, Scope, Slot};
//!
//! let secret = HolderSecret::generate(&mut OsEntropy);
//! let scope = Scope::new("network.example", "register", 0);
//! // One secret has exactly one nullifier for each slot of a scope.
//! assert_eq!(secret.nullifier(scope, Slot(0)), secret.nullifier(scope, Slot(0)));
//! assert_ne!(secret.nullifier(scope, Slot(0)), secret.nullifier(scope, Slot(1)));
//! ```

pub mod field;

pub mod word;

pub mod entropy;

pub mod poseidon;

pub mod calendar;

pub mod holder;

pub mod template;

pub mod baby_jubjub;
pub mod eddsa;

pub mod nationality;

pub mod policy;

pub mod content_id;
pub mod status_list;
pub mod status_log;
pub mod status_root;
pub mod status_tree;

pub mod credential;

pub mod circuit;

pub mod groth16;

pub mod keys;

pub mod enrolment;
pub mod presentation;

pub mod iden3;
pub mod specimen;

pub mod exchange;
