//! Invented faces, photographed twice: what is refused and why, what lies where, and what never moves the alignment. The
//! truth is exact: both photographs are drawn of the same triangles.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use percuta_imaging::{CheckName, Comparison, Field, Ground, Mask, Photo, Report, Shots, compare};
use percuta_testkit::{
    camera::{Camera, through_jpeg},
    face::{Expression, Head, Pose},
    pair::Pair,
    scene::{Light, Scene},
    series::{Subject, When},
    skin::{Skin, Spot, State},
};

fn camera() -> Camera {
    Camera::of(600, 800)
}

fn small(mut scene: Scene<'_>) -> Scene<'_> {
    (scene.camera.width, scene.camera.height) = (600, 800);
    scene
}

/// The region is what both show of the skin.
fn compared(pair: &Pair) -> Comparison {
    of(&pair.before, &pair.after, Some(&pair.truth.region))
}

fn of(before: &Photo, after: &Photo, region: Option<&Mask>) -> Comparison {
    let shots = Shots { before, after, region, treated: None, control: None };
    compare(&shots, &Ground::default())
}

/// The first check that fails.
fn refused(report: &Report) -> Option<CheckName> {
    report.checks.first().filter(|check| !check.is_ok()).map(|check| check.name)
}

fn said(report: &Report) -> String {
    let checks = report.checks.iter();
    checks.map(|one| format!("{} {}: {:.2}; ", one.name.word(), one.of, one.value)).collect()
}

/// How far places of the region are from where they should be: median, and 95th in a hundred.
fn errors(pair: &Pair, field: &Field) -> (f64, f64) {
    let mut errors = Vec::new();
    for y in (0..pair.before.height()).step_by(9) {
        for x in (0..pair.before.width()).step_by(9) {
            if pair.truth.region.get(x, y) != Some(255) {
                continue;
            }
            let (x, y) = (real(x), real(y));
            if let (Some(truth), Some(found)) = (pair.truth.at(x, y), field.place(x, y)) {
                errors.push((truth.0 - found.0).hypot(truth.1 - found.1));
            }
        }
    }
    errors.sort_by(f64::total_cmp);
    let at = |part: usize| errors.get(errors.len() * part / 100).copied().unwrap_or(f64::MAX);
    (at(50), at(95))
}

fn real(value: usize) -> f64 {
    f64::from(u32::try_from(value).unwrap())
}

#[test]
fn one_photograph_twice_has_changed_by_exactly_nothing() {
    let (head, skin) = (Head::new(40), Skin::new(40, 30.0));
    let photo = through_jpeg(&Scene::of(&head, &skin, camera()).shoot().unwrap(), 92).unwrap();
    let found = of(&photo, &photo, None);
    assert!(found.report.is_comparable(), "{}", said(&found.report));
    for change in &found.report.changes {
        let sizes = [change.value, change.interval[0], change.interval[1]].map(f64::abs);
        assert!(sizes.iter().all(|size| size.total_cmp(&0.0).is_eq()), "{change:?}");
    }
    let nothing = |plane: &percuta_imaging::Plane<f32>| {
        plane.values().iter().all(|change| change.abs().total_cmp(&0.0).is_eq())
    };
    assert!(found.delta_a_star.as_ref().is_none_or(nothing));
    let field = found.field.unwrap();
    for at in [(300.0, 400.0), (412.5, 633.25)] {
        assert_eq!(field.place(at.0, at.1), Some(at));
    }
}

#[test]
fn a_head_held_a_little_otherwise_lies_where_it_should() {
    let (head, skin) = (Head::new(41), Skin::new(41, 24.0));
    let before = Scene::of(&head, &skin, camera());
    let mut after = before.clone();
    after.pose = Pose { yaw_deg: 2.0, pitch_deg: -1.5, roll_deg: 2.0, moved_mm: [6.0, 4.0] };
    after.expression = Expression { smile_mm: 0.8, cheeks_mm: 0.5, brows_mm: 0.0 };
    after.camera.distance_mm *= 1.02;
    after.camera.seed = 2;
    after.state = State::of(vec![Spot::red([42.0, -34.0], 12.0, 2.0)]);
    let pair = Pair::take(&before, &after).unwrap();
    let found = compared(&pair);
    assert!(found.report.is_comparable(), "{}", said(&found.report));
    let (median, most) = errors(&pair, found.field.as_ref().unwrap());
    assert!(median < 0.4 && most < 2.0, "median {median:.3}, 95th {most:.3}");
}

#[test]
fn people_who_are_others_are_refused_as_others() {
    for (one, other) in [(42, 43), (44, 42)] {
        let shoot = |seed: u64| {
            let (head, skin) = (Head::new(seed), Skin::new(seed, 30.0));
            Scene::of(&head, &skin, camera()).shoot().unwrap()
        };
        let report = of(&shoot(one), &shoot(other), None).report;
        assert_eq!(refused(&report), Some(CheckName::SameSkin), "{}", said(&report));
        assert!(report.changes.is_empty());
    }
}

/// What a spoilt second photograph of one head is refused for.
fn spoilt(seed: u64, spoil: impl Fn(&mut Scene<'_>)) -> Report {
    let (head, skin) = (Head::new(seed), Skin::new(seed, 28.0));
    let before = Scene::of(&head, &skin, camera());
    let mut after = before.clone();
    after.camera.seed = 2;
    spoil(&mut after);
    // The whole region of the earlier one: what the later one does not show is part of what is asked.
    let region = Pair::take(&before, &before).unwrap().truth.region;
    let report = of(&before.shoot().unwrap(), &after.shoot().unwrap(), Some(&region)).report;
    assert!(!report.is_comparable(), "{}", said(&report));
    assert!(report.changes.is_empty());
    report
}

#[test]
fn a_head_that_is_turned_too_far_is_refused() {
    for yaw_deg in [6.5, -9.0] {
        let report = spoilt(46, |scene| scene.pose.yaw_deg = yaw_deg);
        let name = refused(&report);
        // Where the far side has gone out of sight, what is left over is what is seen first.
        assert!(
            matches!(name, Some(CheckName::Pose | CheckName::Alignment)),
            "{yaw_deg}: {}",
            said(&report)
        );
    }
}

#[test]
fn a_blurred_photograph_is_refused_for_its_focus() {
    let report = spoilt(47, |scene| scene.camera.blur_px = 1.5);
    assert_eq!(refused(&report), Some(CheckName::Focus), "{}", said(&report));
}

#[test]
fn light_from_the_side_is_refused_for_its_direction_and_light_bulbs_for_their_colour() {
    let window = spoilt(48, |scene| scene.light = Light::window());
    assert_eq!(refused(&window), Some(CheckName::Lighting), "{}", said(&window));
    let bulbs = spoilt(48, |scene| scene.light = Light::tungsten());
    assert_eq!(refused(&bulbs), Some(CheckName::Colour), "{}", said(&bulbs));
}

#[test]
fn a_dark_photograph_is_refused_for_its_exposure() {
    let report = spoilt(49, |scene| scene.camera.exposure_ev = -4.5);
    assert_eq!(refused(&report), Some(CheckName::Exposure), "{}", said(&report));
}

#[test]
fn another_distance_is_refused_for_its_scale() {
    for share in [0.8, 1.3] {
        let report = spoilt(50, |scene| scene.camera.distance_mm *= share);
        assert_eq!(refused(&report), Some(CheckName::Scale), "{share}: {}", said(&report));
    }
}

#[test]
fn a_face_that_is_half_out_of_the_picture_is_refused_for_its_overlap() {
    let report = spoilt(51, |scene| scene.camera.framed_px[0] = 265.0);
    assert_eq!(refused(&report), Some(CheckName::Overlap), "{}", said(&report));
}

#[test]
fn make_up_is_refused() {
    let report = spoilt(52, |scene| scene.state.make_up = 0.8);
    let name = refused(&report);
    // What hides the skin's own texture may leave nothing that is on both.
    assert!(matches!(name, Some(CheckName::Texture | CheckName::SameSkin)), "{}", said(&report));
}

#[test]
fn what_was_treated_never_drives_the_alignment() {
    let (head, skin) = (Head::new(53), Skin::new(53, 35.0));
    let mut before = Scene::of(&head, &skin, camera());
    before.state = State::of(vec![Spot::red([40.0, -36.0], 4.0, 3.0)]);
    let mut after = before.clone();
    after.pose = Pose { yaw_deg: 1.5, roll_deg: 1.0, ..Pose::default() };
    let pair = Pair::take(&before, &after).unwrap();
    let treated = pair.truth.mask(|u, v| (u - 42.0).hypot(v + 36.0) < 15.0);
    let field = |scene: &Scene<'_>| {
        let photo = scene.shoot().unwrap();
        let shots = Shots {
            before: &pair.before,
            after: &photo,
            region: Some(&pair.truth.region),
            treated: Some(&treated),
            control: None,
        };
        compare(&shots, &Ground::default()).field.unwrap()
    };
    let stays = field(&after);
    // The same red spot, four millimetres farther: an alignment that follows it would stretch the skin by as much.
    after.state = State::of(vec![Spot::red([44.0, -36.0], 4.0, 3.0)]);
    let moves = field(&after);
    let mut most = 0.0_f64;
    for y in (0..800).step_by(8) {
        for x in (0..600).step_by(8) {
            if pair.truth.region.get(x, y) == Some(255) {
                let at = (real(x), real(y));
                let (one, two) = (stays.place(at.0, at.1), moves.place(at.0, at.1));
                let (one, two) = (one.unwrap(), two.unwrap());
                most = most.max((one.0 - two.0).hypot(one.1 - two.1));
            }
        }
    }
    let moved_px = 4.0 / before.camera.mm_per_px();
    assert!(most < 0.05 * moved_px, "the field moves by {most:.3} px of {moved_px:.1}");
}

#[test]
fn one_pair_gives_the_same_bytes_on_any_number_of_threads() {
    let subject = Subject::new(54, 12.0);
    let shoot = |when: When| small(subject.scene(0.0, when)).shoot().unwrap();
    let (before, after) = (shoot(When::Before), shoot(When::Weeks(6.0)));
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let found = of(&before, &after, None);
            let laid = found.field.as_ref().map(|field| field.lay(&after));
            (found.report.json().to_string(), found.delta_a_star, laid)
        })
    };
    let one = on(1);
    assert!(one.2.is_some(), "{}", one.0);
    assert!(one == on(2), "two threads");
    assert!(one == on(7), "seven threads");
}

#[test]
fn a_mole_is_followed_through_a_series() {
    let subject = Subject::new(55, 26.0);
    let mole = [-38.0, -40.0];
    let (mut here, mut truth) = ((0.0, 0.0), (0.0, 0.0));
    let mut before = small(subject.scene(0.0, When::Before));
    for (k, weeks) in [4.0, 6.0, 12.0].into_iter().enumerate() {
        let after = small(subject.scene(0.0, When::Weeks(weeks)));
        let pair = Pair::take(&before, &after).unwrap();
        if k == 0 {
            truth = pair.truth.find(mole).unwrap();
            here = truth;
        }
        let found = compared(&pair);
        let Some(field) = found.field.filter(|_| found.report.is_comparable()) else {
            panic!("{}", said(&found.report))
        };
        here = field.place(here.0, here.1).unwrap();
        truth = pair.truth.at(truth.0, truth.1).unwrap();
        let far = (here.0 - truth.0).hypot(here.1 - truth.1);
        assert!(far < 1.5, "{far:.2} px off after {weeks} weeks");
        before = after;
    }
}
