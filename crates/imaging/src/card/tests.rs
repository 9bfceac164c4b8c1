//! Cards that are drawn here, on invented skin, as a camera would see them: turned, tilted, under other light, with noise.

use super::*;
use crate::{
    colour::{delta_e, linear_of},
    number::long,
};

/// How a card lies: the pixel of its middle, pixels from patch to patch, a turn in degrees, and how it tilts.
#[derive(Clone, Copy)]
struct Lies {
    middle: (f64, f64),
    pitch: f64,
    turned: f64,
    tilt: (f64, f64),
}

const STRAIGHT: Lies = Lies { middle: (320.0, 240.0), pitch: 50.0, turned: 0.0, tilt: (0.0, 0.0) };

impl Lies {
    /// The column and row of the card at a pixel.
    fn card(&self, x: f64, y: f64) -> (f64, f64) {
        let (sin, cos) = self.turned.to_radians().sin_cos();
        let (x, y) = ((x - self.middle.0) / self.pitch, (y - self.middle.1) / self.pitch);
        let (x, y) = (cos * x + sin * y, cos * y - sin * x);
        let away = 1.0 + self.tilt.0 * x + self.tilt.1 * y;
        (2.5 + x / away, 1.5 + y / away)
    }

    /// The pixel of a column and row.
    fn pixel(&self, (column, row): (f64, f64)) -> (f64, f64) {
        let (x, y) = (column - 2.5, row - 1.5);
        let away = 1.0 / (1.0 - self.tilt.0 * x - self.tilt.1 * y);
        let (x, y) = (x * away * self.pitch, y * away * self.pitch);
        let (sin, cos) = self.turned.to_radians().sin_cos();
        (self.middle.0 + cos * x - sin * y, self.middle.1 + sin * x + cos * y)
    }
}

/// Numbers that look like chance and are not.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        f64::from(u32::try_from(self.0 >> 40).unwrap()) / f64::from(1_u32 << 24) - 0.5
    }

    /// With a standard deviation of nearly 1.
    fn bell(&mut self) -> f64 {
        (0..6).map(|_| self.next()).sum::<f64>() * 2.0_f64.sqrt()
    }
}

/// Invented skin: light from one side, pores, a mole.
fn skin(x: f64, y: f64) -> [f64; 3] {
    let shade = 0.8 + 0.0004 * x + 0.05 * (x / 9.0).sin() * (y / 7.0).cos();
    let mole = if (x - 60.0).hypot(y - 60.0) < 9.0 { 0.3 } else { 1.0 };
    [0.55 * shade * mole, 0.30 * shade * mole, 0.21 * shade * mole]
}

/// The light of a card at a column and row: patches with black between them.
fn face((column, row): (f64, f64), patches: &[[f64; 3]; PATCHES]) -> Option<[f64; 3]> {
    if !(-0.75..5.75).contains(&column) || !(-0.75..3.75).contains(&row) {
        return None;
    }
    let (x, y) = (column.round(), row.round());
    let is_patch = (0.0..=5.0).contains(&x) && (0.0..=3.0).contains(&y);
    let is_inside = (column - x).abs() < 0.43 && (row - y).abs() < 0.43;
    let patch =
        patches.get(floor(short(y)) * COLUMNS + floor(short(x))).filter(|_| is_patch && is_inside);
    Some(patch.map_or([0.02; 3], |rgb| rgb.map(|light| light.max(0.0))))
}

type Camera<'c> = &'c (dyn Fn([f64; 3]) -> [f64; 3] + Sync);

