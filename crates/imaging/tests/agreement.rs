//! How well what is said agrees with what is true, over hundreds of invented pairs: whether intervals hold the truth as often as
//! they say, whether darker skin is served as well as lighter, and from where on a pose is refused.
//!
//! These take minutes and are run by name:
//!
//! ```sh
//! cargo test --release -p percuta-imaging --test agreement -- --ignored
//! ```
//!
//! Each writes its table beside the build's own temporary files, and fails where the product says more than is so.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::{fmt::Write as _, fs, path::Path};

use percuta_imaging::{Comparison, Ground, Mask, Photo, Plane, Shots, compare};
use percuta_testkit::{
    Dice,
    camera::{Camera, through_jpeg},
    face::{Expression, Head, Pose},
    pair::{Pair, mean},
    scene::{Light, Scene},
    skin::{Skin, Spot, State},
};

const TONES: [f64; 8] = [50.0, 41.0, 30.0, 19.0, 8.0, -10.0, -28.0, -44.0];

fn keep(name: &str, table: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("agreement");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), table).unwrap();
}

fn real(value: usize) -> f64 {
    f64::from(u32::try_from(value).unwrap())
}

/// A pair of one head as a careful practitioner takes it, with a patch on a cheek that was treated, and how much it changed.
struct Case {
    pair: Pair,
    treated: Mask,
    control: Mask,
    truth: f64,
    /// How many times as large as [`WIDTH`] and [`HEIGHT`] the photographs are.
    times: usize,
}

/// Pixels of a small photograph.
const WIDTH: usize = 600;
const HEIGHT: usize = 800;

const CHEEK: [f32; 2] = [43.0, -36.0];

/// `blood` is how many times the blood there is afterwards; `shine` is how much the skin shines in both; the photographs are so many
/// `times` as large as the small ones.
fn case(seed: u64, ita: f64, blood: f32, (shine, times): (f64, usize)) -> Case {
    let mut dice = Dice::new(seed, 40);
    let mut about = |spread: f64| dice.between(-spread, spread);
    let (head, skin) = (Head::new(seed), Skin::new(seed, ita));
    let camera = Camera::of(WIDTH * times, HEIGHT * times);
    let mut before = Scene::of(&head, &skin, camera);
    before.camera.seed = seed;
    before.light.shine = shine;
    before.state = State::of(vec![Spot::red([-41.0, -38.0], 4.0, 2.0)]);
    let mut after = before.clone();
    after.pose = Pose {
        yaw_deg: about(1.0),
        pitch_deg: about(1.0),
        roll_deg: about(1.5),
        moved_mm: [about(5.0), about(5.0)],
    };
    after.expression =
        Expression { smile_mm: about(0.5), cheeks_mm: about(0.3), brows_mm: about(0.5) };
    after.camera.seed = seed ^ 0xf0f0;
    after.camera.distance_mm *= 1.0 + about(0.01);
    after.camera.exposure_ev = about(0.08);
    after.camera.white_balance = [1.0 + about(0.02), 1.0, 1.0 + about(0.02)];
    after.camera.ramp = about(0.06);
    after.camera.ramp_deg = about(180.0);
    after.state.spots.push(Spot::red(CHEEK, 15.0, blood).even());
    let mut pair = Pair::take(&before, &after).unwrap();
    pair.before = through_jpeg(&pair.before, 92).unwrap();
    pair.after = through_jpeg(&pair.after, 92).unwrap();
    // Marked is all that changed; how much it changed is told of the middle, where all of it did.
    let within =
        |reach: f32| pair.truth.mask(move |u, v| (u - CHEEK[0]).hypot(v - CHEEK[1]) < reach);
    let (treated, middle) = (within(15.5), within(14.0));
    let control = pair.truth.mask(|u, v| u.hypot((v - 42.0) * 1.6) < 24.0);
    let truth = mean(&pair.truth.erythema, &middle);
    Case { pair, treated, control, truth, times }
}

impl Case {
    fn compared(&self) -> Comparison {
        let shots = Shots {
            before: &self.pair.before,
            after: &self.pair.after,
            region: Some(&self.pair.truth.region),
            treated: Some(&self.treated),
            control: Some(&self.control),
        };
        let camera = Camera::of(WIDTH * self.times, HEIGHT * self.times);
        let mm_per_px = Some(camera.mm_per_px());
        compare(&shots, &Ground { mm_per_px, ..Ground::default() })
    }

