//! What is measured of two photographs whose difference is known, because it was made here.
#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "the skin is made by helpers of these tests, and they fail them"
)]

use percuta_imaging::{
    Change, Ground, Linear, Mask, Pair, Plane, Scale, ScaleFrom,
    measure::{Measured, measure},
};

const WIDTH: usize = 480;
const HEIGHT: usize = 640;
/// Nine by thirteen centimetres, as on the halved grid of a face that fills the picture.
const MM_PER_PX: f64 = 0.2;

/// A number from -1 to 1 of a place and a seed.
fn noise(x: usize, y: usize, seed: u64) -> f64 {
    let mut bits = seed
        .wrapping_add((x as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
        .wrapping_add((y as u64).wrapping_mul(0xc2b2_ae3d_27d4_eb4f));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// Noise that is smooth over so many pixels.
fn smooth(x: usize, y: usize, size: usize, seed: u64) -> f64 {
    let (column, row) = (x / size, y / size);
    let part = |at: usize| {
        let share = (at % size) as f64 / size as f64;
        share * share * (3.0 - 2.0 * share)
    };
    let (across, down) = (part(x), part(y));
    let at = |dx, dy| noise(column + dx, row + dy, seed);
    let upper = at(0, 0) * (1.0 - across) + at(1, 0) * across;
    let lower = at(0, 1) * (1.0 - across) + at(1, 1) * across;
    upper * (1.0 - down) + lower * down
}

/// Skin as optical densities: a tone, blotches of pigment and of blood, shading, grain.
fn skin(tone: [f64; 3], x: usize, y: usize) -> [f64; 3] {
    let pigment = 0.03 * smooth(x, y, 23, 1) + 0.02 * smooth(x, y, 7, 2);
    let blood = 0.02 * smooth(x, y, 41, 3) + 0.01 * smooth(x, y, 9, 4);
    let shade = 0.05 * smooth(x, y, 160, 5) + 0.01 * noise(x, y, 6);
    let [red, green, blue] = tone;
    [
        red * 10_f64.powf(-(shade + pigment)),
        green * 10_f64.powf(-(shade + 1.6 * pigment + blood)),
        blue * 10_f64.powf(-(shade + 2.2 * pigment + 0.8 * blood)),
    ]
}

const LIGHT_SKIN: [f64; 3] = [0.51, 0.26, 0.18];
const DARK_SKIN: [f64; 3] = [0.14, 0.065, 0.04];

fn picture(of: impl Fn(usize, usize) -> [f64; 3]) -> Linear {
    let mut planes = [Vec::new(), Vec::new(), Vec::new()];
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            for (plane, value) in planes.iter_mut().zip(of(x, y)) {
                plane.push(value.clamp(0.0, 1.0) as f32);
            }
        }
    }
    let [red, green, blue] = planes.map(|values| Plane::of(WIDTH, HEIGHT, values).unwrap());
    Linear { red, green, blue }
}

fn mask(of: impl Fn(usize, usize) -> bool) -> Mask {
    let values = (0..HEIGHT * WIDTH).map(|at| u8::from(of(at % WIDTH, at / WIDTH)) * 255).collect();
    Plane::of(WIDTH, HEIGHT, values).unwrap()
}

/// A photograph of AFTER: what became of the skin, and the light it was taken in.
fn after(
    tone: [f64; 3],
    became: impl Fn(usize, usize, [f64; 3]) -> [f64; 3],
    lit: impl Fn(usize, usize, [f64; 3]) -> [f64; 3],
) -> Linear {
    picture(|x, y| {
        let grain = |channel: u64| 1.0 + 0.01 * noise(x, y, 70 + channel);
        let [red, green, blue] = lit(x, y, became(x, y, skin(tone, x, y)));
        [red * grain(0), green * grain(1), blue * grain(2)]
    })
}

fn pair(tone: [f64; 3], after: Linear) -> Pair {
    Pair {
        has_card: false,
        before: picture(|x, y| skin(tone, x, y)),
        after,
        valid: mask(|_, _| true),
        region: mask(|_, _| true),
        treated: None,
        control: None,
        scale: Scale { mm_per_px: MM_PER_PX, from: ScaleFrom::Given },
    }
}

fn is_treated(x: usize, y: usize) -> bool {
    (120..360).contains(&x) && (160..420).contains(&y)
}

fn is_control(x: usize, y: usize) -> bool {
    (120..360).contains(&x) && (520..620).contains(&y)
}

/// Blood more, by this many units of the index of erythema; green and blue take it up.
fn redder(by: f64) -> impl Fn(usize, usize, [f64; 3]) -> [f64; 3] + Copy {
    move |x, y, [red, green, blue]| {
        let more = if is_treated(x, y) { by / 100.0 } else { 0.0 };
        [red, green * 10_f64.powf(-more), blue * 10_f64.powf(-0.8 * more)]
    }
}

/// Another lamp, brighter on one side, with another tone curve.
fn other_light(x: usize, y: usize, rgb: [f64; 3]) -> [f64; 3] {
    let side = 1.0 + 0.2 * (x as f64 / WIDTH as f64 - 0.5) + 0.1 * (y as f64 / HEIGHT as f64 - 0.5);
    let [red, green, blue] = rgb;
    [red * 1.08, green * 0.96, blue * 0.9].map(|value| (value * side).powf(1.05))
}

fn same_light(_: usize, _: usize, rgb: [f64; 3]) -> [f64; 3] {
    rgb
}

fn late() -> Ground {
    Ground { days_after_session: Some(42), ..Ground::default() }
}

fn change<'a>(measured: &'a Measured, what: &str) -> &'a Change {
    measured.changes.iter().find(|one| one.what == what).unwrap()
}