/// A photograph of what is seen at each place, through a camera, with so much noise.
fn taken(
    (width, height): (usize, usize),
    seen: &dyn Fn(f64, f64) -> [f64; 3],
    camera: Camera<'_>,
    noise: f64,
) -> Photo {
    let mut chance = Noise(0x2545_F491_4F6C_DD1D);
    let mut rgb = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let mut light = [0.0; 3];
            for (dx, dy) in [(-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)] {
                let seen = camera(seen(long(x) + dx, long(y) + dy));
                light.iter_mut().zip(seen).for_each(|(sum, light)| *sum += light / 4.0);
            }
            let code = |light: f64| encoded_of(light) * 255.0;
            rgb.extend(light.map(|light| byte(short(code(light) + noise * chance.bell()))));
        }
    }
    Photo::of(width, height, rgb).unwrap()
}

fn as_is(light: [f64; 3]) -> [f64; 3] {
    light
}

/// Warm light and a camera whose colours mix.
fn warm(rgb: [f64; 3]) -> [f64; 3] {
    let rows = [[1.05, 0.10, 0.02], [0.06, 0.80, 0.06], [0.01, 0.12, 0.50]];
    rows.map(|row| row.iter().zip(rgb).map(|(share, light)| share * light).sum::<f64>() * 0.9)
}

fn photo_of(lies: Lies, camera: Camera<'_>, noise: f64) -> Photo {
    let seen = |x: f64, y: f64| face(lies.card(x, y), &REFERENCE).unwrap_or_else(|| skin(x, y));
    taken((640, 480), &seen, camera, noise)
}

const CHART: Kind = Kind::Chart { pitch_mm: Some(20.0) };

fn assert_found(lies: Lies, camera: Camera<'_>, noise: f64) -> Card {
    let photo = photo_of(lies, camera, noise);
    let card = find(&photo, CHART).unwrap_or_else(|| panic!("no card at {} degrees", lies.turned));
    let wanted = [(-0.5, -0.5), (5.5, -0.5), (5.5, 3.5), (-0.5, 3.5)].map(|at| lies.pixel(at));
    for (got, wanted) in card.corners.iter().zip(wanted) {
        let off = (got.0 - wanted.0).hypot(got.1 - wanted.1);
        assert!(off < 0.06 * lies.pitch, "{:?}, not {wanted:?}", card.corners);
    }
    let scale = card.mm_per_px.unwrap() * lies.pitch / 20.0;
    assert!((scale - 1.0).abs() < 0.02, "the scale is off by {scale}");
    card
}

#[test]
fn a_chart_is_found_however_it_lies() {
    for turned in [0.0, 17.0, 45.0, 90.0, 133.0, 180.0, 268.0, 340.0] {
        assert_found(Lies { turned, ..STRAIGHT }, &as_is, 1.5);
    }
    for tilt in [(0.05, 0.0), (-0.03, 0.06), (0.04, -0.05)] {
        assert_found(Lies { turned: 25.0, tilt, ..STRAIGHT }, &as_is, 1.5);
    }
    // Small, and at the edge.
    assert_found(
        Lies { middle: (480.0, 350.0), pitch: 20.0, turned: -12.0, ..STRAIGHT },
        &as_is,
        1.5,
    );
    assert_found(Lies { middle: (320.0, 240.0), pitch: 80.0, turned: 8.0, ..STRAIGHT }, &warm, 3.0);
}

#[test]
fn patches_look_like_what_was_drawn() {
    let card = assert_found(Lies { turned: 30.0, ..STRAIGHT }, &as_is, 2.0);
    for (patch, is) in card.patches.iter().zip(REFERENCE) {
        for (got, is) in patch.rgb.iter().zip(is) {
            let off = (got - is.max(0.0)).abs();
            assert!(off < 0.01, "{:?}, not {is}", patch.rgb);
        }
    }
}

