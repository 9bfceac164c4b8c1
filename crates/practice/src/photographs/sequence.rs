//! Which views of a region are taken one after another, how far a sequence is, and which earlier photograph a new one is
//! held against.
//!
//! The views and their order are those in which clinics photograph skin: they are a way of working and no clinical rule.
//! A step may be left out or taken again; what is taken keeps the number of its step, so that the order stays.

use percuta_chart::photograph::{Photograph, Taker, View};
use percuta_clinical::Rulebook;
use percuta_record::DocumentId;

use crate::{patients::Story, vault::Opened};

/// Views of one region, one after another.
#[derive(Debug, PartialEq, Eq)]
pub struct Sequence {
    /// Its steps.
    pub steps: &'static [StepOf],
}

/// One view of a sequence.
#[derive(Debug, PartialEq, Eq)]
pub struct StepOf {
    /// The view.
    pub view: View,
    /// Its name.
    pub title: &'static str,
    /// How to stand for it and how to hold the camera, in sentences that whoever is photographed can follow.
    pub says: &'static str,
    /// What is drawn over the picture, to stand within.
    pub guide: Guide,
}

/// What is drawn over the picture, to stand within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guide {
    /// A head from the front.
    HeadFront,
    /// A head turned by half, its right side towards the camera.
    HeadRight45,
    /// A head turned by half, its left side towards the camera.
    HeadLeft45,
    /// A head from its right side.
    HeadRight90,
    /// A head from its left side.
    HeadLeft90,
    /// Neck and shoulders from the front.
    Shoulders,
    /// The crown of a head.
    Crown,
    /// A frame around a patch of skin.
    Patch,
    /// A part of the body, upright.
    Part,
}

const FACE: Sequence = Sequence {
    steps: &[
        StepOf {
            view: View::Front,
            title: "Front",
            says: "Face the camera, eyes closed, mouth closed, face at rest. Hair back, ears free. The line through both ears is level.",
            guide: Guide::HeadFront,
        },
        StepOf {
            view: View::Right45,
            title: "Right side, turned by half",
            says: "Turn head and shoulders to your left until the tip of the nose meets the outline of the other cheek. The camera sees your right side.",
            guide: Guide::HeadRight45,
        },
        StepOf {
            view: View::Left45,
            title: "Left side, turned by half",
            says: "Turn head and shoulders to your right until the tip of the nose meets the outline of the other cheek. The camera sees your left side.",
            guide: Guide::HeadLeft45,
        },
        StepOf {
            view: View::Right90,
            title: "Right profile",
            says: "Turn to your left until the other eyebrow just disappears. Look straight ahead, chin level.",
            guide: Guide::HeadRight90,
        },
        StepOf {
            view: View::Left90,
            title: "Left profile",
            says: "Turn to your right until the other eyebrow just disappears. Look straight ahead, chin level.",
            guide: Guide::HeadLeft90,
        },
        StepOf {
            view: View::Close,
            title: "Close up",
            says: "The skin that is treated, from near, sharp, filling the frame. The camera looks straight at it.",
            guide: Guide::Patch,
        },
    ],
};

const NECK: Sequence = Sequence {
    steps: &[
        StepOf {
            view: View::Front,
            title: "Front",
            says: "Face the camera, chin level, shoulders down, collar open. The camera is at the height of the neck.",
            guide: Guide::Shoulders,
        },
        StepOf {
            view: View::Right90,
            title: "Right side",
            says: "Turn to your left until the camera sees your right side. Look straight ahead, chin level.",
            guide: Guide::HeadRight90,
        },
        StepOf {
            view: View::Left90,
            title: "Left side",
            says: "Turn to your right until the camera sees your left side. Look straight ahead, chin level.",
            guide: Guide::HeadLeft90,
        },
    ],
};

const CHEST: Sequence = Sequence {
    steps: &[
        StepOf {
            view: View::Front,
            title: "Front",
            says: "Stand straight, shoulders back, arms at your sides. The camera is at the height of the breastbone.",
            guide: Guide::Shoulders,
        },
        StepOf {
            view: View::Close,
            title: "Close up",
            says: "The skin that is treated, from near, sharp, filling the frame. The camera looks straight at it.",
            guide: Guide::Patch,
        },
    ],
};

const SCALP: Sequence = Sequence {
    steps: &[
        StepOf {
            view: View::Front,
            title: "Hairline",
            says: "Face the camera, hair back, forehead free. Chin a little down, so that the hairline is in the middle.",
            guide: Guide::HeadFront,
        },
        StepOf {
            view: View::Close,
            title: "Crown",
            says: "Head bowed, hair dry and parted in the middle as always. The camera looks straight down on the crown.",
            guide: Guide::Crown,
        },
        StepOf {
            view: View::Right90,
            title: "Right temple",
            says: "Turn to your left until the camera sees your right side. Hair back behind the ear.",
            guide: Guide::HeadRight90,
        },
        StepOf {
            view: View::Left90,
            title: "Left temple",
            says: "Turn to your right until the camera sees your left side. Hair back behind the ear.",
            guide: Guide::HeadLeft90,
        },
    ],
};

