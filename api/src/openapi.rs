//! The description of the interface, made from the handlers.

use axum::Json;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};

use crate::problem::ProblemDetails;
use crate::{issuer, verifier, well_known};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Humanseal",
        description = "Issuer and verifier of proofs that a network member is a verified human.\n\n\
Limits, as the configuration leaves them unless an operator says otherwise: a body has at most \
131,072 bytes, that of `POST /v1/verify/batch` at most 2,097,152; a call takes at most 30 seconds. \
A document has 5 liveness plans in 24 hours; evidence is due 120 seconds after its plan, 300 for \
the accessible one, and 60 minutes after the session was opened; the acknowledgement 24 hours \
after the evidence. A pass lives at most 24 hours. Unknown and repeated members are refused. \
Every path can give `route_unknown` (404) and `method_not_allowed` (405).",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    components(schemas(ProblemDetails)),
    modifiers(&Tokens)
)]
struct Description;

struct Tokens;

impl Modify for Tokens {
    fn modify(&self, openapi: &mut OpenApi) {
        let components = openapi.components.get_or_insert_default();
        for (name, about) in [
            ("session", "The session's token, given when it was opened."),
            ("verifier", "The token of the verifier's back end."),
            ("operator", "The operator's token."),
        ] {
            let scheme = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some(about))
                .build();
            components.add_security_scheme(name, SecurityScheme::Http(scheme));
        }
    }
}

/// The description of all routes, OpenAPI 3.1, whichever parts a process serves.
pub fn description() -> OpenApi {
    let mut openapi = Description::openapi();
    for part in [
        issuer::routes().into_openapi(),
        verifier::routes().into_openapi(),
        verifier::batch_routes().into_openapi(),
        well_known::routes().into_openapi(),
    ] {
        openapi.merge(part);
    }
    openapi
}

/// `GET /openapi.json`.
pub(crate) async fn json() -> Json<OpenApi> {
    Json(description())
}
