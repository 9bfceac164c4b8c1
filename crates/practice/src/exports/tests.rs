//! What leaves the clinic and what does not, also when it is tried round the back.

use std::collections::BTreeSet;

use percuta_chart::{
    comparison::{Bound, Check},
    consent::PhotographUse,
    person::Part,
};
use percuta_imaging::picture;

use super::*;
use crate::{
    comparisons::engine::ENGINE,
    permissions::Which,
    photographs::Shot,
    testing::{Clinic, jpeg},
};
use PhotographUse::{Public, Record, Teaching};

struct Shown {
    clinic: Clinic,
    patient: PatientId,
    nora: Actor,
    before: DocumentId,
    after: DocumentId,
}

fn check(is_ok: bool) -> Check {
    Check {
        name: "pose".to_owned(),
        of: "turned to the side".to_owned(),
        value: Some(1.0),
        unit: "deg".to_owned(),
        bound: Bound::AtMost,
        limit: 5.0,
        is_ok,
        remedy: "Turn the head as on the earlier one.".to_owned(),
    }
}

impl Shown {
    /// A patient with two photographs, thirty days apart, that may be shown in public.
    async fn open() -> Self {
        let clinic = Clinic::open().await;
        let (patient, nora) = clinic.patient("Nora Invented").await;
        clinic.consents(patient, &[Record]).await;
        clinic.treated(patient, 20).await;
        let add = async |taken| {
            let (about, view, noted) = (None, View::Front, BTreeSet::from([Noted::Bare]));
            let shot = Shot { about, view, taken, noted, bytes: jpeg() };
            clinic.practice.add_photograph(&clinic.lead, patient, shot).await.unwrap()
        };
        let before = add(Some(jiff::civil::date(2026, 10, 22))).await;
        let after = add(None).await;
        let shown = Self { clinic, patient, nora, before, after };
        shown.permit(&[Record, Public]).await;
        shown
    }

    async fn permit(&self, uses: &[PhotographUse]) {
        let uses = uses.iter().copied().collect();
        let said = self.clinic.practice.permit_photographs(&self.nora, &Which::All, &uses).await;
        said.unwrap();
    }

    /// A comparison of the two as the engine would have said it.
    async fn compared(&self, is_ok: bool) {
        let practice = &self.clinic.practice;
        let aligned = match is_ok {
            true => {
                let picture = picture::read(&jpeg()).unwrap().display;
                Some(practice.keep_file(self.patient, &picture).await.unwrap())
            }
            false => None,
        };
        let comparison = Comparison {
            before: self.before,
            after: self.after,
            marks: Vec::new(),
            engine: ENGINE.to_owned(),
            days_after_session: Some(20),
            checks: vec![check(is_ok)],
            alignment: None,
            changes: Vec::new(),
            not_measurable: Vec::new(),
            map: None,
            aligned,
            map_picture: None,
            is_repeat: false,
        };
        self.clinic.put(self.patient, &comparison).await;
    }

    fn pair(&self) -> Wish {
        Wish { photographs: vec![self.before, self.after], purpose: Purpose::Public }
    }

    fn single(&self) -> Wish {
        Wish { photographs: vec![self.after], purpose: Purpose::Public }
    }

    async fn try_export(&self, actor: &Actor, wish: &Wish) -> Result<Made, No> {
        let cover = Cover::proposed(View::Front);
        let once = self.clinic.practice.form_id().unwrap();
        self.clinic.practice.export(actor, once, (wish, &cover)).await
    }
}

fn says(no: &No) -> &str {
    let No::Wrong(wrong) = no else { panic!("{no:?}") };
    &wrong[0].says
}

#[tokio::test]
async fn a_photograph_leaves_covered_without_metadata_and_registered_by_its_hash() {
    let shown = Shown::open().await;
    let (practice, lead) = (&shown.clinic.practice, &shown.clinic.lead);
    let made = shown.try_export(lead, &shown.single()).await.unwrap();
    let bytes = &made.file.bytes;
    // Start, the plain header of JPEG, and none of the segments that hold a place, a camera, a profile or a comment.
    for segment in [0xE1_u8, 0xE2, 0xED, 0xFE] {
        assert!(!bytes[..600].windows(2).any(|two| two == [0xFF, segment]));
    }
    let photo = read(bytes).unwrap();
    assert_eq!(photo.width(), 800);
    assert!(photo.height() > 600, "the caption stands beneath");
    // In the middle of the band every pixel is the block's, give or take the coding.
    let row = &photo.rgb()[240 * 800 * 3..241 * 800 * 3];
    assert!(row.iter().all(|value| value.abs_diff(38) <= 6));
    let listed = practice.publication(lead, made.publication).await.unwrap();
    let written = &listed.copy.publication;
    let hash = hex::write(&Sha256::digest(bytes));
    assert_eq!(written.file_sha256.as_deref(), Some(hash.as_str()));
    assert_eq!((listed.copy.standing, &written.place), (Standing::Exported, &None));
}

