//! Invented skin is as light as it was asked to be, and reddens as skin does.

use percuta_testkit::{
    pigment,
    skin::{Grain, Place, Skin, Spot, State},
};

const TONES: [f64; 8] = [50.0, 41.0, 28.0, 19.0, 10.0, -10.0, -30.0, -44.0];

/// The mean colour of a square of the skin.
fn mean(skin: &Skin, state: &State) -> [f32; 3] {
    let mut sum = [0.0_f64; 3];
    let mut count = 0.0;
    for row in 0..90_u8 {
        for column in 0..90_u8 {
            let place = [f32::from(column) - 45.0, f32::from(row) - 60.0];
            let touch = skin.at(place, Grain { mm_per_px: 0.1 }, state, Place::default());
            let colour = skin.colour(&touch);
            for (to, part) in sum.iter_mut().zip(colour) {
                *to += f64::from(part);
            }
            count += 1.0;
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "a colour needs no more digits")]
    sum.map(|part| (part / count) as f32)
}

#[test]
fn skin_has_the_tone_that_was_asked_for() {
    for (seed, ita) in (1..).zip(TONES) {
        let made = pigment::ita(mean(&Skin::new(seed, ita), &State::default()));
        assert!((made - ita).abs() < 1.0, "asked for {ita}, made {made:.2}");
    }
}

#[test]
fn thrice_the_blood_reddens_every_tone_alike_by_the_index_and_less_by_a_star_when_darker() {
    let mut last = f64::MAX;
    for ita in TONES {
        let skin = Skin::new(7, ita);
        let red = State::of(vec![Spot::red([0.0, -15.0], 400.0, 3.0)]);
        let (before, after) = (mean(&skin, &State::default()), mean(&skin, &red));
        let index = pigment::erythema(after) - pigment::erythema(before);
        let a_star = pigment::lab(after)[1] - pigment::lab(before)[1];
        assert!((6.5..13.0).contains(&index), "at {ita}: {index:.2} {:?}", pigment::lab(before));
        assert!(a_star > 0.5 && a_star < last, "at {ita}: {a_star:.2} after {last:.2}");
        last = a_star;
    }
}
