//! Comparisons: two photographs of a patient measured against one another, kept as they were said, and shown to those who
//! may see both. And the clinic's repeats, from which it learns what two shots of one skin differ by.
//!
//! The engine looks at pixels only; who may ask, which days lie between and what was marked is decided here. It works on
//! a thread of its own, one pair at a time, because two large pictures take a large part of the memory.
//!
//! INVARIANT: a comparison is shown only while both of its photographs are.

use std::collections::{BTreeMap, BTreeSet};

use percuta_chart::{
    comparison::{Comparison, Mark},
    person,
    photograph::{Card, Photograph, View},
};
pub use percuta_imaging::Repeatability;
pub use percuta_imaging::measure::{Counts, OUTCOME_FROM_DAY, Trend, Visit, series};
use percuta_imaging::{Ground, OF_CARD, card};
use percuta_record::{BlobId, DocumentId, Owner, PatientId, Source, Target};

use crate::{
    Practice,
    actor::{Act, Actor},
    aftercare::ended,
    day_of,
    patients::Story,
    photographs::{File, Size},
    refusal::No,
    vault::Opened,
    writing::Draft,
    zone_of,
};

pub(crate) mod engine;
mod repeats;

/// No photograph has more marks.
pub const MARKS_MAX: usize = 12;

/// Two photographs of one patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// The earlier one.
    pub before: DocumentId,
    /// The later one.
    pub after: DocumentId,
}

/// What a photograph shows: a view, and the region that it is of where that is known. A pair and a series are of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The view.
    pub view: View,
    /// The region, by its word in the rulebook.
    pub region: Option<String>,
}

impl Part {
    /// What a photograph shows, among all of its patient's. One of which the region was not kept is of the only region
    /// that there is in its view; where there are several, nobody knows of which it is.
    pub fn of(one: &Photograph, all: &[Opened<Photograph>]) -> Self {
        let of_view = all.iter().filter(|other| other.view == one.view);
        let mut known: BTreeSet<&str> =
            of_view.filter_map(|other| other.region.as_deref()).collect();
        let only = known.pop_first().filter(|_| known.is_empty());
        let region = one.region.as_deref().or(only).map(str::to_owned);
        Self { view: one.view, region }
    }
}

/// Why two photographs are not asked about, whatever is on them. The order in which they are given does not matter.
pub fn apart(one: &Photograph, other: &Photograph) -> Option<&'static str> {
    if one.original == other.original {
        return Some("This is one photograph twice. Choose two.");
    }
    if one.view != other.view {
        return Some(
            "They show different views, so nothing is compared. Choose two of the same view.",
        );
    }
    match (&one.region, &other.region) {
        (Some(one), Some(other)) if one != other => Some(
            "They show different regions, so nothing is compared. Choose two of the same region.",
        ),
        (Some(_) | None, Some(_) | None) => None,
    }
}

/// What is asked of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marked {
    /// What was marked on the earlier photograph before, if anything was.
    AsBefore,
    /// This, and nothing else.
    As(Vec<Mark>),
}

/// Which picture of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The later photograph on the earlier one's grid.
    Aligned,
    /// Where redness changed, with its legend.
    Map,
}

impl Which {
    /// The picture of a word in an address.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "aligned" => Some(Self::Aligned),
            "map" => Some(Self::Map),
            _ => None,
        }
    }
}

/// The newest comparison of a pair by the engine of today.
pub fn newest(all: &[Opened<Comparison>], pair: Pair) -> Option<&Opened<Comparison>> {
    last(all, |one| {
        (one.before, one.after) == (pair.before, pair.after) && engine::is_of_today(&one.engine)
    })
}

/// What was marked on a photograph when it was last compared as the earlier one.
pub fn marks_on(all: &[Opened<Comparison>], before: DocumentId) -> Vec<Mark> {
    last_on(all, before).map(|one| one.marks.clone()).unwrap_or_default()
}

