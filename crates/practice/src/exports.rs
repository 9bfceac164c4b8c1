//! Copies that leave the clinic: offered, looked at, made once and registered.
//!
//! ```text
//! offer (may it? are the two comparable?) ── preview, as often as one likes ── export: file + entry in the register
//! ```
//!
//! Each step asks [`may`] anew. A pair leaves only while its newest comparison says that the two can be compared, and the
//! later one as it was laid over the earlier one. What must not be seen is covered by solid blocks in the pixels; the
//! caption is in the pixels too, so that it cannot be left away. The file holds pixels and nothing else, and its name is
//! the entry's id.
//!
//! The file itself is not kept: the register has its hash, and it can be made again.
//!
//! INVARIANT (registered): no file is handed out whose entry in the register was not written before.

use jiff::Timestamp;
use percuta_chart::{
    comparison::Comparison,
    permission::{Publication, PublicationState, Purpose},
    photograph::{Noted, Photograph, View},
};
pub use percuta_imaging::sheet::{Block, WHOLE};
use percuta_imaging::{read, sheet, written};
use percuta_record::{DocumentId, Owner, PatientId};
use percuta_seal::hex;
use sha2::{Digest as _, Sha256};

use crate::{
    Practice,
    actor::{Act, Actor},
    aftercare::ended,
    comparisons::{Pair, newest},
    day_of,
    patients::Story,
    permissions::{May, Said, may},
    photographs::{File, Size},
    publications::Standing,
    refusal::No,
    vault::Opened,
    writing::Draft,
    zone_of,
};

/// No cover has more blocks.
const BLOCKS_MAX: usize = 12;
/// On a face at least so much is covered, in millionths of the picture: less hides no eyes.
const FACE_COVERED_MIN: u32 = 20_000;
/// Before so many days after a session colour and swelling still change.
///
/// CLINICAL: the gate of the colour measures (`docs/decisions/0020-permission-per-photograph.md`).
const EARLY_DAYS: i32 = 28;
/// The longer side of a file is at most so long.
const LONGEST_PX: u32 = 4_000;

/// What is to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// One photograph, or the earlier and the later of a pair.
    pub photographs: Vec<DocumentId>,
    /// What for.
    pub purpose: Purpose,
}

/// What is covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cover {
    /// Nothing, which no face leaves with.
    Nothing,
    /// These.
    Blocks(Vec<Block>),
    /// Everything but this.
    AllBut(Block),
}

impl Cover {
    /// What is proposed for a view: the eyes, generously; nothing where the view shows no face.
    pub fn proposed(view: View) -> Self {
        let eyes = || Block { left: 0, top: 270, right: WHOLE, bottom: 520 };
        match view {
            View::Front | View::Right45 | View::Left45 | View::Right90 | View::Left90 => {
                Self::Blocks(vec![eyes()])
            }
            View::Close | View::Body => Self::Nothing,
        }
    }

    /// The blocks.
    pub fn blocks(&self) -> Vec<Block> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Blocks(blocks) => blocks.clone(),
            Self::AllBut(area) => Block::around(*area),
        }
    }

    /// Whether a view may leave like this, as a sentence where it may not.
    fn fits(&self, view: View) -> Result<(), &'static str> {
        let blocks = self.blocks();
        if blocks.len() > BLOCKS_MAX {
            return Err("Use at most twelve blocks.");
        }
        if is_face(view) && !blocks.iter().any(|block| area(*block) >= FACE_COVERED_MIN) {
            return Err("Cover at least the eyes: a face does not leave the clinic as it is.");
        }
        Ok(())
    }
}

fn is_face(view: View) -> bool {
    match view {
        View::Front | View::Right45 | View::Left45 | View::Right90 | View::Left90 => true,
        View::Close | View::Body => false,
    }
}

/// Millionths of the picture.
fn area(block: Block) -> u32 {
    let side = |from: u16, until: u16| u32::from(until.saturating_sub(from));
    side(block.left, block.right).saturating_mul(side(block.top, block.bottom))
}

/// What can be said of an export before it is made.
#[derive(Debug)]
pub struct Offer {
    /// Whose photographs they are.
    pub of: PatientId,
    /// The view.
    pub view: View,
    /// Why it may not leave, each in a sentence; empty when it may.
    pub refused: Vec<String>,
    /// What will stand beneath it.
    pub caption: String,
}

/// What was made.
#[derive(Debug)]
pub struct Made {
    /// The entry in the register.
    pub publication: DocumentId,
    /// The file.
    pub file: File,
}

/// Everything that an export rests on.
struct Ground {
    of: PatientId,
    story: Story,
    shots: Vec<Opened<Photograph>>,
    comparison: Option<Opened<Comparison>>,
    refused: Vec<String>,
}

