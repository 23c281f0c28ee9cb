//! The holder's device: read a document, prove a match, hold a credential, present it.
