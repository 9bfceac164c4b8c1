//! What goes into a statement and what comes out: four kinds of value that both databases keep without change.
//!
//! Numbers are 64 bits, ids and sealed things are bytes, codes are text. Nothing here knows a database. A row is read
//! from the left, column by column, in the order in which the statement names them; a column that is not what was
//! written is said, not guessed.

use percuta_record::{Code, Moment, Version, id::Id};

use crate::{error::StoreError, statement::Sql};

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// Nothing.
    Null,
    /// A number.
    Int(i64),
    /// A code.
    Text(String),
    /// An id, a hash, or what is sealed.
    Bytes(Vec<u8>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<Version> for Value {
    fn from(version: Version) -> Self {
        Self::Int(version.number().into())
    }
}

impl From<Moment> for Value {
    fn from(moment: Moment) -> Self {
        Self::Int(moment.0)
    }
}

impl From<&Code> for Value {
    fn from(code: &Code) -> Self {
        Self::Text(code.as_str().to_owned())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<const LENGTH: usize> From<[u8; LENGTH]> for Value {
    fn from(bytes: [u8; LENGTH]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<K: percuta_record::id::Kind> From<Id<K>> for Value {
    fn from(id: Id<K>) -> Self {
        Self::Bytes(id.bytes().to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A statement with its values.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The statement.
    pub(crate) sql: &'static Sql,
    /// Its values, `$1` first.
    pub(crate) values: Vec<Value>,
}

impl Call {
    /// A statement without values.
    pub(crate) fn of(sql: &'static Sql) -> Self {
        Self { sql, values: Vec::new() }
    }

    /// The same with the next value.
    pub(crate) fn with(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }
}

/// A row, read from the left.
#[derive(Debug)]
pub(crate) struct Row(std::vec::IntoIter<Value>);

impl Row {
    /// A row of values.
    pub(crate) fn new(values: Vec<Value>) -> Self {
        Self(values.into_iter())
    }

    /// The same with a value before the rest, which was read already.
    pub(crate) fn led_by(self, first: impl Into<Value>) -> Self {
        Self::new(std::iter::once(first.into()).chain(self.0).collect())
    }

    /// The next number.
    pub(crate) fn int(&mut self) -> Result<i64, StoreError> {
        self.maybe_int()?.ok_or(StoreError::Malformed { what: "a number is missing" })
    }

    /// The next number, if there is one.
    pub(crate) fn maybe_int(&mut self) -> Result<Option<i64>, StoreError> {
        match self.0.next() {
            Some(Value::Int(number)) => Ok(Some(number)),
            Some(Value::Null) => Ok(None),
            Some(Value::Text(_) | Value::Bytes(_)) | None => {
                Err(StoreError::Malformed { what: "a number was expected" })
            }
        }
    }

    /// The next bytes.
    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        self.maybe_bytes()?.ok_or(StoreError::Malformed { what: "bytes are missing" })
    }

    /// The next bytes, if there are any.
    pub(crate) fn maybe_bytes(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        match self.0.next() {
            Some(Value::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Value::Null) => Ok(None),
            Some(Value::Text(_) | Value::Int(_)) | None => {
                Err(StoreError::Malformed { what: "bytes were expected" })
            }
        }
    }

    /// The next bytes, so many.
    pub(crate) fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], StoreError> {
        array(&self.bytes()?)
    }

    /// The next id.
    pub(crate) fn id<K: percuta_record::id::Kind>(&mut self) -> Result<Id<K>, StoreError> {
        self.array().map(Id::from_bytes)
    }

    /// The next code.
    pub(crate) fn code(&mut self) -> Result<Code, StoreError> {
        match self.0.next() {
            Some(Value::Text(text)) => {
                Code::new(&text).ok_or(StoreError::Malformed { what: "a text is no code" })
            }
            Some(Value::Null | Value::Int(_) | Value::Bytes(_)) | None => {
                Err(StoreError::Malformed { what: "a code was expected" })
            }
        }
    }

    /// The next moment.
    pub(crate) fn moment(&mut self) -> Result<Moment, StoreError> {
        self.int().map(Moment)
    }

    /// The next version.
    pub(crate) fn version(&mut self) -> Result<Version, StoreError> {
        version(self.int()?)
    }

    /// The next number as one that is not negative.
    pub(crate) fn count(&mut self) -> Result<u64, StoreError> {
        u64::try_from(self.int()?)
            .map_err(|_cause| StoreError::Malformed { what: "a count is negative" })
    }
}

/// A version by its stored number.
pub(crate) fn version(number: i64) -> Result<Version, StoreError> {
    u32::try_from(number)
        .ok()
        .and_then(Version::new)
        .ok_or(StoreError::Malformed { what: "a number is no version" })
}

/// So many bytes.
pub(crate) fn array<const LENGTH: usize>(bytes: &[u8]) -> Result<[u8; LENGTH], StoreError> {
    bytes
        .try_into()
        .map_err(|_cause| StoreError::Malformed { what: "an id or a hash has another length" })
}
