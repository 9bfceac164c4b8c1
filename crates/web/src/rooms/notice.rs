//! What was just done, carried to the next page in a cookie of two words: a code of ours, and the path that undoes it.
//!
//! PRIVACY: the cookie holds no word about a person. What it says is looked up here, so that nothing that was put into
//! it by somebody else is ever shown.

use axum::http::{HeaderMap, HeaderValue, header};

use super::door::named;
use crate::page::staff::Notice;

const NAME: &str = "percuta-done";

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    says: &'static str,
    code: &'static str,
    undo: Option<String>,
}

/// Everything that can be said, by its code.
const SAID: &[(&str, &str)] = &[
    ("saved", "Saved."),
    ("kept", "Kept. Go on whenever you like, on any device."),
    ("sent", "Sent."),
    ("consent-signed", "Signed. You can withdraw it at any time."),
    ("permitted", "Kept. You can change it at any time."),
    (
        "permission-withdrawn",
        "Taken back. It holds at once, and the clinic takes down what is shown.",
    ),
    ("permission-lowered", "Taken away. Copies that rest on it have to be taken down."),
    ("copy-gone", "Noted: it is gone. The patient sees it."),
    ("withdrawn", "Withdrawn. The clinic has been told."),
    ("signed", "Signed. It can be added to, not changed."),
    ("signed-in", "You are signed in."),
    ("booked", "Booked."),
    ("course-booked", "The whole course is booked."),
    ("let-go", "Let go. Nothing is kept."),
    ("waits", "They are on the waiting list."),
    ("waits-no-more", "They are no longer on the waiting list."),
    ("moved", "Moved."),
    ("moved-all", "Moved, with everything that had to go along."),
    ("moved-back", "It is back where it was."),
    ("away-noted", "Noted. Nobody can be booked with them while they are away."),
    ("away-taken-back", "The absence is taken back. Visits that were moved stay where they are."),
    ("cancelled", "Called off."),
    ("arrived", "Noted: the patient is here."),
    (
        "arrived-without-consent",
        "Noted: the patient is here. The consent is not signed: the patient signs it on their page.",
    ),
    ("no-show", "Noted: the patient did not come."),
    ("state-undone", "Taken back."),
    ("taken", "It is yours now."),
    ("closed", "Answered and closed."),
    ("handed-over", "Handed over."),
    ("checked", "The audit was checked."),
    ("left", "Noted. They cannot sign in any more."),
    ("reopened", "Open again."),
    ("overridden", "Your decision is recorded under your name."),
    ("screened", "Screened again."),
    ("offered", "Offered to the patient."),
    ("accepted", "Accepted."),
    ("stopped", "Stopped."),
    ("begun", "Begun."),
    ("held", "Noted: it was held."),
    ("taken-back", "Taken back."),
    ("entered", "The patient is entered."),
    ("invited", "Invited."),
    ("added", "Added."),
    ("removed", "Removed."),
    ("link-closed", "Their links and sign-ins no longer open anything."),
    ("uploaded", "The photograph is in the record, without its location."),
    ("photograph-withdrawn", "Taken back. It is shown to nobody any more."),
    (
        "sent-without-photograph",
        "Your check-in is sent. The photograph with it was not kept: why, and how to send another, stands below.",
    ),
    ("added-words", "Added. The clinic reads it."),
    ("noted", "Noted."),
    ("written", "Written to the patient. It stays open, and is yours."),
    ("scored", "The score is recorded."),
    ("later", "The time has moved on. Nothing else happened."),
    (
        "feed-ended",
        "The feed is ended. Its address opens nothing any more; take it out of your calendar.",
    ),
    ("signed-off", "This version of the rulebook is signed off in your name."),
];

impl Done {
    /// Something done, by its code. A code that is not in the list says "Done."
    pub fn new(code: &'static str) -> Self {
        let says = SAID.iter().find(|(known, _)| *known == code).map_or("Done.", |(_, says)| says);
        Self { says, code, undo: None }
    }

    /// Which can be taken back by a form with nothing in it.
    #[must_use]
    pub fn undone_by(mut self, path: impl Into<String>) -> Self {
        self.undo = Some(path.into());
        self
    }

    /// As the page shows it.
    pub(crate) fn notice(&self) -> Notice {
        Notice { says: self.says.to_owned(), undo: self.undo.clone() }
    }
}

/// Puts it on an answer.
pub(crate) fn put(headers: &mut HeaderMap, done: Done) {
    let text = format!(
        "{NAME}={}~{}; Path=/; HttpOnly; SameSite=Lax; Max-Age=60",
        done.code,
        done.undo.unwrap_or_default()
    );
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// Reads what the page before did. A path that is not one of ours is not taken.
pub(crate) fn read(asked: &HeaderMap) -> Option<Done> {
    let (code, undo) = named(asked, NAME)?.split_once('~')?;
    let (code, says) = SAID.iter().find(|(known, _)| *known == code)?;
    let is_path = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && path.ends_with("/undo")
            && path.len() < 160
            && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-".contains(&byte))
    };
    Some(Done { says, code, undo: Some(undo).filter(is_path).map(str::to_owned) })
}

/// Forgets it once it was shown.
pub(crate) fn forget(headers: &mut HeaderMap) {
    let gone = "percuta-done=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0";
    headers.append(header::SET_COOKIE, HeaderValue::from_static(gone));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(text: &'static str) -> HeaderMap {
        [(header::COOKIE, HeaderValue::from_static(text))].into_iter().collect()
    }

    #[test]
    fn only_codes_and_paths_of_ours_are_shown() {
        let done = read(&cookie("percuta-done=moved~/visits/document-1/undo"));
        assert_eq!(done.unwrap().undo.as_deref(), Some("/visits/document-1/undo"));
        let done = read(&cookie("percuta-done=moved~//elsewhere.example/undo")).unwrap();
        assert_eq!(done.undo, None);
        assert_eq!(read(&cookie("percuta-done=<b>you have won</b>~/x/undo")), None);
    }
}
