//! Which refusals a route gives, by status and code.
//!
//! Every route can also give `internal`, `storage_unavailable`, `request_timed_out` and, under
//! another method, `method_not_allowed`. A route lists the rest in the order of the catalogue, a
//! range standing for a section of it.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde_json::json;
use utoipa::IntoResponses;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder};

use crate::problem::Code;

macro_rules! refusals {
    ($($(#[$doc:meta])+ $name:ident: $($first:ident $(..= $last:ident)?),*;)+) => {
        $(
            $(#[$doc])+
            #[derive(Debug)]
            pub struct $name;

            impl IntoResponses for $name {
                fn responses() -> BTreeMap<String, RefOr<Response>> {
                    by_status(&[$(refusals!(@range $first $($last)?)),*])
                }
            }
        )+
    };
    (@range $only:ident) => { Code::$only..=Code::$only };
    (@range $first:ident $last:ident) => { Code::$first..=Code::$last };
}

refusals! {
    /// Of what needs nothing but the process.
    Plain:;
    /// Of `GET /readyz`.
    Readiness: NotReady;
    /// Of opening a session.
    SessionOpening: ContentTypeNotJson..=JsonInvalidValue,
        IssuerUnknown..=ConsentMismatch;
    /// Of looking at a session.
    SessionReading: ParameterInvalid..=TokenInvalid, SessionUnknown..=SessionExpired;
    /// Of ending a session.
    SessionEnding: ParameterInvalid..=TokenInvalid, SessionUnknown..=SessionStateWrong;
    /// Of erasing a session, which may be over.
    SessionErasure: ParameterInvalid..=TokenInvalid, SessionUnknown;
    /// Of the document step.
    DocumentStep: ServiceBusy, ContentTypeNotJson..=TokenInvalid, IssuerUnknown,
        SessionUnknown..=SessionStateWrong, DocumentShape..=AttemptsExhausted, HolderKeyMismatch,
        DocumentKnown, DocumentBlocked, DocumentLevelLower, RecoveryPending..=StatusListFull,
        AppStruck;
    /// Of the evidence step.
    EvidenceStep: ServiceBusy, ContentTypeNotJson..=TokenInvalid, IssuerUnknown,
        SessionUnknown..=SessionStateWrong, DocumentLevelTooLow, PlanSpent..=StatusListFull,
        PublicInputNotCanonical, ProofMalformed..=ProofInvalid;
    /// Of the newest status lists, their roots and the log of roots.
    ListReading: ServiceBusy, ParameterInvalid, IssuerUnknown, IssuerRequired;
    /// Of a status list by its name.
    NamedListReading: ServiceBusy, ParameterInvalid, IssuerUnknown, StatusListUnknown,
        IssuerRequired;
    /// Of revoking a credential.
    Revocation: ParameterInvalid..=TokenInvalid, IssuerUnknown,
        StatusIndexUnknown..=IssuerRequired;
    /// Of striking an app.
    AppStriking: ParameterInvalid..=TokenInvalid;
    /// Of making a request.
    RequestMaking: ServiceBusy, ContentTypeNotJson..=JsonInvalidValue,
        TokenMissing..=TokenInvalid, NetworkUnknown..=RequestImpossible;
    /// Of looking at a request.
    RequestReading: ParameterInvalid, TokenInvalid, RequestUnknown;
    /// Of a presentation, in the order of docs/protocol.md section 10.
    PresentationStep: ServiceBusy, ContentTypeNotJson..=ParameterInvalid, EnvironmentMismatch,
        NetworkUnknown..=ScopeOnChain, RequestUnknown..=RequestMismatch,
        PresentationRefused..=Banned;
    /// Of a check without registry. What the check says stands in the verdict.
    Verification: ServiceBusy, ContentTypeNotJson..=JsonInvalidValue, TokenMissing..=TokenInvalid;
    /// Of checks of many presentations at once.
    BatchVerification: ServiceBusy, ContentTypeNotJson..=JsonInvalidValue,
        TokenMissing..=TokenInvalid, BatchSize;
    /// Of an account's registrations.
    Providers: ParameterInvalid..=TokenInvalid, NetworkUnknown, ProviderUnknown, RegistryStale;
    /// Of ending them.
    ProviderEnding: ParameterInvalid..=TokenInvalid, NetworkUnknown,
        ProviderUnknown..=ProviderOnChain;
    /// Of handing in a status root.
    RootTaking: ContentTypeNotJson..=JsonInvalidValue, TokenMissing..=TokenInvalid,
        IssuerUntrusted, RootSignatureInvalid..=RootFromFuture;
}

/// One response a status: RFC 9457 problem details with one of the listed codes.
fn by_status(ranges: &[RangeInclusive<Code>]) -> BTreeMap<String, RefOr<Response>> {
    let everywhere = [
        Code::Internal,
        Code::StorageUnavailable,
        Code::RequestTimedOut,
        Code::MethodNotAllowed,
    ];
    let mut statuses: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in Code::ALL {
        if everywhere.contains(code) || ranges.iter().any(|range| range.contains(code)) {
            statuses.entry(code.status()).or_default().push(*code);
        }
    }
    statuses
        .into_iter()
        .map(|(status, codes)| (status.to_string(), response(&codes).into()))
        .collect()
}

fn response(codes: &[Code]) -> Response {
    let lines: Vec<String> = codes
        .iter()
        .map(|code| format!("`{}`: {}", code.name(), code.title()))
        .collect();
    let names = codes.iter().map(|code| json!(code.name()));
    let narrowed = ObjectBuilder::new().property(
        "code",
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .enum_values(Some(names.collect::<Vec<_>>())),
    );
    let schema = AllOfBuilder::new()
        .item(Ref::from_schema_name("ProblemDetails"))
        .item(narrowed)
        .build();
    ResponseBuilder::new()
        .description(lines.join("\n\n"))
        .content(
            "application/problem+json",
            ContentBuilder::new()
                .schema(Some(RefOr::T(schema.into())))
                .build(),
        )
        .build()
}
