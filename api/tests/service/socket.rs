//! HTTP/1.1 over a socket, one call a connection, with a hold on every byte: tests break off where
//! a client library would not.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::Answer;

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The bytes of a call, the connection closed after it.
pub async fn bytes(request: Request<Body>) -> Vec<u8> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 16 << 20).await.unwrap();
    let mut bytes = format!("{} {} HTTP/1.1\r\n", parts.method, parts.uri).into_bytes();
    for (name, value) in &parts.headers {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    let length = body.len();
    bytes.extend(
        format!("host: id.example\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n")
            .into_bytes(),
    );
    bytes.extend(&body);
    bytes
}

/// Sends a call; the answer is still to be read.
pub async fn start(address: SocketAddr, call: &[u8]) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    stream.write_all(call).await?;
    Ok(stream)
}

/// Reads the answer; an error where the connection ends before it.
pub async fn finish(mut stream: TcpStream) -> Result<Answer> {
    let mut bytes = vec![];
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes))
        .await
        .map_err(|_| Error::from(ErrorKind::TimedOut))??;
    parse(&bytes).ok_or_else(|| Error::from(ErrorKind::UnexpectedEof))
}

/// One call and its answer.
pub async fn send(address: SocketAddr, request: Request<Body>) -> Result<Answer> {
    finish(start(address, &bytes(request).await).await?).await
}

/// A whole answer; none where some of it is missing.
fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let mut lines = std::str::from_utf8(&bytes[..end]).ok()?.split("\r\n");
    let status = lines
        .next()?
        .split(' ')
        .nth(1)?
        .parse::<StatusCode>()
        .ok()?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ")?;
        headers.append(
            name.parse::<HeaderName>().ok()?,
            value.parse::<HeaderValue>().ok()?,
        );
    }
    let body = Bytes::copy_from_slice(&bytes[end + 4..]);
    let length = headers
        .get("content-length")
        .map_or(Some(0), |length| length.to_str().ok()?.parse().ok())?;
    (body.len() == length).then_some(Answer {
        status,
        headers,
        body,
    })
}