fn holds(change: &Change, truth: f64) -> bool {
    let [low, high] = change.interval;
    low <= truth && truth <= high
}

#[test]
fn a_photograph_compared_with_itself_changed_by_exactly_nought() {
    for marked in [false, true] {
        let mut pair = pair(LIGHT_SKIN, picture(|x, y| skin(LIGHT_SKIN, x, y)));
        pair.treated = marked.then(|| mask(is_treated));
        pair.control = marked.then(|| mask(is_control));
        let measured = measure(&pair, &late());
        assert!(measured.changes.len() >= 5, "{:?}", measured.not_measurable);
        for one in &measured.changes {
            assert_eq!((one.value, one.interval), (0.0, [0.0, 0.0]), "{}", one.what);
            assert!(!one.is_beyond_error());
        }
        assert!(measured.delta_a_star.values().iter().all(|delta| *delta == 0.0));
    }
}

#[test]
fn a_known_change_is_found_against_a_control_patch_in_another_light() {
    for tone in [LIGHT_SKIN, DARK_SKIN] {
        for truth in [-6.0, 0.0, 6.0] {
            let mut pair = pair(tone, after(tone, redder(truth), other_light));
            pair.treated = Some(mask(is_treated));
            pair.control = Some(mask(is_control));
            let measured = measure(&pair, &late());
            let erythema = change(&measured, "erythema");
            assert_eq!(erythema.against, "control patch");
            assert!((erythema.value - truth).abs() < 0.5, "{} for {truth}", erythema.value);
            assert!(holds(erythema, truth), "{:?} for {truth}", erythema.interval);
            assert_eq!(erythema.is_beyond_error(), truth != 0.0);
        }
    }
}

#[test]
fn without_a_control_patch_the_skin_around_tells_the_light() {
    let mut pair = pair(LIGHT_SKIN, after(LIGHT_SKIN, redder(-6.0), other_light));
    pair.treated = Some(mask(is_treated));
    let measured = measure(&pair, &late());
    let erythema = change(&measured, "erythema");
    assert_eq!((erythema.against, erythema.note), ("untreated skin", None));
    assert!((erythema.value + 6.0).abs() < 0.5, "{}", erythema.value);
    assert!(holds(erythema, -6.0), "{:?}", erythema.interval);
}

