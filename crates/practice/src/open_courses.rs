//! The courses that go on, found by a token, so that nobody has to open those that are over.

use std::collections::BTreeSet;

use percuta_chart::{Stored as _, course::Course, stored::code};
use percuta_record::{DocumentId, PatientId};

use crate::{
    Practice,
    actor::{Act, Actor},
    refusal::No,
    screenings::is_open,
    vault::{FieldTokens, Folder},
    writing::Draft,
};

/// So many courses are opened at a time.
const COURSES_PAGE: u32 = 200;

impl Practice {
    /// With the token by which a course is found while it goes on.
    pub(crate) fn with_open_work(&self, draft: Draft, id: DocumentId, course: &Course) -> Draft {
        let token = self.open_courses().filter(|_token| is_open(course));
        draft.tokens(id, FieldTokens::OPEN, token.into_iter().collect())
    }

    fn open_courses(&self) -> Option<[u8; 16]> {
        self.vault.tokens().open.exact(Course::KIND).map(percuta_seal::Token::bytes)
    }

    /// The patients who have a course that goes on, each with their folder.
    pub(crate) async fn folders_of_open_courses(&self) -> Result<Vec<(PatientId, Folder)>, No> {
        let Some(token) = self.open_courses() else { return Ok(Vec::new()) };
        Ok(self.vault.folders_with(&code(FieldTokens::OPEN), token).await?)
    }

    /// Gives the courses that go on their token, where a record is older than these tokens.
    pub(crate) async fn mark_open_courses(&self) -> Result<(), No> {
        let Some(token) = self.open_courses() else { return Ok(()) };
        let field = code(FieldTokens::OPEN);
        let known = self.vault.store().find(&field, &BTreeSet::from([token]), None, 1).await?;
        if !known.is_empty() {
            return Ok(());
        }
        let (mut open, mut from) = (Vec::new(), None);
        loop {
            let page = self.vault.store().list(&Course::kind(), from, COURSES_PAGE).await?;
            from = page.last().map(percuta_store::Sealed::cursor);
            for sealed in page {
                let course = self.vault.open_one::<Course>(sealed).await?;
                open.extend(course.filter(|course| is_open(course)).map(|course| course.id));
            }
            if from.is_none() {
                break;
            }
        }
        let Some(first) = open.first() else { return Ok(()) };
        let draft = Draft::new(Act::Plan, "record.upgrade", *first).because("upgrade");
        let marked = |draft: Draft, id: &DocumentId| {
            draft.tokens(*id, FieldTokens::OPEN, BTreeSet::from([token]))
        };
        self.commit(&Actor::program(), open.iter().fold(draft, marked)).await
    }
}