#[tokio::test]
async fn the_same_export_gives_the_same_bytes_and_a_second_sending_makes_nothing() {
    let shown = Shown::open().await;
    let (practice, lead) = (&shown.clinic.practice, &shown.clinic.lead);
    let first = shown.try_export(lead, &shown.single()).await.unwrap();
    let second = shown.try_export(lead, &shown.single()).await.unwrap();
    assert_eq!(first.file.bytes, second.file.bytes);
    let cover = Cover::proposed(View::Front);
    let again = practice.export(lead, first.publication, (&shown.single(), &cover)).await;
    assert!(matches!(again, Err(No::Conflict)));
    assert_eq!(practice.publications(lead).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_pair_leaves_only_when_a_comparison_says_that_it_can_be_compared() {
    let shown = Shown::open().await;
    let lead = &shown.clinic.lead;
    let no = shown.try_export(lead, &shown.pair()).await.unwrap_err();
    assert!(says(&no).contains("not compared yet"));
    shown.compared(false).await;
    let no = shown.try_export(lead, &shown.pair()).await.unwrap_err();
    assert!(says(&no).contains("turned to the side"));
    let shown = Shown::open().await;
    shown.compared(true).await;
    let made = shown.try_export(&shown.clinic.lead, &shown.pair()).await.unwrap();
    let photo = read(&made.file.bytes).unwrap();
    assert_eq!(photo.width(), 800 + 16 + 800);
    let practice = &shown.clinic.practice;
    let offer = practice.offer_export(&shown.clinic.lead, &shown.pair()).await.unwrap();
    assert!(offer.refused.is_empty());
    assert_eq!(
        offer.caption,
        "Before and after: 30 days apart, 1 session of microneedling between. Pose, distance, light and colour passed the checks; no make-up, face at rest. The later one was taken 20 days after a session. That is early: colour and swelling still change. One person's skin: results vary, and this promises none. Dark blocks protect the person; nothing else was changed."
    );
    // The other way round nothing is known.
    let turned = Wish { photographs: vec![shown.after, shown.before], ..shown.pair() };
    let no = shown.try_export(&shown.clinic.lead, &turned).await.unwrap_err();
    assert!(says(&no).contains("the earlier one first"));
}

#[tokio::test]
async fn nothing_leaves_without_the_patients_word_for_this_use() {
    let shown = Shown::open().await;
    let (practice, lead) = (&shown.clinic.practice, &shown.clinic.lead);
    let lecture = Wish { purpose: Purpose::Teaching, ..shown.single() };
    let no = shown.try_export(lead, &lecture).await.unwrap_err();
    assert!(says(&no).contains("said no"));
    // Not the preview either, which would be the same file.
    let cover = Cover::proposed(View::Front);
    let no = practice.preview_export(lead, &lecture, &cover).await.unwrap_err();
    assert!(says(&no).contains("said no"));
    // One of two is not both.
    shown.compared(true).await;
    let these = Which::These(vec![shown.before]);
    let gone = BTreeSet::from([Public]);
    practice.withdraw_permission(&shown.nora, &these, &gone).await.unwrap();
    assert!(shown.try_export(lead, &shown.pair()).await.is_err());
    shown.try_export(lead, &shown.single()).await.unwrap();
    // After the withdrawal of all nothing leaves, and the file that has left has to go.
    practice.withdraw_permission(&shown.nora, &Which::All, &gone).await.unwrap();
    assert!(shown.try_export(lead, &shown.single()).await.is_err());
    let listed = practice.publications(lead).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert!(matches!(listed[0].copy.standing, Standing::ToTakeDown { .. }));
    let place = percuta_chart::permission::Place {
        channel: percuta_chart::permission::Channel::WebSite,
        words: "clinic web site".to_owned(),
    };
    let since = jiff::civil::date(2026, 11, 21);
    let id = listed[0].copy.publication.id;
    let no = practice.put_up(lead, id, (place, since)).await.unwrap_err();
    assert!(matches!(no, No::Closed(_)));
}

#[tokio::test]
async fn a_withdrawn_consent_stops_exports_at_once() {
    let shown = Shown::open().await;
    let (practice, lead) = (&shown.clinic.practice, &shown.clinic.lead);
    shown.try_export(lead, &shown.single()).await.unwrap();
    let folder = practice.vault.folder(shown.patient).await.unwrap().unwrap();
    let consent = folder.all::<percuta_chart::consent::Consent>().unwrap().remove(0);
    let draft = Draft::new(Act::Own, "test.withdraw", consent.id)
        .change(&consent, percuta_record::Change::Withdraw, &consent.document)
        .unwrap();
    practice.commit(&shown.nora, draft).await.unwrap();
    let no = shown.try_export(lead, &shown.single()).await.unwrap_err();
    assert!(says(&no).contains("withdrawn"));
    // Nobody swept the register, and it is found all the same.
    let listed = practice.publications(lead).await.unwrap();
    assert!(matches!(listed[0].copy.standing, Standing::ToTakeDown { .. }));
}

#[tokio::test]
async fn who_may_not_exports_nothing() {
    let shown = Shown::open().await;
    let (_, olaf) = shown.clinic.patient("Olaf Invented").await;
    let owner = shown.clinic.member(Part::Owner);
    let assistant = shown.clinic.member(Part::Assistant);
    for actor in [&shown.nora, &olaf, &owner, &assistant, &shown.clinic.member(Part::FrontDesk)] {
        let no = shown.try_export(actor, &shown.single()).await.unwrap_err();
        assert!(matches!(no, No::NotAllowed));
        let offer = shown.clinic.practice.offer_export(actor, &shown.single()).await;
        assert!(matches!(offer, Err(No::NotAllowed)));
    }
    let practitioner = shown.clinic.member(Part::Practitioner);
    shown.try_export(&practitioner, &shown.single()).await.unwrap();
}

#[tokio::test]
async fn two_patients_make_no_pair_and_three_photographs_no_sheet() {
    let shown = Shown::open().await;
    let (other, olaf) = shown.clinic.patient("Olaf Invented").await;
    shown.clinic.consents(other, &[Record]).await;
    let (about, view, noted) = (None, View::Front, BTreeSet::new());
    let shot = Shot { about, view, taken: None, noted, bytes: jpeg() };
    let theirs = shown.clinic.practice.add_photograph(&olaf, other, shot).await.unwrap();
    let uses = BTreeSet::from([Record, Public, Teaching]);
    shown.clinic.practice.permit_photographs(&olaf, &Which::All, &uses).await.unwrap();
    for photographs in
        [vec![shown.before, theirs], vec![shown.before, shown.after, shown.after], Vec::new()]
    {
        let wish = Wish { photographs, purpose: Purpose::Public };
        let no = shown.try_export(&shown.clinic.lead, &wish).await.unwrap_err();
        assert!(matches!(no, No::NotFound));
    }
}

#[tokio::test]
async fn a_face_does_not_leave_as_it_is() {
    let shown = Shown::open().await;
    let (practice, lead) = (&shown.clinic.practice, &shown.clinic.lead);
    let dot = Block::new(0, 0, 100, 100).unwrap();
    for cover in [Cover::Nothing, Cover::Blocks(vec![dot])] {
        let once = practice.form_id().unwrap();
        let no = practice.export(lead, once, (&shown.single(), &cover)).await.unwrap_err();
        assert!(says(&no).contains("eyes"));
    }
    let cheek = Block::new(100, 550, 400, 800).unwrap();
    let cover = Cover::AllBut(cheek);
    let file = practice.preview_export(lead, &shown.single(), &cover).await.unwrap();
    let photo = read(&file.bytes).unwrap();
    let pixel = |x: usize, y: usize| photo.rgb()[(y * 800 + x) * 3];
    assert!(pixel(400, 100).abs_diff(38) <= 6 && pixel(700, 400).abs_diff(38) <= 6);
    assert!(pixel(200, 400) > 180);
    // A preview is no entry in the register.
    assert!(practice.publications(lead).await.unwrap().is_empty());
}

#[test]
fn eyes_are_covered_on_every_view_of_a_face() {
    for view in View::ALL {
        assert_eq!(Cover::proposed(view).fits(view), Ok(()));
        assert_eq!(is_face(view), Cover::Nothing.fits(view).is_err());
    }
}
