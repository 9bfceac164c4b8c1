//! Who may pass which door: every route against every role, held in a golden file that a reviewer reads.
#![expect(
    clippy::unwrap_used,
    dead_code,
    reason = "a test says by its panic what does not hold; not every test uses all of the house"
)]

use std::collections::BTreeSet;

use percuta_web::rooms::{Needs, matrix};

#[path = "support/clinic.rs"]
mod clinic;
#[path = "../../practice/tests/support/house.rs"]
mod house;

const GOLDEN: &str = include_str!("../golden/matrix.txt");

/// Doors that ask for nothing: before one is signed in there is nobody who could be asked.
const OPEN: [&str; 16] = [
    "GET /sign-in",
    "POST /sign-in",
    "POST /sign-in/demo",
    "POST /sign-out",
    "GET /demo",
    "POST /demo/later",
    "GET /set-up",
    "POST /set-up",
    "GET /calendar/{secret}",
    "GET /invitation/{secret}",
    "POST /invitation/{secret}",
    "GET /link",
    "GET /link/{secret}",
    "POST /link/{secret}",
    "GET /signed-out",
    "POST /is-it-for-me/keep",
];

#[tokio::test]
async fn the_matrix_of_routes_and_roles_is_the_one_that_was_reviewed() {
    let clinic = clinic::Clinic::of(house::House::open().await);
    let mut rows: Vec<String> = matrix(&clinic.rooms).iter().map(|door| door.row()).collect();
    rows.sort();
    // Anybody, owner, medical lead, practitioner, assistant, front desk, patient.
    let head = format!("{:52} all own med pra ass des pat\n", "");
    let now = format!("{head}{}\n", rows.join("\n"));
    assert!(
        now == GOLDEN,
        "the matrix has changed. Read it, and if it is what you mean, put this into golden/matrix.txt:\n\n{now}"
    );
}

#[tokio::test]
async fn every_door_asks_for_something_but_the_named_ones() {
    let clinic = clinic::Clinic::of(house::House::open().await);
    let open: BTreeSet<String> = matrix(&clinic.rooms)
        .iter()
        .filter(|door| door.needs == Needs::Nothing)
        .map(|door| format!("{} {}", door.method, door.path))
        .collect();
    assert_eq!(open, OPEN.map(str::to_owned).into());
}
