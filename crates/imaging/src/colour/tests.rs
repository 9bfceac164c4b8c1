//! Against colour-science 0.4.7 (PyPI): `XYZ_to_Lab(sRGB_to_XYZ(rgb / 255), D65)`, `arctan2(L - 50, b)` in degrees, and
//! `delta_E(one, other, method="CIE 2000")` of pairs of Sharma, Wu and Dalal (2005). That package's white is 0.95046, 1,
//! 1.08906, ours the sum of its matrix: grey differs by less than 0.01.

use super::*;

/// sRGB numbers, L*, a* and b*, and the individual typology angle.
const LAB: [([u8; 3], [f64; 3], f64); 20] = [
    ([0, 0, 0], [0.0000, 0.0000, 0.0000], -90.000),
    ([255, 255, 255], [100.0000, 0.0077, 0.0035], 89.996),
    ([1, 1, 1], [0.2742, 0.0001, 0.0000], -90.000),
    ([10, 10, 10], [2.7417, 0.0005, 0.0003], -90.000),
    ([128, 128, 128], [53.5850, 0.0046, 0.0021], 89.966),
    ([255, 0, 0], [53.2329, 80.1112, 67.2237], 2.753),
    ([0, 255, 0], [87.7370, -86.1829, 83.1878], 24.401),
    ([0, 0, 255], [32.3026, 79.1981, -107.8504], -170.681),
    ([241, 208, 190], [85.7710, 8.8011, 13.2044], 69.739),
    ([225, 172, 150], [74.6446, 16.4117, 18.8217], 52.630),
    ([200, 150, 130], [66.2930, 16.0568, 17.8642], 42.366),
    ([165, 116, 90], [53.1985, 16.0314, 22.0439], 8.256),
    ([120, 80, 60], [37.9439, 14.2811, 18.5743], -32.987),
    ([92, 60, 45], [28.6334, 12.1178, 14.9861], -54.955),
    ([60, 42, 35], [18.9622, 7.2252, 7.8610], -75.787),
    ([38, 26, 22], [10.6220, 5.2387, 5.1124], -82.603),
    ([230, 120, 110], [62.8286, 41.5569, 24.9730], 27.189),
    ([90, 130, 80], [50.3558, -24.1946, 22.7473], 0.896),
    ([150, 160, 200], [66.3636, 5.3165, -21.6570], 142.926),
    ([12, 200, 199], [73.2266, -39.9980, -11.1835], 115.711),
];