#[test]
fn a_change_of_everything_at_once_is_seen_only_against_a_control_patch() {
    let everywhere = |_: usize, y: usize, [red, green, blue]: [f64; 3]| {
        let more = if y < 500 { 0.05 } else { 0.0 };
        [red, green * 10_f64.powf(-more), blue]
    };
    let mut pair = pair(LIGHT_SKIN, after(LIGHT_SKIN, everywhere, same_light));
    pair.region = mask(|_, y| y < 500);
    let alone = measure(&pair, &late());
    let erythema = change(&alone, "erythema");
    assert_eq!(erythema.against, "whole region");
    assert!(erythema.note.unwrap().contains("whole region at once"));
    assert!(erythema.value.abs() < 0.3, "it is taken for light: {}", erythema.value);

    pair.control = Some(mask(is_control));
    let beside = measure(&pair, &late());
    let erythema = change(&beside, "erythema");
    assert!((erythema.value - 5.0).abs() < 0.5, "{}", erythema.value);
    assert!(holds(erythema, 5.0), "{:?}", erythema.interval);
}

#[test]
fn the_map_is_red_where_the_skin_is_redder_and_nowhere_else() {
    let mut pair = pair(LIGHT_SKIN, after(LIGHT_SKIN, redder(8.0), other_light));
    pair.treated = Some(mask(is_treated));
    let delta = measure(&pair, &late()).delta_a_star;
    let mean = |of: fn(usize, usize) -> bool| {
        let all: Vec<f64> = (0..WIDTH * HEIGHT)
            .filter(|at| of(at % WIDTH, at / WIDTH))
            .filter_map(|at| delta.get(at % WIDTH, at / WIDTH))
            .map(f64::from)
            .collect();
        all.iter().sum::<f64>() / all.len() as f64
    };
    assert!(mean(is_treated) > 2.0, "{}", mean(is_treated));
    assert!(mean(is_control).abs() < 0.2, "{}", mean(is_control));
}

#[test]
fn what_is_burnt_out_or_lost_in_the_dark_is_not_counted() {
    // A lamp burns out the right half of the treated skin; the left half is as red as before.
    let burning = |x: usize, _: usize, rgb: [f64; 3]| {
        if x >= 240 { rgb.map(|value| value * 2.5) } else { rgb }
    };
    let mut pair = pair(LIGHT_SKIN, after(LIGHT_SKIN, redder(0.0), burning));
    pair.treated = Some(mask(is_treated));
    pair.region = mask(|x, _| x < 240 || (240..360).contains(&x));
    let measured = measure(&pair, &late());
    let erythema = change(&measured, "erythema");
    assert!(erythema.value.abs() < 0.5, "{}", erythema.value);
}

#[test]
fn pigment_waits_for_day_28_and_texture_does_too() {
    let mut pair = pair(LIGHT_SKIN, after(LIGHT_SKIN, redder(0.0), same_light));
    pair.treated = Some(mask(is_treated));
    let said = |days| {
        let ground = Ground { days_after_session: days, ..Ground::default() };
        let measured = measure(&pair, &ground);
        let has = |what| measured.changes.iter().any(|one| one.what == what);
        let not = |what| measured.not_measurable.iter().any(|one| one.what == what);
        assert!(has("erythema"), "redness is measured on any day");
        assert!(not("scar depth in mm") && not("skin age"));
        assert_eq!(has("melanin"), !not("pigment"));
        (has("melanin") && has("ita"), not("texture"), not("colour as an outcome"))
    };
    assert_eq!(said(None), (false, true, true));
    assert_eq!(said(Some(27)), (false, true, true));
    assert_eq!(said(Some(28)), (true, false, false));
}

#[test]
fn pigment_waits_for_redness_to_be_as_it_was() {
    let mut pair = pair(LIGHT_SKIN, after(LIGHT_SKIN, redder(6.0), same_light));
    pair.treated = Some(mask(is_treated));
    let measured = measure(&pair, &late());
    assert!(!measured.changes.iter().any(|one| one.what == "melanin"));
    let why = measured.not_measurable.iter().find(|one| one.what == "pigment").unwrap();
    assert!(why.why.contains("redness changed"), "{}", why.why);
}

