//! Photographs of invented pixels. What files hold that are refused is with `picture`.

use std::collections::BTreeSet;

use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use percuta_chart::{
    person::Part,
    photograph::{Card, Checked, Shape},
};

use super::*;
use crate::testing::{Clinic, now};

fn jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    let skin = RgbImage::from_pixel(800, 600, Rgb([210, 160, 140]));
    JpegEncoder::new(&mut bytes).encode_image(&skin).unwrap();
    bytes
}

fn shot(bytes: Vec<u8>) -> Shot {
    Shot { about: None, view: View::Front, taken: None, noted: BTreeSet::new(), bytes }
}

#[tokio::test]
async fn a_photograph_is_kept_sealed_and_opened_by_its_patient_and_by_the_clinic() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[PhotographUse::Record]).await;
    let id = clinic.practice.add_photograph(&actor, patient, shot(jpeg())).await.unwrap();
    for (who, size, media) in [
        (&actor, Size::Display, "image/jpeg"),
        (&actor, Size::Small, "image/jpeg"),
        (&clinic.lead, Size::Original, "image/jpeg"),
    ] {
        let file = clinic.practice.photograph_file(who, id, size).await.unwrap();
        assert_eq!(file.media_type, media);
        assert!(file.bytes.starts_with(&[0xFF, 0xD8, 0xFF]));
    }
    let story = clinic.practice.story(&actor, patient).await.unwrap();
    let kept = &story.photographs[0];
    assert_eq!((kept.by, kept.width, kept.height, kept.taken), (Taker::Patient, 800, 600, now()));
    // What lies in the store is not the picture.
    let sealed = clinic.practice.store().blob(kept.original).await.unwrap().unwrap();
    assert!(!sealed.windows(3).any(|three| three == [0xFF, 0xD8, 0xFF]));
}

#[tokio::test]
async fn a_file_put_in_the_place_of_another_does_not_open() {
    let clinic = Clinic::open().await;
    let (patient, _) = clinic.patient("Nora Invented").await;
    let owner = Owner::Patient(patient);
    let id = clinic.practice.keep_file(patient, b"a picture").await.unwrap();
    let sealed = clinic.practice.store().blob(id).await.unwrap().unwrap();
    let key = clinic.practice.vault.key(owner).await.unwrap().unwrap();
    assert!(envelope::open(&key, &place(id), &sealed).is_ok());
    assert!(envelope::open(&key, &place(BlobId::from_bytes([1; 16])), &sealed).is_err());
}

#[tokio::test]
async fn without_consent_nothing_is_kept() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    let wrong = |no: No| {
        let No::Wrong(wrong) = no else { return None };
        wrong.into_iter().map(|wrong| (wrong.field, wrong.says)).next()
    };
    let no = clinic.practice.add_photograph(&actor, patient, shot(jpeg())).await.unwrap_err();
    let (field, says) = wrong(no).unwrap();
    assert!(field == "photograph" && says.contains("You have not allowed"), "{says}");
    // A consent that says nothing of photographs allows none, and what was said last counts.
    clinic.consents(patient, &[]).await;
    let no = clinic.practice.add_photograph(&clinic.lead, patient, shot(jpeg())).await.unwrap_err();
    assert!(wrong(no).unwrap().1.contains("The patient has not allowed"));
    let story = clinic.practice.story(&actor, patient).await.unwrap();
    assert!(story.photographs.is_empty());
}

#[tokio::test]
async fn nobody_sees_a_photograph_who_may_not() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[PhotographUse::Record]).await;
    let id = clinic.practice.add_photograph(&actor, patient, shot(jpeg())).await.unwrap();
    let (_, other) = clinic.patient("Olaf Invented").await;
    let open = |who: &Actor| {
        let who = who.clone();
        let practice = &clinic.practice;
        async move { practice.photograph_file(&who, id, Size::Small).await.unwrap_err() }
    };
    assert!(matches!(open(&other).await, No::NotFound));
    assert!(matches!(open(&clinic.member(Part::FrontDesk)).await, No::NotAllowed));
    assert!(matches!(open(&clinic.member(Part::Owner)).await, No::NotAllowed));
    let no = clinic.practice.add_photograph(&other, patient, shot(jpeg())).await.unwrap_err();
    assert!(matches!(no, No::NotAllowed));
}

