//! Uploads in parts: broken off and gone on with, hostile, left lying.

use std::collections::BTreeSet;

use image::{RgbImage, codecs::png::PngEncoder};
use percuta_chart::{consent::PhotographUse, person::Part};

use super::*;
use crate::{
    photographs::Size,
    testing::{Clinic, now},
};

/// A picture of more than two parts: noise does not get smaller.
fn large() -> Vec<u8> {
    let mut state = 1_u32;
    let noise = RgbImage::from_fn(1_000, 800, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = state.to_be_bytes();
        image::Rgb([a, b, c])
    });
    let mut bytes = Vec::new();
    noise.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    assert!(bytes.len() > 2 << 20 && bytes.len() < 3 << 20, "{}", bytes.len());
    bytes
}

fn announced(bytes: &[u8]) -> Announced {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    Announced {
        view: View::Front,
        about: None,
        bytes: u64::try_from(bytes.len()).unwrap(),
        sha256: Some(percuta_seal::hex::write(&digest)),
    }
}

fn shot() -> Shot {
    Shot { about: None, view: View::Body, taken: None, noted: BTreeSet::new(), bytes: Vec::new() }
}

fn part(bytes: &[u8], offset: u64) -> &[u8] {
    let from = usize::try_from(offset).unwrap();
    let until = (from + usize::try_from(PART_BYTES).unwrap()).min(bytes.len());
    &bytes[from..until]
}

async fn send(clinic: &Clinic, actor: &Actor, (id, bytes): (DocumentId, &[u8])) {
    let mut offset = clinic.practice.upload(actor, id).await.unwrap().offset;
    while offset < u64::try_from(bytes.len()).unwrap() {
        let came = clinic.practice.put_part(actor, (id, offset), part(bytes, offset)).await;
        let Ok(Came::Kept(progress)) = came else { panic!("{came:?}") };
        offset = progress.offset;
    }
}

#[tokio::test]
async fn an_upload_that_broke_off_goes_on_where_it_was_and_becomes_a_photograph() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[PhotographUse::Record]).await;
    let (practice, bytes) = (&clinic.practice, large());
    let begun = practice.begin_upload(&actor, patient, announced(&bytes)).await.unwrap();
    assert_eq!((begun.offset, begun.part), (0, PART_BYTES));
    let first = practice.put_part(&actor, (begun.id, 0), part(&bytes, 0)).await.unwrap();
    // The answer was lost: the same part once more is kept once.
    let again = practice.put_part(&actor, (begun.id, 0), part(&bytes, 0)).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(practice.upload(&actor, begun.id).await.unwrap().offset, u64::from(PART_BYTES));
    // What lies in the store is not the picture.
    let sealed = practice.store().blob(part_id(begun.id, 0)).await.unwrap().unwrap();
    assert!(!sealed.windows(8).any(|eight| eight == &bytes[..8]));
    // Not all is here.
    let no = practice.finish_upload(&actor, begun.id, shot(), How::default()).await;
    assert!(matches!(&no, Err(No::Wrong(wrong)) if wrong[0].says.contains("Not all")), "{no:?}");
    send(&clinic, &actor, (begun.id, &bytes)).await;
    let id = practice.finish_upload(&actor, begun.id, shot(), How::default()).await.unwrap();
    let story = practice.story(&actor, patient).await.unwrap();
    let kept = &story.photographs[0];
    // The view is the announced one, whatever is said at the end.
    assert_eq!((kept.id, kept.view, kept.width, kept.height), (id, View::Front, 1_000, 800));
    assert!(practice.photograph_file(&actor, id, Size::Display).await.is_ok());
    // It is over, and its parts are gone.
    assert!(matches!(practice.upload(&actor, begun.id).await, Err(No::NotFound)));
    assert!(!practice.store().has_blob(part_id(begun.id, 0)).await.unwrap());
}

