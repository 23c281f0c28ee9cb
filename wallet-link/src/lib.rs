//! Accounts, wallet signatures, bindings, requests, presentations and passes.