/// Whether two photographs may stand beside each other: what the newest comparison of them says. Nothing known is no.
pub fn comparable(kept: &[Opened<Comparison>], pair: Pair) -> Result<&Opened<Comparison>, String> {
    let Some(found) = newest(kept, pair) else {
        return Err("These two were not compared yet, so nothing is known of whether they can stand beside each other. Compare them first.".to_owned());
    };
    if let Some(failed) = found.checks.iter().find(|check| !check.is_ok) {
        return Err(format!("These two cannot be compared: {}. {}", failed.of, failed.remedy));
    }
    if found.is_comparable() { Ok(found) } else { Err("These two cannot be compared.".to_owned()) }
}

/// Why photographs may not leave for a purpose, each in a sentence; none where they may. `kept` are the comparisons that
/// may be shown, and of two the earlier one comes first.
pub fn refusals(
    said: &Said,
    kept: &[Opened<Comparison>],
    (shots, purpose): (&[&Opened<Photograph>], Purpose),
) -> Vec<String> {
    let mut refused: Vec<String> = Vec::new();
    for shot in shots {
        if let May::No(why) = may(said, shot.id, purpose.needs()) {
            refused.push(why.says().to_owned());
        }
    }
    refused.dedup();
    if let [before, after] = shots {
        if before.id == after.id || before.taken > after.taken {
            refused.push("Choose two photographs, the earlier one first.".to_owned());
        }
        let pair = Pair { before: before.id, after: after.id };
        refused.extend(comparable(kept, pair).err());
    }
    refused
}

impl Practice {
    /// Whether something may leave, why not, and what would stand beneath it. Nothing is written.
    pub async fn offer_export(&self, actor: &Actor, wish: &Wish) -> Result<Offer, No> {
        let ground = self.export_ground(actor, wish, "export.open").await?;
        let caption = self.caption(&ground).await?;
        let view = ground.shots.first().ok_or(No::NotFound)?.view;
        self.note(Some(actor), "export.open", wish.photographs.first().copied(), "done").await?;
        Ok(Offer { of: ground.of, view, refused: ground.refused, caption })
    }

    /// What it would look like. It is refused as the export is.
    pub async fn preview_export(
        &self,
        actor: &Actor,
        wish: &Wish,
        cover: &Cover,
    ) -> Result<File, No> {
        let bytes = self.export_bytes(actor, (wish, cover), "export.open").await?.1;
        self.note(Some(actor), "export.open", wish.photographs.first().copied(), "done").await?;
        Ok(File { media_type: "image/jpeg".to_owned(), bytes })
    }

    /// Makes the file and its entry in the register. `once` is the id that the form was given: a second sending makes
    /// nothing.
    pub async fn export(
        &self,
        actor: &Actor,
        once: DocumentId,
        (wish, cover): (&Wish, &Cover),
    ) -> Result<Made, No> {
        let action = "export.make";
        let (of, bytes) = self.export_bytes(actor, (wish, cover), action).await?;
        let publication = Publication {
            of,
            photographs: wish.photographs.clone(),
            purpose: wish.purpose,
            place: None,
            file_sha256: Some(hex::write(&Sha256::digest(&bytes))),
            by: actor.person,
            at: self.now(),
            state: PublicationState::Exported,
        };
        let subject = wish.photographs.first().copied().ok_or(No::NotFound)?;
        let draft = Draft::new(Act::Publish, action, subject);
        self.commit(actor, draft.begin(once, Owner::Clinic, &publication)?).await?;
        // The patient may have withdrawn it while it was made: then it is on their list, and nobody gets the file.
        self.recall(actor, of).await?;
        if self.standing_now(once).await? != Standing::Exported {
            return Err(No::Closed("The patient has withdrawn this meanwhile. No file was made."));
        }
        let file = File { media_type: "image/jpeg".to_owned(), bytes };
        Ok(Made { publication: once, file })
    }

    /// Gathers what an export rests on, for one who may make it.
    async fn export_ground(
        &self,
        actor: &Actor,
        wish: &Wish,
        action: &'static str,
    ) -> Result<Ground, No> {
        let subject = wish.photographs.first().copied();
        self.allow(actor, Act::Publish, action, subject).await?;
        self.allow(actor, Act::Photographs, action, subject).await?;
        let of = self.patient_of(&wish.photographs).await?;
        let story = self.gather(of).await?.ok_or(No::NotFound)?;
        let mut shots = Vec::new();
        for id in &wish.photographs {
            let found = story.photographs.iter().find(|one| one.id == *id);
            shots.push(found.cloned().ok_or(No::NotFound)?);
        }
        // One alone is held against nothing.
        let kept = if shots.len() > 1 { self.shown_of(of).await? } else { Vec::new() };
        let asked: Vec<&Opened<Photograph>> = shots.iter().collect();
        let refused = refusals(&story.said, &kept, (&asked, wish.purpose));
        let comparison = match shots.as_slice() {
            [before, after] => {
                let pair = Pair { before: before.id, after: after.id };
                comparable(&kept, pair).ok().cloned()
            }
            _ => None,
        };
        Ok(Ground { of, story, shots, comparison, refused })
    }

