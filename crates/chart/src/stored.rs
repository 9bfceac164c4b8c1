//! How a document becomes bytes and back: JSON in a numbered form, checked on both ways.

use percuta_record::{Code, DocumentId};
use serde::{Serialize, de::DeserializeOwned};

/// A document that can be stored.
pub trait Stored: Sized {
    /// Its kind, which is bound to its envelope and never changes.
    const KIND: &'static str;
    /// The form that is written today.
    const FORM: u16;

    /// What has to hold of it whenever it is written or read, as a sentence where it does not.
    fn check(&self) -> Result<(), &'static str>;

    /// Its body in the form of today.
    fn to_bytes(&self) -> Result<Vec<u8>, FormError>;

    /// The document of a stored body, brought up from whatever form it has.
    fn from_bytes(form: u16, bytes: &[u8]) -> Result<Self, FormError>;

    /// Its kind as a code.
    fn kind() -> Code {
        code(Self::KIND)
    }
}

/// A code of the program's own. A text that is no code becomes `unnamed`, which no kind and no action is called.
#[expect(clippy::expect_used, reason = "`unnamed` is a code")]
pub fn code(text: &str) -> Code {
    Code::new(text).unwrap_or_else(|| Code::new("unnamed").expect("it is one"))
}

/// Why a document could not be written or read. It carries nothing of the document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormError {
    /// It breaks what always holds.
    #[error("this {kind} cannot stand: {why}")]
    Broken {
        /// Its kind.
        kind: &'static str,
        /// Why.
        why: &'static str,
    },
    /// It is of a form that this program does not know.
    #[error(
        "this {kind} is stored in form {form}, which this program does not know: it is older than the record"
    )]
    Newer {
        /// Its kind.
        kind: &'static str,
        /// The form.
        form: u16,
    },
    /// Its bytes are not of its form.
    #[error("this {kind} is not stored as its form says")]
    Unreadable {
        /// Its kind.
        kind: &'static str,
    },
}

/// Writes a document in the form of today.
pub(crate) fn write<D: Stored + Serialize>(document: &D) -> Result<Vec<u8>, FormError> {
    document.check().map_err(|why| FormError::Broken { kind: D::KIND, why })?;
    // PRIVACY: the cause may quote the document, so it is dropped.
    serde_json::to_vec(document).map_err(|_quotes| FormError::Unreadable { kind: D::KIND })
}

/// Reads a document of the form of today.
pub(crate) fn read<D: Stored + DeserializeOwned>(form: u16, bytes: &[u8]) -> Result<D, FormError> {
    if form != D::FORM {
        return Err(FormError::Newer { kind: D::KIND, form });
    }
    // PRIVACY: the cause may quote the document, so it is dropped.
    let document: D =
        serde_json::from_slice(bytes).map_err(|_quotes| FormError::Unreadable { kind: D::KIND })?;
    document.check().map_err(|why| FormError::Broken { kind: D::KIND, why })?;
    Ok(document)
}

/// Reads a document of a form that is not written any more, and raises it to the form of today.
pub(crate) fn raise<Old, D>(bytes: &[u8]) -> Result<D, FormError>
where
    Old: DeserializeOwned,
    D: Stored + From<Old>,
{
    // PRIVACY: the cause may quote the document, so it is dropped.
    let old: Old =
        serde_json::from_slice(bytes).map_err(|_quotes| FormError::Unreadable { kind: D::KIND })?;
    let document = D::from(old);
    document.check().map_err(|why| FormError::Broken { kind: D::KIND, why })?;
    Ok(document)
}

/// A document whose only form is its own fields, in JSON.
macro_rules! stored {
    ($document:ty, $kind:literal, |$it:ident| $check:expr) => {
        impl $crate::Stored for $document {
            const KIND: &'static str = $kind;
            const FORM: u16 = 1;

            fn check(&self) -> Result<(), &'static str> {
                let $it = self;
                $check
            }

            fn to_bytes(&self) -> Result<Vec<u8>, $crate::FormError> {
                $crate::stored::write(self)
            }

            fn from_bytes(form: u16, bytes: &[u8]) -> Result<Self, $crate::FormError> {
                $crate::stored::read(form, bytes)
            }
        }
    };
}
pub(crate) use stored;

/// What must hold, as a sentence where it does not.
pub(crate) fn hold(holds: bool, otherwise: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(otherwise) }
}

/// A document's id that is fixed, because there is one such document in a record.
pub(crate) fn fixed(name: &[u8; 16]) -> DocumentId {
    DocumentId::from_bytes(*name)
}
