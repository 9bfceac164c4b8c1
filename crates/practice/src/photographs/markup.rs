//! What is drawn over a photograph: rings, arrows and lines with a note each, in a document beside it. The picture itself
//! is never changed, so a mark can be taken away again and nothing beneath it is lost.

use percuta_chart::photograph::{Mark, Markup, POINT_MAX, Photograph, Shape};
use percuta_record::{Change, DocumentId, Owner};
use sha2::{Digest as _, Sha256};

use crate::{
    Practice,
    actor::{Act, Actor},
    refusal::No,
    vault::Opened,
    writing::Draft,
};

/// A photograph has at most so many marks.
const MARKS_MAX: usize = 60;
/// A line has at most so many points.
const POINTS_MAX: usize = 600;
/// A note has at most so many letters.
const NOTE_MAX: usize = 500;

/// A photograph with what is drawn over it.
#[derive(Debug)]
pub struct Marked {
    /// The photograph.
    pub photograph: Opened<Photograph>,
    /// What is drawn; `None` while nothing ever was.
    pub markup: Option<Opened<Markup>>,
}

impl Marked {
    /// The marks, the oldest first.
    pub fn marks(&self) -> &[Mark] {
        self.markup.as_ref().map(|markup| markup.marks.as_slice()).unwrap_or_default()
    }

    /// The version that is looked at; nought while nothing was drawn.
    pub fn version(&self) -> u32 {
        self.markup.as_ref().map_or(0, |markup| markup.version.number())
    }
}

impl Practice {
    /// A photograph with what is drawn over it, for a member who may see photographs.
    pub async fn marked(&self, actor: &Actor, photograph: DocumentId) -> Result<Marked, No> {
        self.allow(actor, Act::Photographs, "photograph.mark", Some(photograph)).await?;
        let photograph = self.photograph(actor, photograph).await?;
        let markup = self.vault.head::<Markup>(markup_of(photograph.id)).await?;
        self.note(Some(actor), "photograph.open", Some(photograph.id), "done").await?;
        Ok(Marked { photograph, markup })
    }

    /// Draws over a photograph, on what was seen.
    pub async fn mark_photograph(
        &self,
        actor: &Actor,
        (photograph, seen): (DocumentId, u32),
        shape: Shape,
        note: &str,
    ) -> Result<(), No> {
        let marked = self.marked(actor, photograph).await?;
        let note = note.trim();
        if note.chars().count() > NOTE_MAX {
            return Err(No::wrong("note", "A note has at most 500 letters."));
        }
        if !can_be_drawn(&shape) {
            return Err(No::wrong("place", "Choose where, or draw within the picture."));
        }
        if marked.marks().len() >= MARKS_MAX {
            return Err(No::wrong("place", "This photograph has 60 marks. Take one away first."));
        }
        let mark = Mark { shape, note: note.to_owned(), by: actor.person, at: self.now() };
        let mut marks = marked.marks().to_vec();
        marks.push(mark);
        self.draw(actor, (&marked, seen), marks).await
    }

    /// Takes a mark away, by its number from nought, on what was seen.
    pub async fn unmark_photograph(
        &self,
        actor: &Actor,
        (photograph, seen): (DocumentId, u32),
        number: usize,
    ) -> Result<(), No> {
        let marked = self.marked(actor, photograph).await?;
        let mut marks = marked.marks().to_vec();
        if number >= marks.len() {
            return Err(No::NotFound);
        }
        marks.remove(number);
        self.draw(actor, (&marked, seen), marks).await
    }

    async fn draw(
        &self,
        actor: &Actor,
        (marked, seen): (&Marked, u32),
        marks: Vec<Mark>,
    ) -> Result<(), No> {
        if seen != marked.version() {
            return Err(No::Conflict);
        }
        let photograph = marked.photograph.id;
        let patient = marked.photograph.patient().ok_or(No::NotFound)?;
        let markup = Markup { photograph, marks };
        let draft = Draft::new(Act::Photographs, "photograph.mark", photograph);
        let draft = match &marked.markup {
            Some(old) => draft.change(old, Change::Write, &markup)?,
            None => draft.begin(markup_of(photograph), Owner::Patient(patient), &markup)?,
        };
        self.commit(actor, draft.from([marked.photograph.source()])).await
    }
}

/// Whether a shape is one: within the picture, neither empty nor endless.
fn can_be_drawn(shape: &Shape) -> bool {
    let points = shape.points();
    let is_within = points.iter().all(|(x, y)| *x <= POINT_MAX && *y <= POINT_MAX);
    let is_one = match shape {
        Shape::Ring { middle: _, radius } => (1..=POINT_MAX).contains(radius),
        Shape::Arrow { from, to } => from != to,
        Shape::Line { points } => (2..=POINTS_MAX).contains(&points.len()),
    };
    is_within && is_one
}

/// The document of what is drawn over a photograph: there is one, and its id follows from the photograph's.
fn markup_of(photograph: DocumentId) -> DocumentId {
    let mut digest = Sha256::new();
    digest.update(b"percuta markup of a photograph");
    digest.update(photograph.bytes());
    let whole: [u8; 32] = digest.finalize().into();
    let mut id = [0; 16];
    id.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
    DocumentId::from_bytes(id)
}