    /// Median, and 95th in a hundred.
    fn errors(&self, found: &Comparison) -> Option<(f64, f64)> {
        let field = found.field.as_ref()?;
        let mut errors = Vec::new();
        for y in (0..self.pair.before.height()).step_by(7) {
            for x in (0..self.pair.before.width()).step_by(7) {
                if self.pair.truth.region.get(x, y) != Some(255) {
                    continue;
                }
                let (x, y) = (real(x), real(y));
                if let (Some(truth), Some(found)) = (self.pair.truth.at(x, y), field.place(x, y)) {
                    errors.push((truth.0 - found.0).hypot(truth.1 - found.1));
                }
            }
        }
        errors.sort_by(f64::total_cmp);
        let at = |part: usize| errors.get(errors.len() * part / 100).copied();
        Some((at(50)?, at(95)?))
    }

    /// How the map of a* agrees with the true one inside the region, tile by tile of 3 mm.
    fn map(&self, found: &Comparison) -> Option<f64> {
        let map = found.delta_a_star.as_ref()?;
        let factor = found.factor;
        let tile = (8 * self.times / factor).max(1);
        let mut pairs = Vec::new();
        for y in (0..map.height() - tile).step_by(tile) {
            for x in (0..map.width() - tile).step_by(tile) {
                let (full, side) = ((x * factor, y * factor), tile * factor);
                let region = |dx, dy| self.pair.truth.region.get(full.0 + dx, full.1 + dy);
                if region(0, 0) == Some(255) && region(side, side) == Some(255) {
                    let said = tile_mean(map, (x, y), tile);
                    pairs.push((tile_mean(&self.pair.truth.a_star, full, side), said));
                }
            }
        }
        Some(correlation(&pairs))
    }
}

fn tile_mean(plane: &Plane<f32>, (x, y): (usize, usize), side: usize) -> f64 {
    let mut sum = 0.0;
    for dy in 0..side {
        for dx in 0..side {
            sum += f64::from(plane.get(x + dx, y + dy).unwrap_or(0.0));
        }
    }
    sum / real(side * side)
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let count = real(pairs.len());
    let (mx, my) = pairs.iter().fold((0.0, 0.0), |sum, (x, y)| (sum.0 + x, sum.1 + y));
    let (mx, my) = (mx / count, my / count);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        xx += (x - mx) * (x - mx);
        xy += (x - mx) * (y - my);
        yy += (y - my) * (y - my);
    }
    xy / (xx * yy).sqrt()
}

/// The change of redness, and its interval.
fn erythema(found: &Comparison) -> Option<(f64, [f64; 2])> {
    found
        .report
        .changes
        .iter()
        .find(|change| change.what == "erythema")
        .map(|change| (change.value, change.interval))
}

// Without shine, as between crossed polarisers: what shines off the surface is white, and hides a part of every colour
// beneath it. By how much is in the table of tones.
#[test]
#[ignore = "takes minutes: two hundred pairs"]
fn intervals_hold_the_true_change_of_redness_as_often_as_they_say() {
    let factors = [1.0, 0.7, 1.3, 1.0, 1.8, 0.5, 2.4];
    let (mut held, mut said, mut refused) = (0, 0, 0);
    let mut errors = Vec::new();
    let mut table = String::from("seed,ita,true,found,from,to\n");
    for seed in 0..200_u64 {
        let at = |length: usize| usize::try_from(seed).unwrap() % length;
        let (ita, blood) = (TONES.get(at(8)).unwrap(), factors.get(at(7)).unwrap());
        let case = case(seed + 1000, *ita, *blood, (0.0, 1));
        let found = case.compared();
        let Some((value, [from, to])) = erythema(&found) else {
            refused += 1;
            let why = found.report.checks.first().map_or("", |check| check.name.word());
            writeln!(table, "{seed},{ita},{:.3},refused {why},,", case.truth).unwrap();
            continue;
        };
        said += 1;
        held += u32::from((from..=to).contains(&case.truth));
        errors.push(value - case.truth);
        writeln!(table, "{seed},{ita},{:.3},{value:.3},{from:.3},{to:.3}", case.truth).unwrap();
        keep("coverage.csv", &table);
    }
    let coverage = f64::from(held) / f64::from(said);
    let bias = errors.iter().sum::<f64>() / f64::from(said);
    let spread = (errors.iter().map(|error| error * error).sum::<f64>() / f64::from(said)).sqrt();
    writeln!(
        table,
        "\n{held} of {said} intervals hold the truth ({coverage:.3}); {refused} refused; bias {bias:.3} EI, error {spread:.3} EI"
    )
    .unwrap();
    keep("coverage.csv", &table);
    assert!(refused <= 10, "{refused} refused");
    assert!((0.93..=0.99).contains(&coverage), "{coverage:.3} of {said} hold the truth");
}

