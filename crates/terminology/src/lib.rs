//! The words of the field, and how they relate: coded concepts with their classes and synonyms, the tree of
//! body regions, and dates counted on the clinic's calendar.
//!
//! It deliberately knows no rule, no patient and no file format. Everything here is a value; nothing reads a
//! clock or a disk.
//!
//! | word | meaning |
//! |---|---|
//! | term | one coded concept, such as the medicine `apixaban` |
//! | class | a set of terms that a rule can speak of, such as `anticoagulant` |
//! | word | the code of a term or of a class, as a card or an intake writes it |
//! | region | a place on the body; regions hold one another |
//! | window | a length of days or calendar months after an anchor date |

pub mod calendar;
pub mod input;
pub mod nearest;
pub mod region;
pub mod vocabulary;

pub use calendar::Window;
pub use nearest::nearest;
pub use region::{RegionId, RegionTree};
pub use vocabulary::{ClassId, Kind, Lexicon, Polarity, Term, TermId, TermSet, Vocabulary, WordId};