#[test]
fn texture_that_became_smoother_is_found_and_only_where_a_pixel_has_a_size() {
    // Where it was treated the grain of half a millimetre is a fifth weaker.
    let grain = |x, y| 0.08 * smooth(x, y, 3, 40);
    let grained =
        |x, y, share: f64| skin(LIGHT_SKIN, x, y).map(|value| value * (share * grain(x, y)).exp());
    let mut pair = pair(
        LIGHT_SKIN,
        picture(|x, y| {
            let share = if is_treated(x, y) { 0.8 } else { 1.0 };
            other_light(x, y, grained(x, y, share))
        }),
    );
    pair.before = picture(|x, y| grained(x, y, 1.0));
    pair.treated = Some(mask(is_treated));
    let measured = measure(&pair, &late());
    let middle = change(&measured, "texture_middle");
    assert!(middle.value < -0.15 && middle.interval[1] < 0.0, "{middle:?}");
    assert!(middle.is_beyond_error(), "{middle:?}");
    assert!(middle.note.unwrap().contains("not a depth"));
    assert!(!measured.changes.iter().any(|one| one.what == "texture_fine"), "a pixel is too large");

    pair.scale.from = ScaleFrom::Assumed;
    let measured = measure(&pair, &late());
    assert!(!measured.changes.iter().any(|one| one.what.starts_with("texture")));
    assert!(measured.not_measurable.iter().any(|one| one.what == "texture"));
}

/// How dark lines make a place: each is 0.8 mm across, 10 mm from the next, and swings to and fro by 1.2 mm in 18; they
/// run at so many degrees.
fn lined(x: usize, y: usize, degrees: f64) -> f64 {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let (x, y) = (x as f64 * MM_PER_PX, y as f64 * MM_PER_PX);
    let (along, off) = (x * cosine + y * sine, y * cosine - x * sine);
    let turn = std::f64::consts::TAU / 18.0;
    let slope = 1.2 * turn * (turn * along).cos();
    let off = (off + 1.2 * (turn * along).sin()).rem_euclid(10.0) - 5.0;
    (-0.5 * (off / (1.0 + slope * slope).sqrt() / 0.34).powi(2)).exp()
}

/// Millimetres of such lines on a square centimetre: one of ten, and the swing makes it longer.
const LINED: f64 = 10.0 * 1.043;

/// A pair with lines of 15 % contrast everywhere, of which in AFTER this part is left where it was treated.
fn lined_pair(left: f64, degrees: f64) -> Pair {
    let dark = |x, y, contrast: f64| {
        skin(LIGHT_SKIN, x, y).map(|one| one * (-contrast * lined(x, y, degrees)).exp())
    };
    let mut pair = pair(
        LIGHT_SKIN,
        picture(|x, y| {
            let grain = |channel: u64| 1.0 + 0.01 * noise(x, y, 70 + channel);
            let contrast = if is_treated(x, y) { 0.15 * left } else { 0.15 };
            let [red, green, blue] = other_light(x, y, dark(x, y, contrast));
            [red * grain(0), green * grain(1), blue * grain(2)]
        }),
    );
    pair.before = picture(|x, y| dark(x, y, 0.15));
    pair.treated = Some(mask(is_treated));
    pair
}

#[test]
fn lines_that_stayed_did_not_change() {
    let measured = measure(&lined_pair(1.0, 0.0), &late());
    for what in ["line_density", "line_contrast"] {
        let same = change(&measured, what);
        assert!(holds(same, 0.0) && !same.is_beyond_error(), "{same:?}");
        assert!(same.note.unwrap().contains("not their depth"));
    }
}

#[test]
fn lines_that_faded_are_told_by_their_contrast_and_lines_that_went_by_their_length() {
    for degrees in [0.0, 30.0, 45.0, 90.0] {
        let faded = measure(&lined_pair(0.6, degrees), &late());
        let contrast = change(&faded, "line_contrast");
        assert!(holds(contrast, -0.4 * 15.0) && contrast.is_beyond_error(), "{contrast:?}");

        let gone = measure(&lined_pair(0.0, degrees), &late());
        let density = change(&gone, "line_density");
        assert!(holds(density, -LINED) && density.is_beyond_error(), "{density:?}");
        assert!(holds(change(&gone, "line_contrast"), -15.0), "{:?}", gone.changes);
    }
}

