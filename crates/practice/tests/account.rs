//! Signing in and out, invitations, links: what opens, and what opens no more.
#![expect(
    clippy::unwrap_used,
    dead_code,
    reason = "a test says by its panic what does not hold; not every test uses all of the house"
)]

use jiff::SignedDuration;
use percuta_chart::person::{Part, Standing, document_of_member};
use percuta_practice::{No, members::Rights};

#[path = "support/house.rs"]
mod house;

use house::{House, PASSWORD, invitation, pass, password};

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

#[tokio::test]
async fn a_sign_in_lasts_while_it_is_used_and_never_beyond_its_end() {
    let house = House::open().await;
    for _ in 0..7 {
        pass(minutes(100));
        assert!(house.practice.who(&house.cookie).await.unwrap().is_some());
    }
    // Twelve hours are over, though it was used all the time.
    pass(minutes(100));
    assert!(house.practice.who(&house.cookie).await.unwrap().is_none());
}

#[tokio::test]
async fn a_sign_in_that_nobody_uses_ends_after_two_hours() {
    let house = House::open().await;
    pass(minutes(121));
    assert!(house.practice.who(&house.cookie).await.unwrap().is_none());
    // It does not come back.
    pass(minutes(-60));
    assert!(house.practice.who(&house.cookie).await.unwrap().is_none());
}

#[tokio::test]
async fn a_patient_stays_signed_in_without_use_for_thirty_days() {
    let house = House::open().await;
    let patient = house.patient("Ada Invented").await;
    let (_, cookie) = house.signed_in(patient).await;
    pass(minutes(29 * 24 * 60));
    assert!(house.practice.who(&cookie).await.unwrap().is_some());
    pass(minutes(2 * 24 * 60));
    assert!(house.practice.who(&cookie).await.unwrap().is_none());
}