#[tokio::test]
async fn a_photograph_belongs_to_something_of_the_same_patient() {
    let clinic = Clinic::open().await;
    let (patient, _) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[PhotographUse::Record]).await;
    let (other, _) = clinic.patient("Olaf Invented").await;
    let theirs = clinic.treated(other, 1).await;
    let about = Shot { about: Some(theirs), ..shot(jpeg()) };
    let no = clinic.practice.add_photograph(&clinic.lead, patient, about).await.unwrap_err();
    assert!(matches!(no, No::NotFound));
    let own = clinic.treated(patient, 1).await;
    let about = Shot { about: Some(own), ..shot(jpeg()) };
    clinic.practice.add_photograph(&clinic.lead, patient, about).await.unwrap();
}

#[tokio::test]
async fn what_is_no_picture_is_refused_in_a_sentence_and_a_day_to_come_as_well() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[PhotographUse::Record]).await;
    let no = clinic.practice.add_photograph(&actor, patient, shot(b"GIF89a".to_vec())).await;
    assert!(matches!(&no, Err(No::Wrong(wrong)) if wrong[0].says.contains("no JPEG, HEIC or PNG")));
    let tomorrow = Shot { taken: Some(jiff::civil::date(2026, 11, 22)), ..shot(jpeg()) };
    let no = clinic.practice.add_photograph(&actor, patient, tomorrow).await;
    assert!(matches!(&no, Err(No::Wrong(wrong)) if wrong[0].field == "taken"));
    let before = Shot { taken: Some(jiff::civil::date(2026, 11, 1)), ..shot(jpeg()) };
    clinic.practice.add_photograph(&actor, patient, before).await.unwrap();
}

#[tokio::test]
async fn a_photograph_is_taken_back_by_who_sent_it_and_by_nobody_else() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[PhotographUse::Record]).await;
    let practice = &clinic.practice;
    let own = practice.add_photograph(&actor, patient, shot(jpeg())).await.unwrap();
    let theirs = practice.add_photograph(&clinic.lead, patient, shot(jpeg())).await.unwrap();
    // The clinic's is not the patient's to take back, and another member's is not one's own.
    let no = practice.withdraw_photograph(&actor, theirs).await.unwrap_err();
    assert!(matches!(no, No::Closed(_)));
    let assistant = clinic.member(Part::Assistant);
    let no = practice.withdraw_photograph(&assistant, theirs).await.unwrap_err();
    assert!(matches!(no, No::Closed(_)));
    let (_, olaf) = clinic.patient("Olaf Invented").await;
    let no = practice.withdraw_photograph(&olaf, own).await.unwrap_err();
    assert!(matches!(no, No::NotFound));
    practice.withdraw_photograph(&actor, own).await.unwrap();
    practice.withdraw_photograph(&clinic.lead, theirs).await.unwrap();
    assert!(practice.story(&actor, patient).await.unwrap().photographs.is_empty());
    let no = practice.photograph_file(&clinic.lead, own, Size::Small).await.unwrap_err();
    assert!(matches!(no, No::NotFound));
}

/// Invented skin with pores and blotches, drawn from a seed.
fn skin(seed: u32) -> Vec<u8> {
    let noise = |x: u32, y: u32, size: u32| {
        let mut state =
            seed ^ (x / size).wrapping_mul(0x9E37_79B9) ^ (y / size).wrapping_mul(0x85EB_CA6B);
        state = (state ^ (state >> 15)).wrapping_mul(0x2C1B_3C6D);
        state = (state ^ (state >> 12)).wrapping_mul(0x297A_2D39);
        (state >> 16) % 32
    };
    let skin = RgbImage::from_fn(1_200, 1_600, |x, y| {
        let dark = noise(x, y, 40) + noise(x, y, 11) + noise(x, y, 4);
        let of = |full: u32| u8::try_from(full - dark).unwrap();
        Rgb([of(225), of(180), of(160)])
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 92).encode_image(&skin).unwrap();
    bytes
}

#[tokio::test]
async fn a_photograph_is_checked_against_the_first_of_its_view_once_and_by_who_added_it() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[PhotographUse::Record]).await;
    let practice = &clinic.practice;
    let of = |days: i8, bytes| Shot {
        taken: Some(jiff::civil::date(2026, 11, 1 + days)),
        ..shot(bytes)
    };
    let first = practice.add_photograph(&actor, patient, of(0, skin(1))).await.unwrap();
    let alone = practice.check_photograph(&actor, first).await.unwrap();
    let nothing = Checked { against: None, found: Vec::new() };
    assert_eq!(alone.checked, Some(nothing), "there is nothing to check it against");
    assert_eq!(alone.card, Some(Card::NotInFrame), "skin is no card");
    let same = practice.add_photograph(&actor, patient, of(1, skin(1))).await.unwrap();
    let other = practice.add_photograph(&actor, patient, of(2, skin(2))).await.unwrap();
    // Somebody else looks: nothing is checked in their name.
    let looked = practice.check_photograph(&clinic.lead, same).await.unwrap();
    assert_eq!(looked.checked, None);
    practice.check_photograph(&actor, same).await.unwrap();
    practice.check_photograph(&actor, other).await.unwrap();
    let story = practice.story(&actor, patient).await.unwrap();
    let checked = |id| {
        let one = story.photographs.iter().find(|one| one.id == id).unwrap();
        one.checked.clone().unwrap()
    };
    let (same, other) = (checked(same), checked(other));
    assert_eq!((same.against, other.against), (Some(first), Some(first)));
    assert!(!same.found.is_empty() && same.found.iter().all(|check| check.ok), "{same:?}");
    let failed = other.found.iter().find(|check| !check.ok).unwrap();
    assert!(!failed.remedy.is_empty(), "{other:?}");
}

