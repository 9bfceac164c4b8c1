//! Forms that were written once and are not written any more, each with one pure step up.
//!
//! Nothing here is ever edited: whatever stands in a record in such a form has to open for ever. A type is moved here as
//! it was when its form is superseded; the golden files of the old form are opened through it.

pub(crate) mod v1;