#[tokio::test]
async fn who_signs_out_is_out_there_and_nowhere_else() {
    let house = House::open().await;
    let other = house.practice.sign_in("ines@clinic.example", password(), "here").await.unwrap();
    house.practice.sign_out(&house.cookie).await.unwrap();
    assert!(house.practice.who(&house.cookie).await.unwrap().is_none());
    assert!(house.practice.who(&other).await.unwrap().is_some());
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_refused_alike() {
    let house = House::open().await;
    let wrong = || zeroize::Zeroizing::new("not the password".to_owned());
    let known = house.practice.sign_in("ines@clinic.example", wrong(), "a").await;
    let unknown = house.practice.sign_in("nobody@clinic.example", wrong(), "b").await;
    match (known, unknown) {
        (Err(No::Wrong(left)), Err(No::Wrong(right))) => assert_eq!(left, right),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn who_guesses_has_to_wait_by_address_and_by_place() {
    let house = House::open().await;
    let wrong = || zeroize::Zeroizing::new("not the password".to_owned());
    for place in 0..5 {
        let from = format!("place {place}");
        house.practice.sign_in("ines@clinic.example", wrong(), &from).await.unwrap_err();
    }
    let held = house.practice.sign_in("Ines@clinic.example ", password(), "elsewhere").await;
    assert!(matches!(held, Err(No::Wait { seconds: 1.. })), "{held:?}");
    for one in 0..5 {
        let email = format!("guess-{one}@clinic.example");
        house.practice.sign_in(&email, wrong(), "one place").await.unwrap_err();
    }
    let held = house.practice.sign_in("else@clinic.example", wrong(), "one place").await;
    assert!(matches!(held, Err(No::Wait { seconds: 1.. })), "{held:?}");
    pass(minutes(61));
    house.practice.sign_in("ines@clinic.example", password(), "one place").await.unwrap();
}

#[tokio::test]
async fn an_invitation_opens_once_and_for_a_fortnight() {
    let house = House::open().await;
    let link = house.practice.invite(&house.owner, invitation(Part::Assistant)).await.unwrap();
    pass(minutes(13 * 24 * 60));
    assert_eq!(house.practice.invited(&link).await.unwrap().name, "Invented Assistant");
    house.practice.accept(&link, "Noor Invented", password()).await.unwrap();
    let again = house.practice.accept(&link, "Somebody else", password()).await;
    assert!(matches!(again, Err(No::NotFound)), "{again:?}");

    let link = house.practice.invite(&house.owner, invitation(Part::FrontDesk)).await.unwrap();
    pass(minutes(14 * 24 * 60 + 1));
    assert!(matches!(house.practice.invited(&link).await, Err(No::NotFound)));
}

#[tokio::test]
async fn an_invitation_is_no_cookie_and_a_cookie_no_invitation() {
    let house = House::open().await;
    let link = house.practice.invite(&house.owner, invitation(Part::Assistant)).await.unwrap();
    assert!(house.practice.who(&link).await.unwrap().is_none());
    assert!(matches!(house.practice.invited(&house.cookie).await, Err(No::NotFound)));
}

#[tokio::test]
async fn a_short_password_is_refused_and_the_invitation_stays() {
    let house = House::open().await;
    let link = house.practice.invite(&house.owner, invitation(Part::Assistant)).await.unwrap();
    let short = zeroize::Zeroizing::new("short".to_owned());
    let refused = house.practice.accept(&link, "Noor Invented", short).await;
    assert!(matches!(refused, Err(No::Wrong(ref wrong)) if wrong[0].field == "password"));
    house.practice.accept(&link, "Noor Invented", password()).await.unwrap();
}

#[tokio::test]
async fn an_address_is_invited_once_however_it_is_written() {
    let house = House::open().await;
    let mut given = invitation(Part::Assistant);
    given.email = " INES@clinic.example".to_owned();
    let refused = house.practice.invite(&house.owner, given).await;
    assert!(matches!(refused, Err(No::Wrong(ref wrong)) if wrong[0].field == "email"));
}

#[tokio::test]
async fn who_has_left_is_out_at_once_and_comes_back_by_a_new_invitation_only() {
    let house = House::open().await;
    let (assistant, cookie) = house.member(Part::Assistant).await;
    let document = document_of_member(assistant.person);
    let seen = house.practice.member(&house.owner, document).await.unwrap();
    house.practice.member_left(&house.owner, &seen).await.unwrap();
    assert!(house.practice.who(&cookie).await.unwrap().is_none());
    let refused = house.practice.sign_in("assistant@clinic.example", password(), "here").await;
    assert!(matches!(refused, Err(No::Wrong(_))), "{refused:?}");

    let seen = house.practice.member(&house.owner, document).await.unwrap();
    assert_eq!(seen.standing, Standing::Left);
    let link = house.practice.invite_again(&house.owner, &seen).await.unwrap();
    let cookie = house.practice.accept(&link, "Invented Assistant", password()).await.unwrap();
    assert_eq!(house.practice.who(&cookie).await.unwrap().unwrap().person, assistant.person);
}

#[tokio::test]
async fn an_invitation_that_was_taken_back_opens_nothing() {
    let house = House::open().await;
    let link = house.practice.invite(&house.owner, invitation(Part::Assistant)).await.unwrap();
    let seen = house.practice.invited(&link).await.unwrap();
    house.practice.member_left(&house.owner, &seen).await.unwrap();
    assert!(matches!(house.practice.invited(&link).await, Err(No::NotFound)));
}

#[tokio::test]
async fn the_last_owner_neither_leaves_nor_stops_being_one() {
    let house = House::open().await;
    let document = document_of_member(house.owner.person);
    let seen = house.practice.member(&house.owner, document).await.unwrap();
    let refused = house.practice.member_left(&house.owner, &seen).await;
    assert!(matches!(refused, Err(No::Wrong(ref wrong)) if wrong[0].field == "standing"));
    let rights = |part| Rights {
        credentials: "MD".to_owned(),
        parts: [part].into(),
        qualifications: std::collections::BTreeSet::new(),
        depth_mm_max: None,
    };
    let refused =
        house.practice.change_member(&house.owner, &seen, rights(Part::Practitioner)).await;
    assert!(matches!(refused, Err(No::Wrong(ref wrong)) if wrong[0].field == "role"));

    // With another owner who can sign in, both may be done.
    let _another = house.member(Part::Owner).await;
    house.practice.change_member(&house.owner, &seen, rights(Part::Practitioner)).await.unwrap();
}

#[tokio::test]
async fn of_two_owners_who_leave_at_once_one_stays() {
    for _ in 0..8 {
        let house = House::open().await;
        let other = house.member(Part::Owner).await.0;
        let practice = &house.practice;
        let first = document_of_member(house.owner.person);
        let first = practice.member(&house.owner, first).await.unwrap();
        let second = document_of_member(other.person);
        let second = practice.member(&other, second).await.unwrap();
        let left = tokio::join!(
            practice.member_left(&house.owner, &first),
            practice.member_left(&other, &second)
        );
        assert!(left.0.is_err() || left.1.is_err(), "both left");
        let is_owner = |member: &percuta_chart::person::Member| {
            member.parts.contains(&Part::Owner)
                && matches!(member.standing, Standing::Active { .. })
        };
        let members = practice.members().await.unwrap();
        assert_eq!(members.iter().filter(|member| is_owner(member)).count(), 1);
    }
}

#[tokio::test]
async fn an_owner_who_was_only_invited_does_not_count() {
    let house = House::open().await;
    house.practice.invite(&house.owner, invitation(Part::Owner)).await.unwrap();
    let document = document_of_member(house.owner.person);
    let seen = house.practice.member(&house.owner, document).await.unwrap();
    assert!(matches!(house.practice.member_left(&house.owner, &seen).await, Err(No::Wrong(_))));
}

#[tokio::test]
async fn rights_change_at_once_and_only_an_owner_changes_them() {
    let house = House::open().await;
    let (desk, cookie) = house.member(Part::FrontDesk).await;
    let document = document_of_member(desk.person);
    let seen = house.practice.member(&house.owner, document).await.unwrap();
    let rights = Rights {
        credentials: "RN".to_owned(),
        parts: [Part::Practitioner].into(),
        qualifications: ["physician".to_owned()].into(),
        depth_mm_max: Some(1.5),
    };
    let refused = house.practice.change_member(&desk, &seen, rights.clone()).await;
    assert!(matches!(refused, Err(No::NotAllowed)));
    house.practice.change_member(&house.owner, &seen, rights.clone()).await.unwrap();
    let now = house.practice.who(&cookie).await.unwrap().unwrap();
    assert!(now.may(percuta_practice::Act::Treat));
    // Whoever still had the version before is told so.
    let again = house.practice.change_member(&house.owner, &seen, rights.clone()).await;
    assert!(matches!(again, Err(No::Conflict)), "{again:?}");
    let seen = house.practice.member(&house.owner, document).await.unwrap();
    let unknown = Rights { qualifications: ["wizard".to_owned()].into(), ..rights };
    let refused = house.practice.change_member(&house.owner, &seen, unknown).await;
    assert!(matches!(refused, Err(No::Wrong(ref wrong)) if wrong[0].field == "permission"));
}

#[tokio::test]
async fn a_link_asks_for_the_birth_date_and_closes_with_all_others() {
    let house = House::open().await;
    let patient = house.patient("Ada Invented").await;
    let link = house.practice.link_for(&house.owner, patient).await.unwrap();
    let refused = house.practice.open_link(&link, "1990-05-30".parse().unwrap()).await;
    assert!(matches!(refused, Err(No::Wrong(_))));
    let access = house.practice.access(&house.owner, patient).await.unwrap();
    assert!(access.made.is_some() && access.last.is_none());
    let (_, cookie) = house.signed_in(patient).await;
    let access = house.practice.access(&house.owner, patient).await.unwrap();
    assert!(access.made.is_none() && access.last.is_some());
    house.practice.close_links(&house.owner, patient).await.unwrap();
    assert!(house.practice.who(&cookie).await.unwrap().is_none());
    let born = "1990-05-31".parse().unwrap();
    assert!(matches!(house.practice.open_link(&link, born).await, Err(No::NotFound)));
}

#[tokio::test]
async fn a_signature_under_another_password_is_refused_and_noted() {
    let house = House::open().await;
    let digest = house.practice.book().digest.clone();
    let wrong = zeroize::Zeroizing::new(format!("{PASSWORD}!"));
    let refused = house.practice.sign_off(&house.owner, &digest, wrong).await;
    assert!(matches!(refused, Err(No::Wrong(ref wrong)) if wrong[0].field == "password"));
    let another = house.practice.sign_off(&house.owner, "another digest", password()).await;
    assert!(matches!(another, Err(No::Conflict)));
    house.practice.sign_off(&house.owner, &digest, password()).await.unwrap();
    let clinic = house.practice.clinic().await.unwrap();
    assert_eq!(house.practice.sign_off_of(&clinic).unwrap().name, "Ines Invented");
    assert_eq!(house.practice.sign_offs(&house.owner).await.unwrap().len(), 1);
    let (practitioner, _) = house.member(Part::Practitioner).await;
    let refused = house.practice.sign_off(&practitioner, &digest, password()).await;
    assert!(matches!(refused, Err(No::NotAllowed)));
}
