//! Who may compare what, what is kept and found again, and what is shown. What the engine says is tried in `imaging`.

use std::collections::BTreeSet;

use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use jiff::civil::date;
use percuta_chart::{
    comparison::{Bound, Change as Measured, Check, MarkKind, Shape},
    consent::PhotographUse,
    person::Part,
    photograph::View,
};
use percuta_imaging::Photo;
use percuta_testkit::series::{Subject, When};

use super::*;
use crate::{
    photographs::{How, Shot},
    testing::Clinic,
};

/// Invented skin: freckles on a plain ground, drawn from a seed, so that there is something to hold on to.
fn freckled(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut draw = |below: u32| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(state >> 33).unwrap() % below
    };
    let mut skin = RgbImage::from_pixel(600, 800, Rgb([206, 160, 138]));
    for _ in 0..900 {
        let (left, top, size, depth) = (draw(600), draw(800), 2 + draw(5), 12 + draw(40));
        for (x, y) in (0..=2 * size).flat_map(|x| (0..=2 * size).map(move |y| (x, y))) {
            let far = x.abs_diff(size).pow(2) + y.abs_diff(size).pow(2);
            if far <= size * size && left + x < 600 && top + y < 800 {
                let Rgb(was) = *skin.get_pixel(left + x, top + y);
                let by = u8::try_from(depth).unwrap();
                skin.put_pixel(
                    left + x,
                    top + y,
                    Rgb(was.map(|part| part.saturating_sub(by).max(40))),
                );
            }
        }
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 95).encode_image(&skin).unwrap();
    bytes
}

fn jpeg(shade: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let skin = RgbImage::from_pixel(320, 240, Rgb([shade, 160, 140]));
    JpegEncoder::new(&mut bytes).encode_image(&skin).unwrap();
    bytes
}

/// A clinic with a patient who has two photographs of a view, six weeks apart.
struct Kept {
    clinic: Clinic,
    patient: PatientId,
    own: Actor,
    pair: Pair,
}

impl Kept {
    async fn open() -> Self {
        let clinic = Clinic::open().await;
        let (patient, own) = clinic.patient("Nora Invented").await;
        clinic.consents(patient, &[PhotographUse::Record]).await;
        let day = Some(date(2026, 10, 10));
        let before = photograph(&clinic, patient, (View::Front, day)).await;
        let after = photograph(&clinic, patient, (View::Front, None)).await;
        Self { clinic, patient, own, pair: Pair { before, after } }
    }

    async fn ask(&self, actor: &Actor, pair: Pair) -> Result<DocumentId, No> {
        self.clinic.practice.compare(actor, self.patient, (pair, Marked::AsBefore)).await
    }
}

async fn photograph(
    clinic: &Clinic,
    patient: PatientId,
    (view, taken): (View, Option<jiff::civil::Date>),
) -> DocumentId {
    photograph_of(clinic, patient, (view, taken, jpeg(210))).await
}

async fn photograph_of(
    clinic: &Clinic,
    patient: PatientId,
    (view, taken, bytes): (View, Option<jiff::civil::Date>, Vec<u8>),
) -> DocumentId {
    let shot = Shot { about: None, view, taken, noted: BTreeSet::new(), bytes };
    clinic.practice.add_photograph(&clinic.lead, patient, shot).await.unwrap()
}

/// What could be said of a pair.
fn said(pair: Pair, days_after_session: Option<u32>) -> Comparison {
    Comparison {
        before: pair.before,
        after: pair.after,
        marks: Vec::new(),
        engine: engine::ENGINE.to_owned(),
        days_after_session,
        checks: vec![Check {
            name: "pose".to_owned(),
            of: "turned to the side".to_owned(),
            value: Some(1.5),
            unit: "deg".to_owned(),
            bound: Bound::AtMost,
            limit: 5.0,
            is_ok: true,
            remedy: String::new(),
        }],
        alignment: None,
        changes: vec![Measured {
            what: "erythema".to_owned(),
            value: -0.5,
            unit: "EI".to_owned(),
            interval: [-1.0, 0.0],
            against: "whole region".to_owned(),
            smallest_detectable: 2.0,
            learned_from: None,
            note: None,
        }],
        not_measurable: Vec::new(),
        map: None,
        aligned: None,
        map_picture: None,
        is_repeat: false,
    }
}

fn wrong(no: &No) -> Option<&str> {
    let No::Wrong(wrong) = no else { return None };
    wrong.first().map(|wrong| wrong.field.as_str())
}