#[tokio::test]
async fn a_mark_lies_beside_the_picture_and_is_taken_away_again() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[PhotographUse::Record]).await;
    let practice = &clinic.practice;
    let id = practice.add_photograph(&actor, patient, shot(jpeg())).await.unwrap();
    let before = practice.photograph_file(&clinic.lead, id, Size::Original).await.unwrap().bytes;
    let ring = || Shape::Ring { middle: (5_000, 4_000), radius: 900 };
    practice.mark_photograph(&clinic.lead, (id, 0), ring(), " A scar. ").await.unwrap();
    let marked = practice.marked(&clinic.lead, id).await.unwrap();
    assert_eq!((marked.marks()[0].note.as_str(), marked.version()), ("A scar.", 1));
    let after = practice.photograph_file(&clinic.lead, id, Size::Original).await.unwrap().bytes;
    assert!(before == after, "the picture is what it was");
    // Two drew at once: who was second looks again.
    let no = practice.mark_photograph(&clinic.lead, (id, 0), ring(), "").await.unwrap_err();
    assert!(matches!(no, No::Conflict));
    for wrong in [
        Shape::Ring { middle: (10_001, 0), radius: 1 },
        Shape::Ring { middle: (0, 0), radius: 0 },
        Shape::Arrow { from: (1, 1), to: (1, 1) },
        Shape::Line { points: vec![(1, 1)] },
        Shape::Line { points: vec![(1, 1); 601] },
    ] {
        let no = practice.mark_photograph(&clinic.lead, (id, 1), wrong, "").await.unwrap_err();
        assert!(matches!(no, No::Wrong(_)), "{no:?}");
    }
    for other in [&clinic.member(Part::FrontDesk), &actor] {
        let no = practice.mark_photograph(other, (id, 1), ring(), "").await.unwrap_err();
        assert!(matches!(no, No::NotAllowed), "{no:?}");
    }
    practice.unmark_photograph(&clinic.lead, (id, 1), 0).await.unwrap();
    let marked = practice.marked(&clinic.lead, id).await.unwrap();
    assert!(marked.marks().is_empty() && marked.version() == 2);
}

#[tokio::test]
async fn a_photograph_that_is_taken_back_or_checked_elsewhere_while_it_is_checked_is_no_error() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[PhotographUse::Record]).await;
    let practice = &clinic.practice;
    practice.add_photograph(&actor, patient, shot(skin(1))).await.unwrap();
    let twice = practice.add_photograph(&actor, patient, shot(skin(1))).await.unwrap();
    let check = |id| practice.check_photograph(&actor, id);
    let (one, other) = tokio::join!(check(twice), check(twice));
    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    assert!(check(twice).await.unwrap().checked.is_some(), "one of them was kept");
    let back = practice.add_photograph(&actor, patient, shot(skin(1))).await.unwrap();
    let (checked, gone) = tokio::join!(check(back), practice.withdraw_photograph(&actor, back));
    assert!(checked.is_ok() && gone.is_ok(), "{checked:?} {gone:?}");
    let story = practice.story(&actor, patient).await.unwrap();
    assert!(story.photographs.iter().all(|one| one.id != back), "it stays taken back");
}
