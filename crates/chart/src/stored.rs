//! How a document becomes bytes and back: JSON in a numbered form, checked on both ways.

use percuta_record::{Code, DocumentId};
use serde::{Serialize, de::DeserializeOwned};

/// A document that can be stored.
pub trait Stored: Clone + Send + Sync + 'static {
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
    read_as::<D, D>(bytes)
}

/// Reads a document of an older form, and takes the step up from it.
pub(crate) fn read_as<D, F>(bytes: &[u8]) -> Result<D, FormError>
where
    D: Stored + From<F>,
    F: DeserializeOwned,
{
    // PRIVACY: the cause may quote the document, so it is dropped.
    let read: F =
        serde_json::from_slice(bytes).map_err(|_quotes| FormError::Unreadable { kind: D::KIND })?;
    let document = D::from(read);
    document.check().map_err(|why| FormError::Broken { kind: D::KIND, why })?;
    Ok(document)
}

/// A document whose form of today is its own fields, in JSON. Older forms are named, the oldest first: their number and
/// their type, from which there is a step up.
macro_rules! stored {
    ($document:ty, $kind:literal, |$it:ident| $check:expr) => {
        $crate::stored::stored!($document, $kind, 1, [], |$it| $check);
    };
    ($document:ty, $kind:literal, $form:literal, [$($old:literal: $older:ty),*], |$it:ident| $check:expr) => {
        impl $crate::Stored for $document {
            const KIND: &'static str = $kind;
            const FORM: u16 = $form;

            fn check(&self) -> Result<(), &'static str> {
                let $it = self;
                $check
            }

            fn to_bytes(&self) -> Result<Vec<u8>, $crate::FormError> {
                $crate::stored::write(self)
            }

            fn from_bytes(form: u16, bytes: &[u8]) -> Result<Self, $crate::FormError> {
                match form {
                    $($old => $crate::stored::read_as::<Self, $older>(bytes),)*
                    form => $crate::stored::read(form, bytes),
                }
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
