//! What a pair says is true is so: places are found again by their skin, changes are where spots are, and the same scene gives
//! the same bytes.

use percuta_testkit::{
    camera::{Camera, through_jpeg},
    face::{Expression, Head, Pose},
    pair::{Pair, mean},
    scene::{Light, Scene},
    series::{Subject, When},
    skin::{Skin, Spot, State},
};

fn small() -> Camera {
    Camera { noise: 0.0, ..Camera::of(450, 600) }
}

#[test]
fn a_place_in_the_later_photograph_shows_the_same_skin() {
    let (head, skin) = (Head::new(11), Skin::new(11, 30.0));
    let before = Scene::of(&head, &skin, small());
    let mut after = before.clone();
    after.pose = Pose { yaw_deg: 6.0, pitch_deg: -4.0, roll_deg: 3.0, moved_mm: [5.0, -3.0] };
    after.expression = Expression { smile_mm: 2.0, ..Expression::default() };
    after.camera.distance_mm = 860.0;
    let there = Pair::take(&before, &after).unwrap().truth;
    // The way back tells which skin each pixel of the later photograph shows, by another drawing.
    let back = Pair::take(&after, &before).unwrap().truth;
    let mut errors = Vec::new();
    for y in (0..600).step_by(5) {
        for x in (0..450).step_by(5) {
            if there.region.get(x, y) != Some(255) {
                continue;
            }
            let [to_x, to_y] = there.place.get(x, y).unwrap().map(f64::from);
            if let Some((x_again, y_again)) = back.at(to_x, to_y) {
                let (dx, dy) = (
                    x_again - f64::from(u16::try_from(x).unwrap()),
                    y_again - f64::from(u16::try_from(y).unwrap()),
                );
                errors.push(dx.hypot(dy));
            }
        }
    }
    errors.sort_by(f64::total_cmp);
    assert!(errors.len() > 1500, "only {} places", errors.len());
    let at = |part: usize| errors[errors.len() * part / 100];
    assert!(at(50) < 0.01 && at(95) < 0.05, "median {} and {}", at(50), at(95));
}

#[test]
fn a_spot_changes_what_it_should_where_it_is_and_nothing_else() {
    let (head, skin) = (Head::new(12), Skin::new(12, 45.0));
    let before = Scene::of(&head, &skin, small());
    let mut after = before.clone();
    let spots = [Spot::red([40.0, -30.0], 10.0, 2.5)];
    after.state = State::of(spots.to_vec());
    let pair = Pair::take(&before, &after).unwrap();
    let middle = pair.truth.mask(|u, v| (u - 40.0).hypot(v + 30.0) < 3.0);
    let redder = mean(&pair.truth.erythema, &middle);
    assert!((6.0..12.0).contains(&redder), "{redder}");
    assert!(mean(&pair.truth.a_star, &middle) > 2.0);
    let beside = pair.truth.mask(|u, v| (u - 40.0).hypot(v + 30.0) > 13.1);
    let changed = pair.truth.erythema.values().iter().zip(beside.values());
    assert!(changed.clone().any(|(_, mask)| *mask > 0));
    assert!(changed.clone().all(|(change, mask)| *mask == 0 || change.abs() < 1e-6));
    // And so the photographs themselves: beside the spot not a byte differs.
    let bytes = pair.before.rgb().chunks(3).zip(pair.after.rgb().chunks(3)).zip(beside.values());
    assert!(bytes.clone().all(|((one, two), mask)| *mask == 0 || one == two));
    assert_ne!(pair.before.rgb(), pair.after.rgb());
}

#[test]
fn photographs_have_the_redness_that_is_true() {
    let (head, skin) = (Head::new(13), Skin::new(13, 20.0));
    let before = Scene::of(&head, &skin, small());
    let mut after = before.clone();
    after.light.shine = 0.0;
    after.state = State::of(vec![Spot::red([40.0, -30.0], 12.0, 2.0)]);
    let before = Scene { light: after.light, ..before };
    let pair = Pair::take(&before, &after).unwrap();
    let (mut seen, mut count) = (0.0, 0.0);
    let mask = pair.truth.mask(|u, v| (u - 40.0).hypot(v + 30.0) < 12.0);
    for ((one, two), mask) in
        pair.before.rgb().chunks(3).zip(pair.after.rgb().chunks(3)).zip(mask.values())
    {
        if *mask > 0 {
            let index = |rgb: &[u8]| {
                let light = |k: usize| f64::from(percuta_testkit::camera::linear(rgb[k]));
                100.0 * (light(0) / light(1)).log10()
            };
            seen += index(two) - index(one);
            count += 1.0;
        }
    }
    let (seen, truth) = (seen / count, mean(&pair.truth.erythema, &mask));
    assert!(truth > 2.0 && (seen - truth).abs() < 0.1, "seen {seen:.3}, true {truth:.3}");
}

#[test]
fn one_scene_gives_the_same_bytes_on_any_number_of_threads() {
    let (head, skin) = (Head::new(14), Skin::new(14, -20.0));
    let mut scene = Scene::of(&head, &skin, Camera::of(240, 320));
    scene.camera.glints = 5;
    scene.camera.blur_px = 0.7;
    scene.light = Light::raking();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| scene.shoot().unwrap())
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(7));
    assert_eq!(through_jpeg(&one, 90).unwrap().rgb().len(), one.rgb().len());
}

#[test]
fn heads_and_skins_of_other_seeds_are_others() {
    let camera = || Camera::of(240, 320);
    let shoot = |seed: u64| {
        let (head, skin) = (Head::new(seed), Skin::new(seed, 30.0));
        Scene::of(&head, &skin, camera()).shoot().unwrap()
    };
    assert_ne!(shoot(1), shoot(2));
    assert_eq!(shoot(1), shoot(1));
}

#[test]
fn redness_fades_over_a_course_and_moles_stay() {
    let subject = Subject::new(21, 30.0);
    let redness = |when: When| {
        subject.state(when).spots.iter().map(|spot| f64::from(spot.blood)).sum::<f64>()
    };
    let weeks = [When::Before, When::Weeks(4.0), When::Weeks(6.0), When::Weeks(12.0)];
    let course: Vec<f64> = weeks.into_iter().map(redness).collect();
    assert!(course.is_sorted_by(|earlier, later| earlier > later), "{course:?}");
    let pair = Pair::take(&subject.scene(0.0, When::Before), &subject.scene(0.0, When::Weeks(6.0)))
        .unwrap();
    let cheeks = pair.truth.spots(&subject.spots, 0.0);
    assert!(mean(&pair.truth.erythema, &cheeks) < -1.0);
}
