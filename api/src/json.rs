//! Request bodies: JSON that is exactly what its type says.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use crate::problem::{Code, Problem};

/// A body of type `T`. Unknown and duplicate members, other content types, trailing text and
/// bodies over the limit are refused, with a JSON pointer to the place.
///
/// The types themselves carry `deny_unknown_fields` and the limits of their parts.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T, S> FromRequest<S> for Body<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("application/json"));
        if !json {
            return Err(Code::ContentTypeNotJson.into());
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(refused_bytes)?;
        parse(&bytes).map(Self)
    }
}

fn refused_bytes(rejection: BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Code::BodyTooLarge.into()
    } else {
        Code::BodyUnreadable.into()
    }
}

/// Reads `bytes` as a `T`.
///
/// # Errors
/// `json_malformed` where it is no JSON, `json_unknown_member`, `json_duplicate_member`,
/// `json_missing_member` or `json_invalid_value` where it is another type's.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer(error.path());
        let error = error.into_inner();
        if error.is_data() {
            classify(&error.to_string(), pointer)
        } else {
            malformed(&error)
        }
    })?;
    reader.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(Code::JsonMalformed).detail(format!(
        "line {}, column {}",
        error.line(),
        error.column()
    ))
}

/// serde states what went wrong only in words. Of those, a name that stands in our own types may
/// go back to the client; what was sent may not.
fn classify(message: &str, pointer: String) -> Problem {
    let ours = |prefix: &str| {
        message
            .strip_prefix(prefix)
            .and_then(|rest| rest.split('`').next())
            .map(str::to_owned)
    };
    if message.starts_with("unknown field") {
        // The last segment is the unknown name itself, which was sent.
        let object = pointer
            .rsplit_once('/')
            .map_or("", |(object, _)| object)
            .to_owned();
        // From the right: a name that was sent may hold the same words.
        let known = message
            .rsplit_once("`, expected ")
            .map_or("", |(_, known)| {
                known.split(" at line ").next().unwrap_or("")
            });
        return Problem::new(Code::JsonUnknownMember).at(
            object,
            format!("a member has an unknown name; known: {known}"),
        );
    }
    if let Some(name) = ours("missing field `") {
        return Problem::new(Code::JsonMissingMember)
            .at(pointer, format!("the member `{name}` is missing"));
    }
    if let Some(name) = ours("duplicate field `") {
        return Problem::new(Code::JsonDuplicateMember)
            .at(pointer, format!("the member `{name}` stands twice"));
    }
    Problem::new(Code::JsonInvalidValue)
        .at(pointer, "the value has not the form that the schema states")
}

/// RFC 6901.
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[allow(dead_code)]
        number: u8,
    }

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[allow(dead_code)]
        list: Vec<Inner>,
    }

    fn refusal(text: &str) -> (Code, Vec<(String, String)>) {
        let problem = parse::<Outer>(text.as_bytes()).unwrap_err();
        let places = problem
            .places()
            .iter()
            .map(|p| (p.pointer.clone(), p.detail.clone()))
            .collect();
        (problem.code(), places)
    }

    #[test]
    fn every_fault_has_its_code_and_place() {
        assert!(parse::<Outer>(br#"{"list":[{"number":1}]}"#).is_ok());
        let at = |text: &str| {
            let (code, places) = refusal(text);
            (
                code,
                places.first().map(|p| p.0.clone()).unwrap_or_default(),
            )
        };
        assert_eq!(at("{"), (Code::JsonMalformed, String::new()));
        assert_eq!(at("{\"list\":[]} x"), (Code::JsonMalformed, String::new()));
        assert_eq!(at("{}"), (Code::JsonMissingMember, String::new()));
        assert_eq!(at(r#"{"list":[],"list":[]}"#).0, Code::JsonDuplicateMember);
        assert_eq!(at(r#"{"list":[],"more":1}"#).0, Code::JsonUnknownMember);
        assert_eq!(
            at(r#"{"list":[{"number":1},{"number":300}]}"#),
            (Code::JsonInvalidValue, "/list/1/number".into())
        );
        assert_eq!(
            at(r#"{"list":[{"number":1,"secret":2}]}"#).0,
            Code::JsonUnknownMember
        );
    }

    #[test]
    fn what_was_sent_never_comes_back() {
        for text in [
            r#"{"list":[{"number":"ERIKSSON"}]}"#,
            r#"{"list":[],"ERIKSSON":1}"#,
            r#"{"list":[],"x`, expected ERIKSSON":1}"#,
            r#"{"list":"ERIKSSON"}"#,
        ] {
            let (_, places) = refusal(text);
            assert!(!format!("{places:?}").contains("ERIKSSON"), "{text}");
        }
    }

    #[test]
    fn a_deep_body_is_refused_without_a_crash() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(
            parse::<serde_json::Value>(deep.as_bytes())
                .unwrap_err()
                .code(),
            Code::JsonMalformed
        );
    }
}