#[tokio::test]
async fn only_two_photographs_of_one_view_of_one_patient_are_compared_and_in_their_order() {
    let kept = Kept::open().await;
    let close = photograph(&kept.clinic, kept.patient, (View::Close, None)).await;
    let no = kept.ask(&kept.clinic.lead, Pair { after: close, ..kept.pair }).await.unwrap_err();
    assert_eq!(wrong(&no), Some("after"), "another view");
    let turned = Pair { before: kept.pair.after, after: kept.pair.before };
    let no = kept.ask(&kept.clinic.lead, turned).await.unwrap_err();
    assert_eq!(wrong(&no), Some("after"), "the later one first");
    let twice = Pair { after: kept.pair.before, ..kept.pair };
    let no = kept.ask(&kept.clinic.lead, twice).await.unwrap_err();
    assert_eq!(wrong(&no), Some("after"), "one twice");
    let (olaf, of_olaf) = kept.clinic.patient("Olaf Invented").await;
    kept.clinic.consents(olaf, &[PhotographUse::Record]).await;
    let theirs = photograph(&kept.clinic, olaf, (View::Front, None)).await;
    let no = kept.ask(&kept.clinic.lead, Pair { after: theirs, ..kept.pair }).await.unwrap_err();
    assert!(matches!(no, No::NotFound), "one of somebody else");
    // Nobody asks about another patient's, and the front desk sees no photographs.
    for actor in [&of_olaf, &kept.clinic.member(Part::FrontDesk)] {
        let no = kept.ask(actor, kept.pair).await.unwrap_err();
        assert!(matches!(no, No::NotAllowed));
        let no = kept.clinic.practice.comparisons(actor, kept.patient).await.unwrap_err();
        assert!(matches!(no, No::NotAllowed));
    }
    let mark = Mark {
        kind: MarkKind::Treated,
        shape: Shape::Box,
        left: 900,
        top: 0,
        width: 200,
        height: 10,
    };
    let asked = (kept.pair, Marked::As(vec![mark]));
    let no = kept.clinic.practice.compare(&kept.clinic.lead, kept.patient, asked).await;
    assert_eq!(wrong(&no.unwrap_err()), Some("marks"), "a mark beside the photograph");
}

#[tokio::test]
async fn what_was_said_is_found_again_until_the_days_or_the_marks_are_others() {
    let kept = Kept::open().await;
    kept.clinic.treated(kept.patient, 42).await;
    let id = kept.clinic.put(kept.patient, &said(kept.pair, Some(42))).await;
    for actor in [&kept.clinic.lead, &kept.own] {
        assert_eq!(kept.ask(actor, kept.pair).await.unwrap(), id);
    }
    let all = kept.clinic.practice.comparisons(&kept.own, kept.patient).await.unwrap();
    assert_eq!(newest(&all, kept.pair).map(|one| one.id), Some(id));
    // Another session was charted meanwhile, and what is behind a gate may be another: these two are asked about anew.
    // They are one grey colour, so that nothing in them can be laid over anything.
    kept.clinic.treated(kept.patient, 7).await;
    let again = kept.ask(&kept.clinic.lead, kept.pair).await.unwrap();
    assert_ne!(again, id);
    let all = kept.clinic.practice.comparisons(&kept.own, kept.patient).await.unwrap();
    // Both are of one moment of the clock.
    let anew = newest(&all, kept.pair).unwrap();
    assert_eq!(anew.id, again);
    assert_eq!((anew.days_after_session, anew.is_comparable()), (Some(7), false));
    assert_eq!(kept.ask(&kept.own, kept.pair).await.unwrap(), again, "and is found again");
}

#[tokio::test]
async fn which_was_asked_for_last_is_known_without_a_clock_and_when_an_earlier_one_is_counted() {
    let kept = Kept::open().await;
    let practice = &kept.clinic.practice;
    let again = photograph(&kept.clinic, kept.patient, (View::Front, None)).await;
    let pair = Pair { before: kept.pair.after, after: again };
    // So many that chance alone would not put them in their order: each has other marks.
    let mut last = kept.clinic.put(kept.patient, &said(pair, None)).await;
    let first = last;
    for left in 1..=6 {
        let (kind, shape) = (MarkKind::Treated, Shape::Box);
        let mark = Mark { kind, shape, left: left * 10, top: 0, width: 200, height: 100 };
        let asked = (pair, Marked::As(vec![mark]));
        last = practice.compare(&kept.clinic.lead, kept.patient, asked).await.unwrap();
        let all = practice.comparisons(&kept.own, kept.patient).await.unwrap();
        assert_eq!(newest(&all, pair).map(|one| one.id), Some(last), "turn {left}");
        assert_eq!(marks_on(&all, pair.before), [mark]);
    }
    // A later version of an earlier one does not make it the last.
    practice.count_repeat(&kept.clinic.lead, first).await.unwrap();
    practice.uncount_repeat(&kept.clinic.lead, first).await.unwrap();
    let all = practice.comparisons(&kept.own, kept.patient).await.unwrap();
    assert_eq!(newest(&all, pair).map(|one| one.id), Some(last));
}