#[test]
fn another_light_is_corrected() {
    let card = assert_found(Lies { turned: -20.0, ..STRAIGHT }, &warm, 1.5);
    let calibration = card.calibration().unwrap();
    assert!(matches!(calibration.verdict, Verdict::Comparable(_)), "{:?}", calibration.verdict);
    // Skins of many tones, which are on no patch.
    for base in [[0.60, 0.40, 0.30], [0.36, 0.20, 0.13], [0.12, 0.06, 0.04], [0.05, 0.028, 0.02]] {
        let is = Lab::of_linear(base);
        let (raw, corrected) = (Lab::of_linear(warm(base)), calibration.of(warm(base)));
        let off = delta_e(Lab::of_linear(corrected), is);
        assert!(off < 1.0 && delta_e(raw, is) > 2.5, "{base:?} is off by {off}");
    }
    // Grey stays grey and as bright as it is.
    let grey = calibration.of(warm([0.36, 0.36, 0.36]));
    assert!(delta_e(Lab::of_linear(grey), Lab::of_linear([0.36; 3])) < 1.5, "{grey:?}");
    // The photograph and its linear light are corrected alike.
    let photo = photo_of(STRAIGHT, &warm, 0.0);
    let corrected = calibration.corrected(&photo).unwrap();
    for (was, is) in photo.rgb().chunks(3).zip(corrected.rgb().chunks(3)).step_by(997) {
        let was: [u8; 3] = was.try_into().unwrap();
        let wanted = calibration.of(was.map(|code| linear_of(f64::from(code) / 255.0)));
        for (wanted, is) in wanted.iter().zip(is) {
            assert!((encoded_of(*wanted) * 255.0 - f64::from(*is)).abs() <= 1.0);
        }
    }
}

#[test]
fn light_is_corrected_in_place_as_one_colour_is() {
    let card = assert_found(STRAIGHT, &warm, 0.0);
    let calibration = card.calibration().unwrap();
    let plane = |light: f32| crate::Plane::filled(3, 2, light);
    let mut light = Linear { red: plane(0.5), green: plane(0.2), blue: plane(0.1) };
    calibration.correct(&mut light);
    let wanted = calibration.of([0.5, 0.2, 0.1]);
    for (plane, wanted) in [&light.red, &light.green, &light.blue].into_iter().zip(wanted) {
        assert!(plane.values().iter().all(|got| (f64::from(*got) - wanted).abs() < 1e-5));
    }
}

#[test]
fn what_no_matrix_can_mend_is_not_comparable() {
    // A camera that makes colours vivid and contrasts hard, as a beautifying one does.
    let vivid = |rgb: [f64; 3]| {
        let mean = rgb.iter().sum::<f64>() / 3.0;
        rgb.map(|light| (mean + 1.8 * (light - mean)).clamp(0.0, 1.0).powf(1.5))
    };
    let photo = photo_of(STRAIGHT, &vivid, 1.0);
    let verdict = find(&photo, CHART).and_then(|card| card.calibration()).map(|fit| fit.verdict);
    assert!(matches!(verdict, Some(Verdict::NotComparable(_))), "{verdict:?}");
}

#[test]
fn too_much_light_says_nothing() {
    let bright = |rgb: [f64; 3]| rgb.map(|light| light * 6.0);
    let card = find(&photo_of(STRAIGHT, &bright, 0.0), CHART);
    assert!(card.and_then(|card| card.calibration()).is_none());
}

