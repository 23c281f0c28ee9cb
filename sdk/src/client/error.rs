//! Why a call did not succeed, and the problem documents (RFC 9457) that say so.

use ureq::http::StatusCode;

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is no URL of a service: scheme and host, perhaps a port, nothing else.
    #[error("the address is not of the form https://host or https://host:port")]
    AddressInvalid,
    /// Plain http, and not to this machine in development.
    #[error("only https is used; http is for this machine in development")]
    AddressInsecure,
    /// There was no answer.
    #[error("the service cannot be reached; check the address and the network ({0})")]
    Unreachable(String),
    /// The answer took too long.
    #[error("the service took too long; try again")]
    TimedOut,
    /// The answer is larger than this call allows.
    #[error("the service's answer is larger than this call allows")]
    AnswerTooLarge,
    /// The answer is not what this call expects.
    #[error("the service's answer is not what this call expects ({0})")]
    AnswerInvalid(String),
    /// The request does not wait for an answer any more.
    #[error("the request is used or expired; ask the verifier for a new one")]
    RequestClosed,
    /// What is to be sent cannot be written as JSON.
    #[error("what is to be sent cannot be written as JSON")]
    BodyImpossible,
    /// The service refused, with a code of its own.
    #[error("the service refused: {code} ({detail})")]
    Problem {
        /// HTTP status.
        status: u16,
        /// The service's stable code.
        code: String,
        /// A finer code of the part that refused, where there is one.
        reason: Option<String>,
        /// What the service says about it.
        detail: String,
    },
}

impl ClientError {
    /// The stable code; for a refusal, the service's.
    pub fn code(&self) -> &str {
        match self {
            Self::AddressInvalid => "address_invalid",
            Self::AddressInsecure => "address_insecure",
            Self::Unreachable(_) => "service_unreachable",
            Self::TimedOut => "service_timed_out",
            Self::AnswerTooLarge => "answer_too_large",
            Self::AnswerInvalid(_) => "answer_invalid",
            Self::RequestClosed => "request_closed",
            Self::BodyImpossible => "body_impossible",
            Self::Problem { code, .. } => code,
        }
    }
}

/// An error of the connection.
pub(super) fn transport(error: ureq::Error) -> ClientError {
    match error {
        ureq::Error::Timeout(_) => ClientError::TimedOut,
        ureq::Error::BodyExceedsLimit(_) => ClientError::AnswerTooLarge,
        ureq::Error::RequireHttpsOnly(_) => ClientError::AddressInsecure,
        other => ClientError::Unreachable(other.to_string()),
    }
}

/// The error that an answer other than 2xx is.
pub(super) fn of_answer(status: StatusCode, body: Option<&[u8]>) -> ClientError {
    let problem = body.and_then(|body| serde_json::from_slice::<Problem>(body).ok());
    match problem {
        Some(problem) if is_code(&problem.code) => ClientError::Problem {
            status: status.as_u16(),
            detail: problem.words(),
            reason: problem.reason.filter(|reason| is_code(reason)),
            code: problem.code,
        },
        _ => ClientError::AnswerInvalid(format!("status {status} without a problem document")),
    }
}

/// A problem document; members beyond these are allowed by RFC 9457 section 3.2 and not needed.
#[derive(serde::Deserialize)]
struct Problem {
    code: String,
    #[serde(default)]
    title: String,
    detail: Option<String>,
    reason: Option<String>,
}

impl Problem {
    /// The most specific words there are, fit for a terminal.
    fn words(&self) -> String {
        let said = self
            .detail
            .as_deref()
            .unwrap_or(&self.title)
            .trim_end_matches('.');
        let reason = self.reason.as_deref().filter(|reason| is_code(reason));
        printable(&reason.map_or(said.to_owned(), |reason| format!("{said}: {reason}")))
    }
}

/// A stable code is what this project's services write: short snake_case.
fn is_code(code: &str) -> bool {
    (1..=64).contains(&code.len())
        && code
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// What a service says may reach a terminal: control characters do not.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(300)
        .collect()
}