#[tokio::test]
async fn a_comparison_is_shown_only_while_both_photographs_are() {
    let kept = Kept::open().await;
    let aligned = kept.clinic.practice.keep_file(kept.patient, b"a picture").await.unwrap();
    let comparison = Comparison { aligned: Some(aligned), ..said(kept.pair, None) };
    let id = kept.clinic.put(kept.patient, &comparison).await;
    let practice = &kept.clinic.practice;
    for actor in [&kept.clinic.lead, &kept.own] {
        let file = practice.comparison_file(actor, id, Which::Aligned).await.unwrap();
        assert_eq!(
            (file.media_type.as_str(), file.bytes.as_slice()),
            ("image/jpeg", &b"a picture"[..])
        );
        let no = practice.comparison_file(actor, id, Which::Map).await.unwrap_err();
        assert!(matches!(no, No::NotFound), "there is no map of it");
    }
    let (_, olaf) = kept.clinic.patient("Olaf Invented").await;
    let no = practice.comparison_file(&olaf, id, Which::Aligned).await.unwrap_err();
    assert!(matches!(no, No::NotFound));
    practice.withdraw_photograph(&kept.clinic.lead, kept.pair.after).await.unwrap();
    let no = practice.comparison_file(&kept.clinic.lead, id, Which::Aligned).await.unwrap_err();
    assert!(matches!(no, No::NotFound));
    assert!(practice.comparisons(&kept.own, kept.patient).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_clinic_learns_from_two_shots_of_one_day_each_counted_once() {
    let kept = Kept::open().await;
    let practice = &kept.clinic.practice;
    let again = photograph(&kept.clinic, kept.patient, (View::Front, None)).await;
    let apart = kept.clinic.put(kept.patient, &said(kept.pair, None)).await;
    let no = practice.count_repeat(&kept.clinic.lead, apart).await.unwrap_err();
    assert!(matches!(no, No::Closed(_)), "six weeks lie between them");
    let pair = Pair { before: kept.pair.after, after: again };
    let id = kept.clinic.put(kept.patient, &said(pair, None)).await;
    for _ in 0..2 {
        practice.count_repeat(&kept.clinic.lead, id).await.unwrap();
    }
    let of = |repeats: &Repeatability| repeats.0.get("erythema").copied();
    let learned = of(&practice.repeatability().await.unwrap()).unwrap();
    // One difference of a half: a shot strays by a half over the root of two.
    assert_eq!(learned.count, 1);
    assert!((learned.within_sd - 0.5 / 2.0_f64.sqrt()).abs() < 1e-12);
    let no = practice.uncount_repeat(&kept.own, id).await.unwrap_err();
    assert!(matches!(no, No::NotAllowed), "what the clinic learns is not the patient's to say");
    practice.uncount_repeat(&kept.clinic.lead, id).await.unwrap();
    assert_eq!(of(&practice.repeatability().await.unwrap()), None);
}

#[tokio::test]
async fn the_same_skin_is_laid_over_itself_and_other_skin_is_not_compared() {
    let kept = Kept::open().await;
    let (clinic, practice) = (&kept.clinic, &kept.clinic.practice);
    let day = Some(date(2026, 10, 10));
    let before = photograph_of(clinic, kept.patient, (View::Close, day, freckled(7))).await;
    let same = photograph_of(clinic, kept.patient, (View::Close, None, freckled(7))).await;
    let other = photograph_of(clinic, kept.patient, (View::Close, None, freckled(8))).await;
    let id = kept.ask(&clinic.lead, Pair { before, after: same }).await.unwrap();
    let all = practice.comparisons(&clinic.lead, kept.patient).await.unwrap();
    let said = newest(&all, Pair { before, after: same }).unwrap();
    assert!(said.is_comparable(), "{:?}", said.checks);
    assert!(said.changes.iter().all(|change| change.value.to_bits() == 0), "{:?}", said.changes);
    let file = practice.comparison_file(&clinic.lead, id, Which::Aligned).await.unwrap();
    assert!(file.bytes.starts_with(&[0xFF, 0xD8, 0xFF]), "laid over the earlier one");
    // Asked again, it is the one that was kept.
    assert_eq!(kept.ask(&kept.own, Pair { before, after: same }).await.unwrap(), id);
    kept.ask(&clinic.lead, Pair { before, after: other }).await.unwrap();
    let all = practice.comparisons(&clinic.lead, kept.patient).await.unwrap();
    let said = newest(&all, Pair { before, after: other }).unwrap();
    assert!(!said.is_comparable() && said.aligned.is_none() && said.map.is_none());
    assert!(!said.checks[0].is_ok && !said.checks[0].remedy.is_empty());
}

fn png(photo: &Photo, shade: impl Fn([u8; 3]) -> [u8; 3]) -> Vec<u8> {
    let (width, height) = (photo.width(), photo.height());
    let rgb: Vec<u8> =
        photo.rgb().chunks_exact(3).flat_map(|at| shade([at[0], at[1], at[2]])).collect();
    let picture =
        RgbImage::from_raw(u32::try_from(width).unwrap(), u32::try_from(height).unwrap(), rgb);
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.unwrap().write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Of the invented card: a sixth of its width.
const CARD_MM: f64 = 64.0 / 6.0;

#[tokio::test]
async fn a_card_that_was_read_on_both_corrects_the_colours_and_one_that_lies_stops_it() {
    let kept = Kept::open().await;
    let (clinic, practice) = (&kept.clinic, &kept.clinic.practice);
    let subject = Subject::new(11, 32.0);
    let taken = async |bytes: Vec<u8>, day| {
        let id = photograph_of(clinic, kept.patient, (View::Close, day, bytes)).await;
        practice.check_photograph(&clinic.lead, id).await.unwrap();
        id
    };
    let as_it_is = |rgb: [u8; 3]| rgb;
    let (first, later) = (When::Before, When::Weeks(8.0));
    let day = |day| Some(date(2026, 10, day));
    let before = taken(png(&subject.with_card(0.0, first).unwrap(), as_it_is), day(1)).await;
    let after_card = subject.with_card(0.0, later).unwrap();
    let after = taken(png(&after_card, as_it_is), day(20)).await;
    let without = taken(png(&subject.photograph(0.0, later).unwrap(), as_it_is), day(21)).await;
    // A filter of an album, which no light makes.
    let steep = |part: u8| (f64::from(part) / 255.0).powf(1.35) * 255.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 255")]
    let filtered = |rgb: [u8; 3]| [steep(rgb[0]) as u8, rgb[1], rgb[2]];
    let lying = taken(png(&after_card, filtered), day(22)).await;
    let say = async |after| {
        let pair = Pair { before, after };
        kept.ask(&clinic.lead, pair).await.unwrap();
        let all = practice.comparisons(&clinic.lead, kept.patient).await.unwrap();
        newest(&all, pair).unwrap().document.clone()
    };
    let by_card = say(after).await;
    assert!(is_by_card(&by_card) && by_card.is_comparable(), "{:?}", by_card.checks);
    assert_eq!(by_card.change("erythema").unwrap().against, "colour card");
    // How large the card is nobody said, so it makes no square centimetres.
    assert_eq!(by_card.map.unwrap().area_cm2, None);
    let seen = practice.clinic().await.unwrap();
    let measured =
        percuta_chart::clinic::Clinic { card_pitch_mm: Some(CARD_MM), ..seen.document.clone() };
    practice.save_clinic(&clinic.lead, &seen, &measured).await.unwrap();
    let with_length = say(after).await;
    let area = with_length.map.unwrap().area_cm2.unwrap();
    assert!((150.0..500.0).contains(&area), "{area} square centimetres of a face");
    let plain = say(without).await;
    assert!(!is_by_card(&plain) && plain.is_comparable(), "{:?}", plain.checks);
    assert_eq!(plain.change("erythema").unwrap().against, "whole region");
    let stopped = say(lying).await;
    let of_card = stopped.checks.iter().find(|check| check.of == OF_CARD).unwrap();
    assert!(!of_card.is_ok && of_card.remedy.contains("card"), "{of_card:?}");
    assert!(stopped.changes.is_empty() && stopped.map.is_none());
}

/// A photograph as a camera gives it: the light a little otherwise each time.
fn brighter(bytes: &[u8], by: u8) -> Vec<u8> {
    let mut picture = image::load_from_memory(bytes).unwrap().to_rgb8();
    for pixel in picture.pixels_mut() {
        pixel.0[0] = pixel.0[0].saturating_add(by);
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn a_repeat_that_was_taken_as_one_is_learned_from_and_forgotten_when_it_is_taken_back() {
    let kept = Kept::open().await;
    let (clinic, practice) = (&kept.clinic, &kept.clinic.practice);
    let count = async || {
        let learned = practice.repeatability().await.unwrap();
        learned.0.get("erythema").map_or(0, |repeat| repeat.count)
    };
    let taken = async |actor: &Actor, repeat_of, bytes| {
        let (view, noted) = (View::Close, BTreeSet::new());
        let shot = Shot { about: None, view, taken: None, noted, bytes };
        let how = How { region: Some("face".to_owned()), repeat_of, ..How::default() };
        let id = practice.add_photograph_taken(actor, kept.patient, shot, how).await.unwrap();
        practice.check_photograph(actor, id).await.unwrap();
        id
    };
    let skin = freckled(7);
    let first = taken(&clinic.lead, None, skin.clone()).await;
    assert_eq!(count().await, 0, "one shot repeats nothing");
    for turn in 1..=3_u8 {
        taken(&clinic.lead, Some(first), brighter(&skin, turn)).await;
        assert_eq!(count().await, usize::from(turn));
    }
    // Other skin in the frame: the two cannot be compared, and nothing is learned.
    taken(&clinic.lead, Some(first), freckled(8)).await;
    assert_eq!(count().await, 3);
    // At home camera and light are others.
    let at_home = taken(&kept.own, None, skin.clone()).await;
    taken(&kept.own, Some(at_home), brighter(&skin, 4)).await;
    assert_eq!(count().await, 3);
    // A shot that is taken back says nothing any more.
    let bad = taken(&clinic.lead, Some(first), brighter(&skin, 5)).await;
    assert_eq!(count().await, 4);
    practice.withdraw_photograph(&clinic.lead, bad).await.unwrap();
    assert_eq!(count().await, 3);
    // Below ten of them every comparison says that its error is assumed; from ten on, from how many it was learned.
    let later = Pair { before: kept.pair.before, after: first };
    assert!(kept.ask(&clinic.lead, later).await.is_err(), "another view");
    let from = async || {
        let last = taken(&clinic.lead, None, brighter(&skin, 9)).await;
        let pair = Pair { before: first, after: last };
        kept.ask(&clinic.lead, pair).await.unwrap();
        let all = practice.comparisons(&clinic.lead, kept.patient).await.unwrap();
        newest(&all, pair).unwrap().change("erythema").unwrap().learned_from
    };
    assert_eq!(from().await, None);
    for turn in 4..=10_u8 {
        taken(&clinic.lead, Some(first), brighter(&skin, turn)).await;
    }
    assert_eq!(from().await, Some(10));
}

#[tokio::test]
async fn a_photograph_without_a_region_is_of_the_only_one_that_its_view_has() {
    let kept = Kept::open().await;
    let practice = &kept.clinic.practice;
    let parts = async || {
        let story = practice.story(&kept.clinic.lead, kept.patient).await.unwrap().photographs;
        let of = |one| super::Part::of(one, &story).region;
        story.iter().map(|one| (one.id, of(one))).collect::<BTreeMap<_, _>>()
    };
    let taken = async |region: &str| {
        let (view, noted, bytes) = (View::Front, BTreeSet::new(), jpeg(200));
        let shot = Shot { about: None, view, taken: None, noted, bytes };
        let how = How { region: Some(region.to_owned()), ..How::default() };
        let lead = &kept.clinic.lead;
        practice.add_photograph_taken(lead, kept.patient, shot, how).await.unwrap()
    };
    let unsaid = kept.pair.before;
    assert_eq!(parts().await[&unsaid], None);
    let face = taken("face").await;
    assert_eq!(parts().await[&unsaid].as_deref(), Some("face"));
    let neck = taken("neck").await;
    assert_eq!(parts().await[&unsaid], None, "it may be of either");
    assert_eq!(parts().await[&neck].as_deref(), Some("neck"));
    let no = kept.ask(&kept.clinic.lead, Pair { before: face, after: neck }).await.unwrap_err();
    assert_eq!(wrong(&no), Some("after"), "two regions");
    // Of which it is not known may be asked about: whether the skin is the same is checked.
    kept.ask(&kept.clinic.lead, Pair { before: unsaid, after: neck }).await.unwrap();
}
