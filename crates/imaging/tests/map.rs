//! The map of a change that is known: what is marked, what is not, and that it can be read without colours.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the change is made by helpers of these tests, and they fail them"
)]

use percuta_imaging::{
    Mask, Photo, Plane, Scale, ScaleFrom,
    map::{Map, Reading, Tiles},
    measure::SMALLEST_A_STAR,
};

const WIDTH: usize = 400;
const HEIGHT: usize = 500;
/// Tiles of twenty pixels.
const SCALE: Scale = Scale { mm_per_px: 0.25, from: ScaleFrom::Given };

/// A change: less red on the left, more red in a corner, noise everywhere.
fn change() -> Plane<f32> {
    let values = (0..WIDTH * HEIGHT).map(|at| {
        let (x, y) = (at % WIDTH, at / WIDTH);
        let noise = ((x * 7919 + y * 104_729) % 97) as f32 / 97.0 - 0.5;
        let change = match (x, y) {
            (60..160, 100..300) => -4.0,
            (300..340, 400..440) => 5.0,
            _ => 0.0,
        };
        change + noise
    });
    Plane::of(WIDTH, HEIGHT, values.collect()).unwrap()
}

fn before() -> Photo {
    Photo::of(2 * WIDTH, 2 * HEIGHT, vec![160; 12 * WIDTH * HEIGHT]).unwrap()
}

fn seen() -> Mask {
    let is_skin = |at: usize| (20..380).contains(&(at % WIDTH)) && at / WIDTH >= 20;
    let values = (0..WIDTH * HEIGHT).map(|at| u8::from(is_skin(at)) * 255).collect();
    Plane::of(WIDTH, HEIGHT, values).unwrap()
}

fn drawn<T>(change: &Plane<f32>, of: impl Fn(&Map<'_>) -> T) -> T {
    let (before, seen) = (before(), seen());
    of(&Map {
        before: &before,
        delta_a_star: change,
        seen: &seen,
        scale: SCALE,
        smallest_detectable: SMALLEST_A_STAR,
    })
}

fn pixel(photo: &Photo, x: usize, y: usize) -> [u8; 3] {
    let at = 3 * (y * photo.width() + x);
    [photo.rgb()[at], photo.rgb()[at + 1], photo.rgb()[at + 2]]
}

#[test]
fn tiles_that_changed_are_told_and_no_others() {
    let tiles: Tiles = drawn(&change(), |map| map.tiles());
    let told = |reading| tiles.list.iter().filter(|tile| tile.reading == reading).count();
    assert_eq!((told(Reading::LessRed), told(Reading::MoreRed)), (50, 4));
    for tile in tiles.list.iter().filter(|tile| tile.reading == Reading::LessRed) {
        assert!((60..160).contains(&tile.x) && (100..300).contains(&tile.y));
        assert!((tile.delta + 4.0).abs() < 0.3);
    }
    let shares =
        [Reading::LessRed, Reading::MoreRed, Reading::NoChange].map(|one| tiles.share(one));
    assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    assert!((tiles.area_cm2.unwrap() - 108.0).abs() < 1.0, "{:?}", tiles.area_cm2);
}

#[test]
fn a_change_within_the_error_of_the_measure_is_not_marked() {
    let small = change().map(|value| value * 0.2);
    let tiles = drawn(&small, |map| map.tiles());
    assert!(tiles.list.iter().all(|tile| tile.reading == Reading::NoChange));
}

#[test]
fn the_map_is_read_without_colours() {
    let picture = drawn(&change(), |map| map.picture());
    assert_eq!((picture.width(), picture.height()), (WIDTH, HEIGHT));
    let light =
        |[red, green, blue]: [u8; 3]| u32::from(red) * 2 + u32::from(green) * 5 + u32::from(blue);
    // Along a row of the blue area light and dark alternate; along one of plain skin nothing does.
    let turns = |y: usize, from: usize, to: usize| {
        let row: Vec<bool> = (from..to).map(|x| light(pixel(&picture, x, y)) > 8 * 180).collect();
        row.windows(2).filter(|two| two[0] != two[1]).count()
    };
    assert!(turns(200, 70, 150) >= 8, "stripes");
    assert_eq!(turns(200, 200, 360), 0, "plain skin");
    let [red, _, blue] = pixel(&picture, 100, 203);
    assert!(blue > red, "less red is blue");
    let outside = pixel(&picture, 5, 200);
    assert!(outside[0] == outside[1] && outside[1] == outside[2], "outside is grey");
}

#[test]
fn the_legend_is_in_the_picture_and_the_picture_is_the_same_on_any_number_of_threads() {
    let change = change();
    let with = drawn(&change, |map| map.with_legend());
    assert_eq!(with.width(), WIDTH);
    assert!(with.height() > HEIGHT + 60, "words need room: {}", with.height());
    let black = (HEIGHT..with.height())
        .flat_map(|y| (0..WIDTH).map(move |x| (x, y)))
        .filter(|(x, y)| pixel(&with, *x, *y)[0] < 60)
        .count();
    assert!(black > 1_000, "there are letters: {black}");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(5).build().unwrap();
    assert_eq!(pool.install(|| drawn(&change, |map| map.with_legend())), with);
}