/// Whether a comparison was asked for with the colour card on both photographs. Its check says whether the card held.
pub fn is_by_card(of: &Comparison) -> bool {
    of.checks.iter().any(|check| check.of == OF_CARD)
}

/// Whether a colour card was read on both. One by which colours cannot be compared counts: that is then what is said.
fn has_card(before: &Photograph, after: &Photograph) -> bool {
    [before, after].iter().all(|one| match one.card {
        Some(Card::Read { .. }) => true,
        Some(Card::NotInFrame) | None => false,
    })
}

/// The last comparison in which a photograph was the earlier one.
fn last_on(all: &[Opened<Comparison>], before: DocumentId) -> Option<&Opened<Comparison>> {
    last(all, |one| one.before == before)
}

/// The last of those that are meant.
///
/// INVARIANT: a comparison names those that it comes after, so that no clock decides which one is the last: two may be of
/// one moment, a clock may be put back, and a later version of an earlier one has a later time. Only those that name
/// neither of one another, which were asked for at once, are told apart by their time.
fn last(
    all: &[Opened<Comparison>],
    is_meant: impl Fn(&Comparison) -> bool,
) -> Option<&Opened<Comparison>> {
    let by_id: BTreeMap<DocumentId, &Opened<Comparison>> =
        all.iter().map(|one| (one.id, one)).collect();
    let meant = all.iter().filter(|one| is_meant(one));
    meant.max_by_key(|one| (comes_after(&by_id, one), one.contribution.at, one.id))
}

/// How many comparisons one comes after.
fn comes_after(
    by_id: &BTreeMap<DocumentId, &Opened<Comparison>>,
    one: &Opened<Comparison>,
) -> usize {
    let mut met = BTreeSet::from([one.id]);
    let mut open = vec![one];
    while let Some(next) = open.pop() {
        let named = next.contribution.parents.iter().map(|source| source.document);
        open.extend(named.filter(|id| met.insert(*id)).filter_map(|id| by_id.get(&id)));
    }
    met.iter().filter(|id| by_id.contains_key(id)).count()
}

impl Practice {
    /// Every comparison of a patient's photographs that may be shown, for one who may see them.
    pub async fn comparisons(
        &self,
        actor: &Actor,
        patient: PatientId,
    ) -> Result<Vec<Opened<Comparison>>, No> {
        let subject = person::document_of(patient);
        self.allow(actor, looks(actor, patient), "comparison.list", Some(subject)).await?;
        let mut shown = self.shown_of(patient).await?;
        let closed = self.closed_to(actor, patient).await?;
        shown.retain(|one| !closed.contains(&one.before) && !closed.contains(&one.after));
        self.note(Some(actor), "comparison.list", Some(subject), "done").await?;
        Ok(shown)
    }

    /// The comparisons whose photographs both are still there, for a use case that has authorized and will audit.
    pub(crate) async fn shown_of(&self, patient: PatientId) -> Result<Vec<Opened<Comparison>>, No> {
        let folder = self.vault.folder(patient).await?.ok_or(No::NotFound)?;
        let there: BTreeSet<DocumentId> =
            folder.shown::<Photograph>()?.iter().map(|one| one.id).collect();
        let mut all = folder.all::<Comparison>()?;
        all.retain(|one| there.contains(&one.before) && there.contains(&one.after));
        Ok(all)
    }