#[test]
fn there_is_no_card_where_there_is_none() {
    let alone = taken((640, 480), &|x, y| skin(x, y), &as_is, 2.0);
    assert!(find(&alone, CHART).is_none() && find(&alone, GREY).is_none());
    let even = taken((640, 480), &|_, _| [0.5, 0.3, 0.2], &as_is, 0.0);
    assert!(find(&even, CHART).is_none() && find(&even, GREY).is_none());
    // A wall beside a shoulder is cut off by the edge, and no sheet.
    let wall = |x: f64, y: f64| if x > 400.0 && y > 200.0 { [0.4; 3] } else { skin(x, y) };
    assert!(find(&taken((640, 480), &wall, &as_is, 1.0), GREY).is_none());
    // Tiles are squares in rows, and of one colour; a shirt has two.
    for colours in [[[0.6, 0.55, 0.5]; 2], [[0.7, 0.1, 0.1], [0.1, 0.1, 0.5]]] {
        let mut tiles = [[0.0; 3]; PATCHES];
        for (place, tile) in tiles.iter_mut().enumerate() {
            *tile = colours[(place + place / COLUMNS) % 2];
        }
        let seen = |x: f64, y: f64| face(STRAIGHT.card(x, y), &tiles).unwrap_or([0.3; 3]);
        assert!(find(&taken((640, 480), &seen, &as_is, 1.0), CHART).is_none());
    }
    // The patches of the card in another order are another card.
    let mut other = REFERENCE;
    other.rotate_left(7);
    let seen = |x: f64, y: f64| face(STRAIGHT.card(x, y), &other).unwrap_or_else(|| skin(x, y));
    assert!(find(&taken((640, 480), &seen, &as_is, 1.0), CHART).is_none());
}

#[test]
fn a_hand_over_some_patches_does_not_hide_the_card() {
    let seen = |x: f64, y: f64| {
        let under_hand = x < 240.0 && y < 215.0;
        face(STRAIGHT.card(x, y), &REFERENCE).filter(|_| !under_hand).unwrap_or_else(|| skin(x, y))
    };
    // It is known, and the patches under the hand make it one that cannot be trusted; or it is not known at all.
    let card = find(&taken((640, 480), &seen, &as_is, 1.0), CHART);
    let verdict = card.and_then(|card| card.calibration()).map(|fit| fit.verdict);
    assert!(matches!(verdict, None | Some(Verdict::NotComparable(_))), "{verdict:?}");
}

const GREY: Kind = Kind::Grey { length_mm: 100.0, reflectance: 0.18 };

#[test]
fn a_grey_sheet_gives_white_and_scale() {
    let lies = Lies { turned: 24.0, pitch: 40.0, ..STRAIGHT };
    let seen = |x: f64, y: f64| {
        let (column, row) = lies.card(x, y);
        let is_on = (0.0..5.0).contains(&column) && (0.0..3.0).contains(&row);
        if is_on { [0.18; 3] } else { skin(x, y) }
    };
    let cast = |rgb: [f64; 3]| [rgb[0] * 1.3, rgb[1], rgb[2] * 0.7];
    let card = find(&taken((640, 480), &seen, &cast, 1.0), GREY).unwrap();
    let mm_per_px = card.mm_per_px.unwrap();
    assert!((mm_per_px - 0.5).abs() < 0.02, "{mm_per_px}");
    let calibration = card.calibration().unwrap();
    assert_eq!(calibration.verdict, Verdict::WhiteOnly);
    let grey = calibration.of(cast([0.4; 3]));
    assert!(grey.iter().all(|light| (light - 0.4).abs() < 0.02), "{grey:?}");
}

/// Skin with enough on it to be known again: blotches of several sizes, by chance that is none.
fn blotched(x: f64, y: f64) -> [f64; 3] {
    let at = |x: f64, y: f64, salt: u64| {
        let mut hash = salt;
        for place in [x, y] {
            let place = u64::from_ne_bytes(place.floor().to_ne_bytes());
            hash = (hash ^ place).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
        }
        f64::from(u32::try_from(hash.wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 40).unwrap())
            / f64::from(1_u32 << 24)
    };
    let smooth = |size: f64, salt: u64| {
        let (x, y) = (x / size, y / size);
        let (u, v) = (x - x.floor(), y - y.floor());
        let (u, v) = (u * u * (3.0 - 2.0 * u), v * v * (3.0 - 2.0 * v));
        let row = |y: f64| at(x, y, salt) * (1.0 - u) + at(x + 1.0, y, salt) * u;
        row(y) * (1.0 - v) + row(y + 1.0) * v - 0.5
    };
    let light = 1.0 + 0.25 * smooth(4.0, 1) + 0.25 * smooth(11.0, 2) + 0.2 * smooth(37.0, 3);
    [0.50 * light, 0.28 * light, 0.20 * light]
}

