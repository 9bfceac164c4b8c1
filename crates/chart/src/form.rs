//! Stored forms that are written no more: each is kept as it was released, with one pure step up to the form after it.
//!
//! A form here is never edited: the golden files of its number say what it reads. What a step cannot know it leaves
//! unsaid, so that nothing is made up about the past.

pub(crate) mod v1;
pub(crate) mod v2;
