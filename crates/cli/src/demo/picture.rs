//! Pictures of the demo: drawn, not photographed. A patch of invented skin with some dents that get shallower from visit
//! to visit, in a tone of one's own; and for one patient an invented head, photographed again and again. Nobody's skin was
//! looked at for them.

use std::io::Write as _;

use flate2::{Compression, Crc, write::ZlibEncoder};
use percuta_chart::photograph::View;
use percuta_imaging::written;
use percuta_testkit::series::{Subject, When};

use super::Draw;

const WIDTH: usize = 160;
const HEIGHT: usize = 120;

/// How light the skin of the invented head is, as an individual typology angle.
const HEAD_ITA_DEG: f64 = 22.0;
/// Which head it is.
const HEAD_SEED: u64 = 41;

/// A photograph of the invented head as a JPEG, so many days after the first session. It is drawn beside the life of the
/// clinic, on every core.
pub(crate) async fn head(view: View, days: Option<i32>) -> Option<Vec<u8>> {
    let turned_deg = match view {
        View::Front | View::Close | View::Body => 0.0,
        View::Right45 => 45.0,
        View::Left45 => -45.0,
        View::Right90 => 90.0,
        View::Left90 => -90.0,
    };
    let when = days.map_or(When::Before, |days| When::Weeks(f64::from(days) / 7.0));
    let drawn = tokio::task::spawn_blocking(move || {
        let photo = Subject::new(HEAD_SEED, HEAD_ITA_DEG).photograph(turned_deg, when)?;
        written::jpeg(&photo, 1_200)
    });
    drawn.await.ok().flatten()
}

/// A patch as a PNG: `tone` from 0 (light) to 5 (dark), `depth` of the dents in percent.
pub(crate) fn patch(tone: usize, seed: usize, depth: u32) -> Option<Vec<u8>> {
    const TONES: [[u32; 3]; 6] = [
        [236, 206, 190],
        [226, 188, 164],
        [205, 160, 130],
        [172, 122, 92],
        [128, 86, 62],
        [88, 58, 44],
    ];
    let base = TONES.get(tone).copied().unwrap_or([205, 160, 130]);
    let mut draw = Draw(u64::try_from(seed).unwrap_or(0).wrapping_add(7));
    let dents: Vec<(i64, i64, i64)> = (0..26)
        .map(|_| {
            let mut below = |count| i64::try_from(draw.below(count)).unwrap_or(0);
            (30 + below(100), 20 + below(80), 2 + below(3))
        })
        .collect();
    let mut grain = Draw(99);
    let mut rows = Vec::with_capacity((WIDTH * 3 + 1) * HEIGHT);
    for place in 0..WIDTH * HEIGHT {
        if place % WIDTH == 0 {
            rows.push(0);
        }
        let at = |place: usize| i64::try_from(place).unwrap_or(0);
        let noise = at(grain.below(7)) - 3;
        let shade = shade((at(place % WIDTH), at(place / WIDTH)), &dents, depth) + noise * 4;
        for channel in base {
            let value = i64::from(channel) * shade.clamp(200, 1_080) / 1_000;
            rows.push(u8::try_from(value.clamp(0, 255)).unwrap_or(255));
        }
    }
    png(&rows, (WIDTH, HEIGHT))
}

/// How bright a pixel is, in thousandths.
fn shade((x, y): (i64, i64), dents: &[(i64, i64, i64)], depth: u32) -> i64 {
    // Light falls from the upper left; the edges are darker, as in a photograph.
    let edge = ((x - 80).pow(2) / 56 + (y - 60).pow(2) / 31).min(60);
    let dent: i64 = dents
        .iter()
        .map(|(at_x, at_y, size)| {
            let (dx, dy) = (x - at_x, y - at_y);
            if dx * dx + dy * dy >= size * size {
                return 0;
            }
            // Dark on the side of the light, bright on the other: a hollow.
            let slope = (dx + dy) * 18 / size;
            (14 - slope) * i64::from(depth) / 100
        })
        .sum();
    1_000 - edge * 5 - dent * 14
}

fn png(rows: &[u8], (width, height): (usize, usize)) -> Option<Vec<u8>> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(rows).ok()?;
    let packed = packed.finish().ok()?;
    let mut header = Vec::new();
    header.extend(u32::try_from(width).ok()?.to_be_bytes());
    header.extend(u32::try_from(height).ok()?.to_be_bytes());
    // Eight bits a channel, three channels, no interlacing.
    header.extend([8, 2, 0, 0, 0]);
    let mut file = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
    for (name, body) in [(b"IHDR", header), (b"IDAT", packed), (b"IEND", Vec::new())] {
        file.extend(u32::try_from(body.len()).ok()?.to_be_bytes());
        let mut crc = Crc::new();
        crc.update(name);
        crc.update(&body);
        file.extend(name);
        file.extend(body);
        file.extend(crc.sum().to_be_bytes());
    }
    Some(file)
}