const BODY: Sequence = Sequence {
    steps: &[
        StepOf {
            view: View::Body,
            title: "The whole part",
            says: "The whole part of the body with a little around it, so that it can be found again. The camera looks straight at it.",
            guide: Guide::Part,
        },
        StepOf {
            view: View::Close,
            title: "Close up",
            says: "The skin that is treated, from near, sharp, filling the frame. The camera looks straight at it.",
            guide: Guide::Patch,
        },
    ],
};

/// The regions that have views of their own; every other has those of the body.
const OWN: [(&str, &Sequence); 4] =
    [("face", &FACE), ("neck", &NECK), ("chest", &CHEST), ("scalp", &SCALP)];

/// The views of a region, and the region that they are of: a cheek is photographed with the whole face. `None` when the
/// rulebook has no such region.
pub fn sequence(book: &Rulebook, code: &str) -> Option<(String, &'static Sequence)> {
    let regions = &book.vocabulary.regions;
    let region = regions.find(code)?;
    let own = OWN.into_iter().find(|(outer, _)| {
        regions
            .find(outer)
            .is_some_and(|outer| regions.is_inside(region, outer) || regions.is_on(region, outer))
    });
    Some(match own {
        Some((outer, steps)) => (outer.to_owned(), steps),
        None => (code.to_owned(), &BODY),
    })
}

/// The regions of which a patient's photographs are taken, those of their plans first, each with its name.
pub fn regions(book: &Rulebook, story: &Story) -> Vec<(String, String)> {
    let planned = story.courses.iter().rev().flat_map(|course| {
        let zones = course.sessions.iter().flat_map(|session| &session.zones);
        zones.map(|zone| zone.region.clone()).collect::<Vec<_>>()
    });
    let tree = &book.vocabulary.regions;
    let tops = tree.all().filter(|(_, region)| region.parent.is_none() && region.lies_on.is_none());
    let all = planned.chain(tops.map(|(_, region)| region.code.clone()));
    let mut found: Vec<(String, String)> = Vec::new();
    for code in all {
        let Some((of, _)) = sequence(book, &code) else { continue };
        if found.iter().any(|(known, _)| *known == of) {
            continue;
        }
        if let Some(id) = tree.find(&of) {
            found.push((of, tree.get(id).title.clone()));
        }
    }
    found
}

/// The earlier photograph that a new one of a view and region is held against: the first, so that a series does not
/// drift from one to the next; of the same camera where there is one, because a clinic's and a telephone's differ.
/// One of which the region was not kept may be of any.
pub fn earlier<'s>(
    story: &'s Story,
    (view, region): (View, Option<&str>),
    by: Taker,
    not: &[DocumentId],
) -> Option<&'s Opened<Photograph>> {
    let is_of = |one: &Photograph| {
        let fits = match (one.region.as_deref(), region) {
            (Some(its), Some(wanted)) => its == wanted,
            (None, _) | (_, None) => true,
        };
        one.view == view && fits
    };
    let found = story.photographs.iter().filter(|one| is_of(one) && !not.contains(&one.id));
    found.min_by_key(|one| (one.by != by, one.taken, one.id))
}

/// The photographs of a sequence, by their step.
pub fn taken<'s>(story: &'s Story, sequence: DocumentId) -> Vec<&'s Opened<Photograph>> {
    let number = |one: &Photograph| {
        one.step.filter(|step| step.sequence == sequence).map(|step| step.number)
    };
    let mut found: Vec<&'s Opened<Photograph>> =
        story.photographs.iter().filter(|one| number(one).is_some()).collect();
    found.sort_by_key(|one| (number(one), one.taken, one.id));
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::testing::BOOK;

    #[test]
    fn a_cheek_is_photographed_with_the_face_and_a_knee_by_itself() {
        let of = |code| sequence(&BOOK, code).map(|(region, of)| (region, of.steps.len()));
        assert_eq!(of("cheek"), Some(("face".to_owned(), 6)));
        assert_eq!(of("eyelid"), Some(("face".to_owned(), 6)));
        assert_eq!(of("neck"), Some(("neck".to_owned(), 3)));
        assert_eq!(of("knee"), Some(("knee".to_owned(), 2)));
        assert_eq!(of("no-such-region"), None);
    }

    #[test]
    fn a_sequence_has_each_view_once_so_that_a_series_is_of_one_view() {
        for of in [&FACE, &NECK, &CHEST, &SCALP, &BODY] {
            let views: BTreeSet<View> = of.steps.iter().map(|step| step.view).collect();
            assert_eq!(views.len(), of.steps.len());
            assert!(!of.steps.is_empty());
        }
        for (region, _) in OWN {
            assert!(BOOK.vocabulary.regions.find(region).is_some(), "{region}");
        }
    }
}