    /// Compares two photographs, or finds what was said of them before. The same engine, marks and days say the same.
    pub async fn compare(
        &self,
        actor: &Actor,
        patient: PatientId,
        (pair, marked): (Pair, Marked),
    ) -> Result<DocumentId, No> {
        let subject = person::document_of(patient);
        let act = looks(actor, patient);
        self.allow(actor, act, "comparison.make", Some(subject)).await?;
        let story = self.gather(patient).await?.ok_or(No::NotFound)?;
        let closed = self.closed_to(actor, patient).await?;
        let open = |id: DocumentId| !closed.contains(&id);
        let find = |id| story.photographs.iter().find(|one| one.id == id && open(id));
        let (Some(before), Some(after)) = (find(pair.before), find(pair.after)) else {
            self.note(Some(actor), "comparison.make", Some(subject), "not-found").await?;
            return Err(No::NotFound);
        };
        let all = self.shown_of(patient).await?;
        let marks = match marked {
            Marked::AsBefore => marks_on(&all, pair.before),
            Marked::As(marks) => marks,
        };
        if let Err(no) = fits(before, after, &marks) {
            self.note(Some(actor), "comparison.make", Some(subject), "refused").await?;
            return Err(no);
        }
        let days = self.days_after_session(&story, after).await?;
        let card = self.card_of(before, after).await?;
        let is_same = |one: &&Opened<Comparison>| {
            (&one.marks, one.days_after_session) == (&marks, days)
                && (is_by_card(one), &one.engine) == (card.is_some(), &engine::name(card))
        };
        if let Some(kept) = newest(&all, pair).filter(is_same) {
            self.note(Some(actor), "comparison.open", Some(kept.id), "done").await?;
            return Ok(kept.id);
        }
        let said = self.said((before, after), &marks, (days, card)).await?;
        let references = [before.id, after.id];
        let earlier = [newest(&all, pair), last_on(&all, pair.before)].into_iter().flatten();
        // One that was found in both ways is named once.
        let earlier: BTreeSet<Source> = earlier.map(Opened::source).collect();
        let sources = [before.source(), after.source()].into_iter().chain(earlier);
        let comparison = self.kept_of(patient, (pair, marks, days), said).await?;
        let files: Vec<BlobId> =
            comparison.aligned.into_iter().chain(comparison.map_picture).collect();
        let document = self.vault.new_id()?;
        let draft = Draft::new(act, "comparison.make", document)
            .from(sources)
            .begin(document, Owner::Patient(patient), &comparison)?
            .referring(references.map(Target::Document))
            .referring(files.into_iter().map(Target::Blob));
        self.commit(actor, draft).await?;
        Ok(document)
    }

    /// The card by which two photographs are compared: one that was read on both, as large as the clinic says.
    async fn card_of(
        &self,
        before: &Photograph,
        after: &Photograph,
    ) -> Result<Option<card::Kind>, No> {
        if !has_card(before, after) {
            return Ok(None);
        }
        let pitch_mm = self.clinic().await?.card_pitch_mm;
        Ok(Some(card::Kind::Chart { pitch_mm }))
    }

    /// What the engine says of two photographs. Nothing is written.
    async fn said(
        &self,
        (before, after): (&Opened<Photograph>, &Opened<Photograph>),
        marks: &[Mark],
        (days_after_session, card): (Option<u32>, Option<card::Kind>),
    ) -> Result<engine::Said, No> {
        let repeats = self.repeatability().await?;
        // Waiting for the turn comes first, so that only the pair that is worked on is in the memory.
        let one = self.pictures.acquire().await.map_err(|_never_closed| unreadable())?;
        let files = (
            self.opened_file(before, Size::Original).await?,
            self.opened_file(after, Size::Original).await?,
        );
        let ground = Ground { days_after_session, repeats, card, mm_per_px: None };
        let marks = marks.to_vec();
        let asked = move || engine::compare((&files.0.bytes, &files.1.bytes), &marks, &ground);
        let said = tokio::task::spawn_blocking(asked).await;
        drop(one);
        said.map_err(|_the_engine_broke| unreadable())?.ok_or_else(unreadable)
    }

    /// Seals the pictures, and puts together what is kept.
    async fn kept_of(
        &self,
        patient: PatientId,
        (pair, marks, days_after_session): (Pair, Vec<Mark>, Option<u32>),
        said: engine::Said,
    ) -> Result<Comparison, No> {
        let aligned = match &said.aligned {
            Some(picture) => Some(self.keep_file(patient, picture).await?),
            None => None,
        };
        let map_picture = match &said.map_picture {
            Some(picture) => Some(self.keep_file(patient, picture).await?),
            None => None,
        };
        Ok(Comparison {
            before: pair.before,
            after: pair.after,
            marks,
            engine: said.engine,
            days_after_session,
            checks: said.checks,
            alignment: said.alignment,
            changes: said.changes,
            not_measurable: said.not_measurable,
            map: said.map,
            aligned,
            map_picture,
            is_repeat: false,
        })
    }