#[test]
#[ignore = "takes minutes: skin of every tone"]
fn every_tone_is_served_alike() {
    let mut table = String::from(
        "| ITA | megapixels | shine | median px | 95th px | map r | redness: true | found | held | refused |\n|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    let (mut worst, mut weakest) = (0.0_f64, 1.0_f64);
    let kinds = [(0.0, 1), (0.06, 1), (0.0, 3)];
    for (ita, (shine, times)) in TONES.into_iter().flat_map(|ita| kinds.map(|kind| (ita, kind))) {
        let mut sums = [0.0; 5];
        let (mut held, mut refused, mut count) = (0, 0, 0.0);
        for seed in 0..3 {
            let case = case(2000 + seed, ita, 2.0, (shine, times));
            let found = case.compared();
            let (Some((median, most)), true) = (case.errors(&found), found.report.is_comparable())
            else {
                refused += 1;
                continue;
            };
            count += 1.0;
            let (value, [from, to]) = erythema(&found).unwrap_or((f64::NAN, [f64::NAN; 2]));
            held += i32::from((from..=to).contains(&case.truth));
            let row = [median, most, case.map(&found).unwrap_or(f64::NAN), case.truth, value];
            for (sum, part) in sums.iter_mut().zip(row) {
                *sum += part;
            }
        }
        let [median, most, map, truth, value] = sums.map(|sum| sum / count);
        worst = worst.max(median);
        // A small photograph's JPEG blocks are as large as the spots.
        if times > 1 {
            weakest = weakest.min(map);
        }
        let megapixels = real(WIDTH * HEIGHT * times * times) / 1e6;
        writeln!(
            table,
            "| {ita:.0} | {megapixels:.1} | {shine} | {median:.2} | {most:.2} | {map:.2} | {truth:.1} | {value:.1} | {held} of {count:.0} | {refused} |"
        )
        .unwrap();
    }
    keep("tones.md", &table);
    assert!(worst < 0.35, "{worst:.2} px on one tone\n{table}");
    assert!(weakest > 0.8, "a map of a* that agrees by {weakest:.2} on one tone\n{table}");
}

#[test]
#[ignore = "takes minutes: what is refused, and for what"]
fn what_is_refused_and_for_what() {
    type Spoil = (&'static str, &'static str, fn(&mut Scene<'_>));
    let spoils: [Spoil; 16] = [
        ("as it was", "", |_| {}),
        ("turned by 2°", "", |scene| scene.pose.yaw_deg = 2.0),
        ("turned by 4°", "", |scene| scene.pose.yaw_deg = 4.0),
        ("turned by 6°", "pose", |scene| scene.pose.yaw_deg = 6.0),
        ("turned by 10°", "pose", |scene| scene.pose.yaw_deg = -10.0),
        ("nodded by 3°", "", |scene| scene.pose.pitch_deg = 3.0),
        ("nodded by 7°", "pose", |scene| scene.pose.pitch_deg = 7.0),
        ("nodded by 10°", "pose", |scene| scene.pose.pitch_deg = -10.0),
        ("blurred by 1.5 px", "focus", |scene| scene.camera.blur_px = 1.5),
        ("from a window", "lighting", |scene| scene.light = Light::window()),
        ("in raking light", "lighting", |scene| scene.light = Light::raking()),
        ("by light bulbs", "colour", |scene| scene.light = Light::tungsten()),
        ("too dark", "exposure", |scene| scene.camera.exposure_ev = -4.5),
        ("nearer", "scale", |scene| scene.camera.distance_mm *= 0.8),
        ("half of it", "overlap", |scene| scene.camera.framed_px[0] = 265.0),
        ("make-up", "texture", |scene| scene.state.make_up = 0.8),
    ];
    let people: Vec<(Head, Skin)> =
        (3000..3005).map(|seed| (Head::new(seed), Skin::new(seed, 30.0))).collect();
    let firsts: Vec<(Scene<'_>, Photo, Mask)> = people
        .iter()
        .map(|(head, skin)| {
            let scene = Scene::of(head, skin, Camera::of(WIDTH, HEIGHT));
            let pair = Pair::take(&scene, &scene).unwrap();
            (scene, pair.before, pair.truth.region)
        })
        .collect();
    let mut table = String::from("| second photograph | should | five people |\n|---|---|---|\n");
    let mut passed = Vec::new();
    for (name, should, spoil) in spoils {
        let mut said = Vec::new();
        for (scene, before, region) in &firsts {
            let mut after = scene.clone();
            after.camera.seed = 2;
            spoil(&mut after);
            let after = after.shoot().unwrap();
            let region = Some(region);
            let shots = Shots { before, after: &after, region, treated: None, control: None };
            let report = compare(&shots, &Ground::default()).report;
            let first = report.checks.first().filter(|check| !check.is_ok());
            said.push(first.map_or("compared", |check| check.name.word()));
        }
        if !should.is_empty() && said.contains(&"compared") {
            passed.push(name);
        }
        let should = if should.is_empty() { "compared" } else { should };
        writeln!(table, "| {name} | {should} | {} |", said.join(", ")).unwrap();
    }
    keep("refusals.md", &table);
    assert!(passed.is_empty(), "compared all the same: {passed:?}\n{table}");
}
