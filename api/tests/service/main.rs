//! The service under test, one file a resource.

#![allow(clippy::unwrap_used)]

mod client;
mod config;
mod dependencies;
mod device;
mod documents;
mod evidence;
mod limits;
mod lines;
mod metadata;
mod presentation;
mod privacy;
mod published;
mod races;
mod registration;
mod schema;
mod serving;
mod sessions;
mod status_list;
mod verify;
mod world;
