//! How a page leaves the house: its bytes in three encodings, its tag, and the answer that fits a request.
//!
//! INVARIANT (same words): every encoding of a [`Ready`] holds the same text; the tag is over that text.

use std::{io::Write as _, sync::OnceLock};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use sha2::{Digest as _, Sha256};

/// What may be kept by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Asked about each time; the tag answers quickly.
    AskAgain,
    /// Never changes under its name.
    Forever,
    /// Kept by whoever asked and by nothing in between, and asked about each time.
    Own,
    /// Not kept anywhere.
    Never,
}

impl Keep {
    fn header(self) -> &'static str {
        match self {
            Self::AskAgain => "no-cache",
            Self::Forever => "public, max-age=31536000, immutable",
            Self::Own => "private, no-cache",
            Self::Never => "no-store",
        }
    }
}

/// A text that is ready to be sent. Its compressed forms are made when first asked for.
#[derive(Debug)]
pub struct Ready {
    plain: Bytes,
    kind: &'static str,
    tag: String,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

/// HTML in UTF-8.
pub const HTML: &str = "text/html; charset=utf-8";

/// Sixteen hexadecimal digits of a text's SHA-256.
pub(crate) fn short_digest(text: &[u8]) -> String {
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

impl Ready {
    /// Makes a text ready.
    pub fn new(text: String, kind: &'static str) -> Self {
        // Weak, because the same tag stands for every encoding.
        let tag = format!("W/\"{}\"", short_digest(text.as_bytes()));
        let (brotli, gzip) = (OnceLock::new(), OnceLock::new());
        Self { plain: Bytes::from(text), kind, tag, brotli, gzip }
    }

    /// Its tag.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    fn body(&self, coding: Coding) -> Bytes {
        let kept = match coding {
            Coding::Identity => return self.plain.clone(),
            Coding::Brotli => self.brotli.get_or_init(|| brotli(&self.plain).unwrap_or_default()),
            Coding::Gzip => self.gzip.get_or_init(|| gzip(&self.plain).unwrap_or_default()),
        };
        kept.clone()
    }

    /// The answer to a request with these headers.
    pub fn answer(&self, asked: &HeaderMap, status: StatusCode, keep: Keep) -> Response {
        let may_match = status == StatusCode::OK && keep != Keep::Never;
        if may_match && is_known(asked, &self.tag) {
            return self.respond(Body::empty(), StatusCode::NOT_MODIFIED, keep, Coding::Identity);
        }
        let mut coding = Coding::negotiate(asked);
        let mut body = self.body(coding);
        if body.is_empty() {
            (coding, body) = (Coding::Identity, self.plain.clone());
        }
        self.respond(Body::from(body), status, keep, coding)
    }

    fn respond(&self, body: Body, status: StatusCode, keep: Keep, coding: Coding) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep.header()));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if keep != Keep::Never
            && let Ok(tag) = HeaderValue::from_str(&self.tag)
        {
            headers.insert(header::ETAG, tag);
        }
        if status != StatusCode::NOT_MODIFIED {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
            if let Some(word) = coding.word() {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(word));
            }
        }
        response
    }
}

fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == "*" || bare(known) == bare(tag))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Identity,
    Gzip,
    Brotli,
}

impl Coding {
    fn word(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }

    /// The smallest that the asker takes. A weight of nought is a refusal; other weights do not change the choice.
    fn negotiate(asked: &HeaderMap) -> Self {
        let takes = |word: &str| {
            asked
                .get_all(header::ACCEPT_ENCODING)
                .iter()
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(','))
                .any(|entry| {
                    let (coding, weight) = entry.split_once(';').unwrap_or((entry, ""));
                    let weight =
                        weight.trim().trim_start_matches("q=").parse::<f32>().unwrap_or(1.0);
                    coding.trim().eq_ignore_ascii_case(word) && weight > 0.0
                })
        };
        if takes("br") {
            Self::Brotli
        } else if takes("gzip") {
            Self::Gzip
        } else {
            Self::Identity
        }
    }
}

/// Quality 5 with a small window: a page of 60 kB takes about a millisecond and little memory.
fn brotli(text: &[u8]) -> std::io::Result<Bytes> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 5,
        lgwin: 18,
        size_hint: text.len(),
        ..brotli::enc::BrotliEncoderParams::default()
    };
    let mut packed = Vec::with_capacity(text.len() / 4);
    let mut text = text;
    brotli::BrotliCompress(&mut text, &mut packed, &parameters)?;
    Ok(Bytes::from(packed))
}

fn gzip(text: &[u8]) -> std::io::Result<Bytes> {
    let room = Vec::with_capacity(text.len() / 4);
    let mut encoder = flate2::write::GzEncoder::new(room, flate2::Compression::new(6));
    encoder.write_all(text)?;
    encoder.finish().map(Bytes::from)
}
