//! The service under test, one file a resource.

#![allow(clippy::unwrap_used)]

mod client;
mod config;
mod dependencies;
mod device;
mod limits;
mod metadata;
mod presentation;
mod privacy;
mod registration;
mod schema;
mod serving;
mod sessions;
mod status_list;
mod verify;
mod world;
