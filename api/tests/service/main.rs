//! The service under test, one file a resource.

#![allow(clippy::unwrap_used)]

mod answers;
mod chain;
mod child;
mod chips;
mod client;
mod config;
mod contract_wallets;
mod crash;
mod dependencies;
mod device;
mod devices;
mod documents;
mod evidence;
mod kinds;
mod ledger;
mod life;
mod limits;
mod lines;
mod metadata;
mod pages;
mod phones;
mod post_root;
mod presentation;
mod privacy;
mod published;
mod races;
mod recovery;
mod registration;
mod registry;
mod registry_arguments;
mod registry_faults;
mod robustness;
mod schema;
mod serving;
mod sessions;
mod socket;
mod status_list;
mod unlinkability;
mod verify;
mod world;