#[tokio::test]
async fn hostile_lengths_and_offsets_are_refused() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[PhotographUse::Record]).await;
    let (practice, bytes) = (&clinic.practice, large());
    for length in [0, (25 << 20) + 1, u64::MAX] {
        let wanted = Announced { bytes: length, ..announced(&bytes) };
        let no = practice.begin_upload(&actor, patient, wanted).await.unwrap_err();
        assert!(matches!(&no, No::Wrong(wrong) if wrong[0].says.contains("25 MB")), "{no:?}");
    }
    let wanted = Announced { sha256: Some("../../etc".to_owned()), ..announced(&bytes) };
    assert!(matches!(practice.begin_upload(&actor, patient, wanted).await, Err(No::Wrong(_))));
    let begun = practice.begin_upload(&actor, patient, announced(&bytes)).await.unwrap();
    for offset in [1, u64::from(PART_BYTES), u64::MAX, u64::MAX - 1] {
        let came = practice.put_part(&actor, (begun.id, offset), part(&bytes, 0)).await.unwrap();
        assert!(matches!(came, Came::Elsewhere(progress) if progress.offset == 0), "{came:?}");
    }
    for wrong in [&bytes[..0], &bytes[..10], &bytes[..(1 << 20) + 1]] {
        let no = practice.put_part(&actor, (begun.id, 0), wrong).await;
        assert!(matches!(no, Err(No::Wrong(_))), "{no:?}");
    }
    assert_eq!(practice.upload(&actor, begun.id).await.unwrap().offset, 0);
}

#[tokio::test]
async fn what_arrived_otherwise_than_announced_is_not_kept() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[PhotographUse::Record]).await;
    let (practice, bytes) = (&clinic.practice, large());
    let wanted = Announced { sha256: Some("0".repeat(64)), ..announced(&bytes) };
    let begun = practice.begin_upload(&actor, patient, wanted).await.unwrap();
    send(&clinic, &actor, (begun.id, &bytes)).await;
    let no = practice.finish_upload(&actor, begun.id, shot(), How::default()).await;
    assert!(matches!(&no, Err(No::Wrong(wrong)) if wrong[0].says.contains("announced")), "{no:?}");
    assert!(practice.story(&actor, patient).await.unwrap().photographs.is_empty());
    // What is no picture ends its upload: there is nothing to go on with.
    let rubbish = vec![7; 300];
    let begun = practice.begin_upload(&actor, patient, announced(&rubbish)).await.unwrap();
    send(&clinic, &actor, (begun.id, &rubbish)).await;
    let no = practice.finish_upload(&actor, begun.id, shot(), How::default()).await;
    assert!(matches!(no, Err(No::Wrong(_))), "{no:?}");
    assert!(matches!(practice.upload(&actor, begun.id).await, Err(No::NotFound)));
}

#[tokio::test]
async fn an_upload_is_its_own_persons_and_one_of_a_view_at_a_time() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    let (practice, bytes) = (&clinic.practice, large());
    let no = practice.begin_upload(&actor, patient, announced(&bytes)).await.unwrap_err();
    assert!(matches!(&no, No::Wrong(wrong) if wrong[0].says.contains("not allowed")), "{no:?}");
    clinic.consents(patient, &[PhotographUse::Record]).await;
    let (_, olaf) = clinic.patient("Olaf Invented").await;
    let no = practice.begin_upload(&olaf, patient, announced(&bytes)).await.unwrap_err();
    assert!(matches!(no, No::NotAllowed));
    let begun = practice.begin_upload(&actor, patient, announced(&bytes)).await.unwrap();
    for other in [&olaf, &clinic.lead, &clinic.member(Part::FrontDesk)] {
        assert!(matches!(practice.upload(other, begun.id).await, Err(No::NotFound)));
        let no = practice.put_part(other, (begun.id, 0), part(&bytes, 0)).await;
        assert!(matches!(no, Err(No::NotFound)));
    }
    practice.put_part(&actor, (begun.id, 0), part(&bytes, 0)).await.unwrap();
    let side = Announced { view: View::Left45, ..announced(&bytes) };
    let side = practice.begin_upload(&actor, patient, side).await.unwrap();
    let next = practice.begin_upload(&actor, patient, announced(&bytes)).await.unwrap();
    assert!(matches!(practice.upload(&actor, begun.id).await, Err(No::NotFound)));
    assert!(!practice.store().has_blob(part_id(begun.id, 0)).await.unwrap());
    assert!(practice.upload(&actor, side.id).await.is_ok());
    assert!(practice.upload(&actor, next.id).await.is_ok());
}

#[tokio::test]
async fn an_upload_of_yesterday_is_there_no_more() {
    let clinic = Clinic::open().await;
    let (patient, actor) = clinic.patient("Nora Invented").await;
    clinic.consents(patient, &[PhotographUse::Record]).await;
    let old = |hours| Upload {
        by: actor.person,
        view: View::Front,
        bytes: 10,
        part: PART_BYTES,
        sha256: None,
        begun: now() - SignedDuration::from_hours(hours),
    };
    let yesterday = clinic.put(patient, &old(24)).await;
    let today = clinic.put(patient, &old(23)).await;
    assert!(matches!(clinic.practice.upload(&actor, yesterday).await, Err(No::NotFound)));
    assert!(clinic.practice.upload(&actor, today).await.is_ok());
}