#[test]
fn lines_are_not_measured_where_there_are_none_or_none_can_be_seen() {
    let smooth = |_, _| LIGHT_SKIN;
    let mut none = pair(LIGHT_SKIN, picture(smooth));
    none.before = picture(smooth);
    let why = |pair: &Pair, ground: &Ground| {
        let measured = measure(pair, ground);
        assert!(!measured.changes.iter().any(|one| one.what.starts_with("line")));
        let not = measured.not_measurable.into_iter().find(|one| one.what == "lines");
        not.unwrap().why
    };
    assert!(why(&none, &late()).contains("no line"));
    let mut pair = lined_pair(0.7, 0.0);
    assert!(why(&pair, &Ground::default()).contains("day 28"));
    pair.scale.mm_per_px = 0.3;
    assert!(why(&pair, &late()).contains("too large"));
    pair.scale.from = ScaleFrom::Assumed;
    assert!(why(&pair, &late()).contains("not known"));
}

#[test]
fn too_little_skin_gives_no_number() {
    let mut pair = pair(LIGHT_SKIN, after(LIGHT_SKIN, redder(6.0), same_light));
    pair.region = mask(|x, y| x < 20 && y < 20);
    let measured = measure(&pair, &late());
    assert_eq!(measured.changes, Vec::new());
    assert!(measured.not_measurable.iter().any(|one| one.why.contains("too little skin")));
}

#[test]
fn the_same_pair_gives_the_same_bits_on_any_number_of_threads() {
    let mut pair = pair(LIGHT_SKIN, after(LIGHT_SKIN, redder(3.0), other_light));
    pair.treated = Some(mask(is_treated));
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| measure(&pair, &late()))
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(7));
}

/// A pair whose light differs from place to place by more than pixels' noise: smooth over 3 and over 7 mm, anew in each.
fn drawn_pair(seed: u64, truth: f64, tone: [f64; 3]) -> Pair {
    let number = |which: u64| noise(7, 11, seed * 31 + which);
    let lamp = [0, 1, 2].map(|channel| 1.0 + 0.1 * number(channel));
    let (across, down) = (0.15 * number(3), 0.15 * number(4));
    let curve = 1.0 + 0.08 * number(5);
    let blotch = |x, y, channel: u64| {
        0.02 * smooth(x, y, 15, seed * 101 + channel)
            + 0.02 * smooth(x, y, 35, seed * 103 + channel)
    };
    let after = after(tone, redder(truth), |x, y, rgb| {
        let side = 1.0
            + across * (x as f64 / WIDTH as f64 - 0.5)
            + down * (y as f64 / HEIGHT as f64 - 0.5);
        let mut lit = [0.0; 3];
        for (channel, ((lit, value), lamp)) in lit.iter_mut().zip(rgb).zip(lamp).enumerate() {
            *lit = (value * side * lamp).powf(curve) * blotch(x, y, channel as u64).exp();
        }
        lit
    });
    pair(tone, after)
}

/// Of so many drawn pairs, the part whose interval holds the truth, and the middle half of its width.
fn coverage(pairs: u64, has_control: bool) -> (f64, f64) {
    let mut halves = Vec::new();
    let mut held = 0;
    for seed in 0..pairs {
        let truth = [0.0, -3.0, 4.0, -8.0][(seed % 4) as usize];
        let tone = if seed % 3 == 0 { DARK_SKIN } else { LIGHT_SKIN };
        let mut pair = drawn_pair(seed, truth, tone);
        pair.treated = Some(mask(is_treated));
        pair.control = has_control.then(|| mask(is_control));
        let measured = measure(&pair, &late());
        let erythema = change(&measured, "erythema");
        held += u32::from(holds(erythema, truth));
        halves.push(0.5 * (erythema.interval[1] - erythema.interval[0]));
    }
    halves.sort_by(f64::total_cmp);
    (f64::from(held) / pairs as f64, halves[halves.len() / 2])
}

#[test]
fn intervals_hold_the_truth_about_95_times_of_a_hundred() {
    for has_control in [false, true] {
        let (held, half) = coverage(12, has_control);
        assert!(held >= 0.8, "{held} with a control patch: {has_control}");
        assert!(half < 1.5, "an interval of everything holds all: {half}");
    }
}

/// Run by name; see the decision record on what is measured against what.
#[test]
#[ignore = "four hundred pairs take a minute"]
fn intervals_hold_the_truth_of_four_hundred_pairs() {
    for has_control in [false, true] {
        let (held, half) = coverage(200, has_control);
        assert!((0.93..=0.99).contains(&held), "{held} of 200, half a width {half}");
    }
}