/// Two colours and how far they are apart.
const APART: [([f64; 3], [f64; 3], f64); 20] = [
    ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
    ([50.0, 3.1571, -77.2803], [50.0, 0.0, -82.7485], 2.8615),
    ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0000),
    ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
    ([50.0, 2.49, -0.001], [50.0, -2.49, 0.0009], 7.1792),
    ([50.0, 2.49, -0.001], [50.0, -2.49, 0.0011], 7.2195),
    ([50.0, -0.001, 2.49], [50.0, 0.0011, -2.49], 4.7461),
    ([50.0, 2.5, 0.0], [50.0, 0.0, -2.5], 4.3065),
    ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
    ([50.0, 2.5, 0.0], [61.0, -5.0, 29.0], 22.8977),
    ([50.0, 2.5, 0.0], [56.0, -27.0, -3.0], 31.9030),
    ([50.0, 2.5, 0.0], [58.0, 24.0, 15.0], 19.4535),
    ([50.0, 2.5, 0.0], [50.0, 3.1736, 0.5854], 1.0000),
    ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
    ([63.0109, -31.0961, -5.8663], [62.8187, -29.7946, -4.0864], 1.2630),
    ([22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373),
    ([90.8027, -2.0831, 1.441], [91.1528, -1.6435, 0.0447], 1.4441),
    ([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082),
    ([65.0, 18.0, 20.0], [62.0, 22.0, 17.0], 4.6999),
    ([30.0, 12.0, 14.0], [33.0, 9.0, 17.0], 4.7449),
];

fn lab([l, a, b]: [f64; 3]) -> Lab {
    Lab { l, a, b }
}

#[test]
fn cielab_is_that_of_colour_science() {
    for (rgb, [l, a, b], ita) in LAB {
        let got = Lab::of_srgb(rgb);
        let off = (got.l - l).abs().max((got.a - a).abs()).max((got.b - b).abs());
        // Saturated blues are where the two matrices differ most.
        assert!(off < 0.06, "{rgb:?} is {got:?}");
        // Grey has no b* to take an angle from.
        if b.abs() > 1.0 {
            assert!((got.ita() - ita).abs() < 0.05, "{rgb:?} has {}", got.ita());
        }
    }
}

#[test]
fn grey_has_no_colour() {
    for code in 0..=255 {
        let grey = Lab::of_srgb([code; 3]);
        assert!(grey.a.abs() < 1e-4 && grey.b.abs() < 1e-4, "{code} is {grey:?}");
    }
}

#[test]
fn differences_are_those_of_the_published_pairs() {
    for (one, other, apart) in APART {
        for (one, other) in [(lab(one), lab(other)), (lab(other), lab(one))] {
            let got = delta_e(one, other);
            assert!((got - apart).abs() < 1e-4, "{one:?} and {other:?} are {got} apart");
        }
        assert!(delta_e(lab(one), lab(one)) < 1e-12);
    }
}

#[test]
fn every_number_comes_back_from_light() {
    for code in 0..=255_u8 {
        let light = linear_table()[usize::from(code)];
        let back = encoded_of(f64::from(light)) * 255.0;
        assert!((back - f64::from(code)).abs() < 1e-3, "{code} came back as {back}");
    }
    assert!(encoded_of(-1.0).abs() < 1e-12 && (encoded_of(2.0) - 1.0).abs() < 1e-12);
}

#[test]
fn the_quick_a_star_is_the_exact_one() {
    let steps = || (0..=255_u8).step_by(15).chain([1, 2, 3, 5, 8, 11]);
    let mut worst = 0.0_f64;
    for (red, green) in steps().flat_map(|red| steps().map(move |green| (red, green))) {
        let table = linear_table();
        let light = |code: u8| vec![table[usize::from(code)]; steps().count()];
        let blue: Vec<f32> = steps().map(|code| table[usize::from(code)]).collect();
        let mut quick = vec![0.0; blue.len()];
        a_star(&light(red), &light(green), &blue, &mut quick);
        for (quick, blue) in quick.iter().zip(steps()) {
            worst = worst.max((f64::from(*quick) - Lab::of_srgb([red, green, blue]).a).abs());
        }
    }
    assert!(worst < 0.001, "off by {worst}");
}

#[test]
fn a_star_of_nothing_and_of_too_much_is_a_number() {
    let mut got = [7.0; 5];
    let light = [0.0, -0.1, 1e-30, 40.0];
    a_star(&light, &light, &light, &mut got);
    assert!(got[..4].iter().all(|a| a.abs() < 1e-2), "{got:?}");
    // There was no fifth pixel.
    assert!((got[4] - 7.0).abs() < f32::EPSILON);
}

#[test]
fn classes_end_where_they_are_said_to() {
    let edges = [(55.0, Tone::Light), (41.0, Tone::Intermediate), (28.0, Tone::Tan)];
    for (edge, below) in edges.into_iter().chain([(10.0, Tone::Brown), (-30.0, Tone::Dark)]) {
        assert_eq!(Tone::of(edge), below);
        assert!(Tone::of(edge + 1e-9) < below);
    }
    assert_eq!(Tone::of(90.0), Tone::VeryLight);
    // Dark skin that is bluish has an angle beyond a right one, and is dark still.
    assert_eq!(Tone::of(lab([20.0, 3.0, -2.0]).ita()), Tone::Dark);
}

#[test]
fn density_is_a_power_of_ten() {
    assert!((density(0.1, 1.0) - 1.0).abs() < 1e-6);
    assert!((density(0.08, 0.8) - 1.0).abs() < 1e-6);
    assert!(density(0.0, 1.0).is_finite() && density(0.5, 0.0).is_finite());
}
