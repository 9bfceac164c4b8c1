//! Booking in one line, for tests that only need a visit.

use jiff::Timestamp;
use percuta_chart::visit::Purpose;
use percuta_practice::{Actor, No, Practice, visits::book::Wanted};
use percuta_record::{DocumentId, PatientId, PersonId};

/// Books a visit, or says that it is taken.
pub(crate) async fn book(
    practice: &Practice,
    by: &Actor,
    (patient, purpose): (PatientId, Purpose),
    (with, at): (PersonId, Timestamp),
) -> Result<DocumentId, No> {
    let wanted = [Wanted::at(purpose, at, Some(with))];
    let booked = practice.book_visits(by, patient, &wanted).await?.done()?;
    booked.into_iter().next().ok_or(No::Taken)
}