    /// The file, when it may leave.
    async fn export_bytes(
        &self,
        actor: &Actor,
        (wish, cover): (&Wish, &Cover),
        action: &'static str,
    ) -> Result<(PatientId, Vec<u8>), No> {
        let subject = wish.photographs.first().copied();
        let ground = self.export_ground(actor, wish, action).await?;
        if !ground.refused.is_empty() {
            self.note(Some(actor), action, subject, "refused").await?;
            return Err(No::wrong("photographs", ground.refused.join(" ")));
        }
        let first = ground.shots.first().ok_or(No::NotFound)?;
        cover.fits(first.view).map_err(|says| No::wrong("cover", says))?;
        let caption = self.caption(&ground).await?;
        // Waiting for the turn comes first, so that only what is worked on is in the memory.
        let one = self.pictures.acquire().await.map_err(|_never_closed| unreadable())?;
        let mut files = vec![self.opened_file(first, Size::Display).await?.bytes];
        if let Some(comparison) = &ground.comparison {
            let aligned = comparison.aligned.ok_or_else(unreadable)?;
            files.push(self.opened_blob(comparison, aligned).await?);
        }
        let blocks = cover.blocks();
        let made = tokio::task::spawn_blocking(move || made(&files, &blocks, &caption)).await;
        drop(one);
        let bytes = made.map_err(|_it_broke| unreadable())?.ok_or_else(unreadable)?;
        Ok((ground.of, bytes))
    }

    /// What is said with it: what lies between, how alike they were taken, and that it promises nothing. It holds no date.
    async fn caption(&self, ground: &Ground) -> Result<String, No> {
        let clinic = self.clinic().await?;
        let zone = zone_of(&clinic);
        let over: Vec<Timestamp> =
            ground.story.sessions.iter().map(|one| ended(&ground.story, one, &zone)).collect();
        let day = |at: Timestamp| day_of(&clinic, at);
        let since = |taken: Timestamp| {
            let last = over.iter().copied().filter(|end| *end <= taken).max();
            last.map(|end| (day(taken) - day(end)).get_days())
        };
        let mut says = Vec::new();
        match ground.shots.as_slice() {
            [before, after] => {
                let days = (day(after.taken) - day(before.taken)).get_days();
                let between =
                    over.iter().filter(|end| **end > before.taken && **end <= after.taken).count();
                says.push(format!(
                    "Before and after: {} apart, {} of microneedling between.",
                    counted(days, "day", "days"),
                    counted(i32::try_from(between).unwrap_or(i32::MAX), "session", "sessions")
                ));
                says.push(conditions(before, after).to_owned());
            }
            [one] if since(one.taken).is_none() => says.push("Before treatment.".to_owned()),
            _ => {}
        }
        if let Some(days) = ground.shots.last().and_then(|last| since(last.taken)) {
            let which = if ground.shots.len() > 1 { "The later one was taken" } else { "Taken" };
            says.push(format!("{which} {} after a session.", counted(days, "day", "days")));
            if days < EARLY_DAYS {
                says.push("That is early: colour and swelling still change.".to_owned());
            }
        }
        says.push("One person's skin: results vary, and this promises none.".to_owned());
        says.push("Dark blocks protect the person; nothing else was changed.".to_owned());
        Ok(says.join(" "))
    }
}

/// How alike two were taken.
fn conditions(before: &Photograph, after: &Photograph) -> &'static str {
    let is_bare = |one: &Photograph| one.noted.contains(&Noted::Bare);
    if before.by != after.by {
        "One was taken at the clinic and one elsewhere; pose, distance, light and colour passed the checks."
    } else if is_bare(before) && is_bare(after) {
        "Pose, distance, light and colour passed the checks; no make-up, face at rest."
    } else {
        "Pose, distance, light and colour passed the checks; make-up was not noted for both."
    }
}

fn counted(number: i32, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn unreadable() -> No {
    No::wrong(
        "photographs",
        "This photograph cannot be read. Take it anew, or ask who runs the program.",
    )
}

/// The file of photographs, covered, beside each other, with the caption beneath.
fn made(files: &[Vec<u8>], blocks: &[Block], caption: &str) -> Option<Vec<u8>> {
    let mut photos = Vec::new();
    for file in files {
        photos.push(sheet::covered(&read(file).ok()?, blocks)?);
    }
    written::jpeg(&sheet::sheet(&photos, caption)?, LONGEST_PX)
}

#[cfg(test)]
mod tests;