fn pair_photo(moved: f64, camera: Camera<'_>) -> Photo {
    let lies = Lies { middle: (560.0, 560.0), pitch: 45.0, turned: 4.0, ..STRAIGHT };
    let seen = |x: f64, y: f64| {
        let (x, y) = (x - moved, y - moved / 2.0);
        face(lies.card(x, y), &REFERENCE).unwrap_or_else(|| blotched(x, y))
    };
    taken((760, 720), &seen, camera, 1.0)
}

fn skin_beside_card() -> crate::Mask {
    let counts = |at: usize| if (40..400).contains(&(at / 760)) { 255 } else { 0 };
    crate::Mask::of(760, 720, (0..760 * 720).map(counts).collect()).unwrap()
}

fn compared(after: Camera<'_>, kind: Option<Kind>) -> crate::Comparison {
    let (before, after) = (pair_photo(0.0, &as_is), pair_photo(5.0, after));
    let region = skin_beside_card();
    let shots = crate::Shots {
        before: &before,
        after: &after,
        region: Some(&region),
        treated: None,
        control: None,
    };
    crate::compare(&shots, &crate::Ground { card: kind, ..crate::Ground::default() })
}

fn failing(comparison: &crate::Comparison) -> Vec<(&'static str, &'static str)> {
    let checks = comparison.report.checks.iter().filter(|check| !check.is_ok());
    checks.map(|check| (check.name.word(), check.of)).collect()
}

#[test]
fn another_light_is_no_change_where_the_card_is_on_both() {
    let by_card = compared(&warm, Some(CHART));
    assert_eq!(failing(&by_card), []);
    assert_eq!(by_card.scale.from, crate::ScaleFrom::Card);
    let scale = by_card.scale.mm_per_px / long(by_card.factor);
    assert!((scale - 20.0 / 45.0).abs() < 0.01, "{scale}");
    for change in &by_card.report.changes {
        assert!(!change.is_beyond_error(), "{change:?}");
    }
    assert!(!by_card.report.changes.is_empty());
    // What differed in colour without the card is gone with it.
    let apart = |comparison: &crate::Comparison| {
        let mut checks = comparison.report.checks.iter();
        checks.find(|check| check.of == "colour of the light").unwrap().value
    };
    let (with, without) = (apart(&by_card), apart(&compared(&warm, None)));
    assert!(with.abs() < 0.1 * without.abs(), "{with}, and {without} without the card");
}

#[test]
fn a_card_that_comes_out_wrong_refuses_the_pair() {
    let vivid = |rgb: [f64; 3]| {
        let mean = rgb.iter().sum::<f64>() / 3.0;
        rgb.map(|light| (mean + 1.8 * (light - mean)).clamp(0.0, 1.0).powf(1.5))
    };
    let refused = compared(&vivid, Some(CHART));
    assert!(failing(&refused).iter().any(|(name, _)| *name == "colour"));
    assert!(refused.report.changes.is_empty() && refused.delta_a_star.is_none());
}

#[test]
fn a_card_that_is_on_one_alone_refuses_the_pair() {
    let before = pair_photo(0.0, &as_is);
    let without = taken((760, 720), &|x, y| blotched(x - 5.0, y - 2.5), &as_is, 1.0);
    let region = skin_beside_card();
    let shots = crate::Shots {
        before: &before,
        after: &without,
        region: Some(&region),
        treated: None,
        control: None,
    };
    let of = |card| crate::compare(&shots, &crate::Ground { card, ..crate::Ground::default() });
    assert!(failing(&of(Some(CHART))).iter().any(|(name, _)| *name == "colour"));
    // Nobody said that there was one: nothing is corrected, and nothing refused.
    assert_eq!(failing(&of(None)), []);
}