    /// Whole days from the last session to a photograph; nothing where no session came before it.
    ///
    /// CLINICAL: a photograph of the day of a session, from before it was over, is of before it.
    async fn days_after_session(
        &self,
        story: &Story,
        photograph: &Photograph,
    ) -> Result<Option<u32>, No> {
        let clinic = self.clinic().await?;
        let (zone, day) = (zone_of(&clinic), day_of(&clinic, photograph.taken));
        let over = |session: &&Opened<_>| ended(story, session, &zone) <= photograph.taken;
        let last = story.sessions.iter().filter(over).map(|session| session.on).max();
        Ok(last.and_then(|on| u32::try_from((day - on).get_days()).ok()))
    }

    /// A picture of a comparison, for one who may see its photographs.
    pub async fn comparison_file(
        &self,
        actor: &Actor,
        id: DocumentId,
        which: Which,
    ) -> Result<File, No> {
        let found = self.comparison(actor, id, "comparison.open").await?;
        let (blob, media_type) = match which {
            Which::Aligned => (found.aligned, "image/jpeg"),
            Which::Map => (found.map_picture, "image/png"),
        };
        let bytes = self.opened_blob(&found, blob.ok_or(No::NotFound)?).await?;
        self.note(Some(actor), "comparison.open", Some(id), "done").await?;
        Ok(File { media_type: media_type.to_owned(), bytes })
    }

    /// A comparison that may be shown. What is not theirs does not exist.
    async fn comparison(
        &self,
        actor: &Actor,
        id: DocumentId,
        action: &'static str,
    ) -> Result<Opened<Comparison>, No> {
        if actor.patient().is_none() {
            self.allow(actor, Act::Photographs, action, Some(id)).await?;
        }
        let found = self.vault.head::<Comparison>(id).await?;
        let owner = found.as_ref().and_then(Opened::patient);
        let owner = owner.filter(|owner| actor.patient().is_none_or(|own| own == *owner));
        let (shown, closed) = match owner {
            Some(owner) => (self.shown_of(owner).await?, self.closed_to(actor, owner).await?),
            None => (Vec::new(), BTreeSet::new()),
        };
        let is_open = |one: &Opened<Comparison>| {
            !closed.contains(&one.before) && !closed.contains(&one.after)
        };
        if let Some(found) = shown.into_iter().find(|one| one.id == id && is_open(one)) {
            return Ok(found);
        }
        self.note(Some(actor), action, Some(id), "not-found").await?;
        Err(No::NotFound)
    }
}

/// What looking at a patient's comparisons needs.
fn looks(actor: &Actor, patient: PatientId) -> Act {
    if actor.patient() == Some(patient) { Act::Own } else { Act::Photographs }
}

fn unreadable() -> No {
    No::Closed("One of the two cannot be read as a photograph any more.")
}

/// Whether two photographs may be asked about.
fn fits(before: &Photograph, after: &Photograph, marks: &[Mark]) -> Result<(), No> {
    if let Some(says) = apart(before, after) {
        return Err(No::wrong("after", says));
    }
    if before.taken > after.taken {
        return Err(No::wrong("after", "Choose the later photograph second."));
    }
    if marks.len() > MARKS_MAX || !marks.iter().all(Mark::is_on_photograph) {
        return Err(No::wrong(
            "marks",
            "Each area lies on the photograph and has a width and a height; 12 areas at most.",
        ));
    }
    Ok(())
}

/// The files that a comparison refers to.
fn files_of(one: &Comparison) -> impl Iterator<Item = Target> + use<> {
    let photographs = [one.before, one.after].map(Target::Document);
    let files = one.aligned.into_iter().chain(one.map_picture).map(Target::Blob);
    photographs.into_iter().chain(files.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
