//! What is drawn over the camera's picture: an outline to stand within, and a grid. Invented shapes, of nobody.
//!
//! They are drawn upright, three to four, and stretched over the picture without being distorted. The left side of a
//! head is the right one mirrored.

use maud::{Markup, html};

/// What is drawn over the picture, to stand within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guide {
    /// A head from the front.
    HeadFront,
    /// A head turned by half, its right side towards the camera.
    HeadRight45,
    /// A head turned by half, its left side towards the camera.
    HeadLeft45,
    /// A head from its right side.
    HeadRight90,
    /// A head from its left side.
    HeadLeft90,
    /// Neck and shoulders from the front.
    Shoulders,
    /// The crown of a head.
    Crown,
    /// A frame around a patch of skin.
    Patch,
    /// A part of the body, upright.
    Part,
}

const HALF: [&str; 4] = [
    "M150 62C212 60 244 104 242 158C242 176 250 190 254 206C255 214 246 217 243 219C246 232 240 241 238 248C238 270 224 300 190 311C160 316 128 300 108 268C74 232 62 190 66 150C70 96 104 62 150 62Z",
    "M98 176c-14-4-22 10-18 26c3 14 10 22 18 20",
    "M112 272L104 348C80 364 46 374 30 400",
    "M208 304L214 350C238 362 262 374 278 400",
];
const SIDE: [&str; 4] = [
    "M138 58C196 54 230 92 233 140C234 152 229 161 235 173L257 206C261 214 253 220 243 221C246 230 244 236 240 240C246 246 244 254 238 258C242 269 240 281 231 290C218 301 196 301 178 297C169 295 165 300 165 312L172 352C190 366 214 378 224 400",
    "M138 58C76 60 44 106 46 164C48 214 72 244 82 272L74 346C60 364 40 378 30 400",
    "M132 172c-14-4-24 8-21 26c3 15 11 23 21 20",
    "M214 150h22",
];

fn paths(of: Guide) -> &'static [&'static str] {
    match of {
        Guide::HeadFront => &[
            "M150 60C204 60 236 100 236 160C236 216 216 258 190 286C174 303 160 310 150 310C140 310 126 303 110 286C84 258 64 216 64 160C64 100 96 60 150 60Z",
            "M64 170c-16-6-20 10-16 26c4 16 12 26 20 22M236 170c16-6 20 10 16 26c-4 16-12 26-20 22",
            "M112 290L106 346C78 362 44 372 26 400M188 290L194 346C222 362 256 372 274 400",
        ],
        Guide::HeadRight45 | Guide::HeadLeft45 => &HALF,
        Guide::HeadRight90 | Guide::HeadLeft90 => &SIDE,
        Guide::Shoulders => &[
            "M92 0C92 60 112 96 150 98C188 96 208 60 208 0",
            "M112 84L106 156C74 178 20 184 6 250V400M188 84L194 156C226 178 280 184 294 250V400",
            "M106 156C124 176 140 182 150 196C160 182 176 176 194 156",
        ],
        Guide::Crown => &[
            "M150 70C222 70 256 128 256 200C256 272 222 334 150 334C78 334 44 272 44 200C44 128 78 70 150 70Z",
            "M150 70V334",
        ],
        Guide::Patch => &["M60 110V60H110M190 60H240V110M240 290V340H190M110 340H60V290"],
        Guide::Part => &["M84 30V370M216 30V370", "M40 60H64M236 60H260M40 340H64M236 340H260"],
    }
}

/// Lines that are level, by their height.
fn levels(of: Guide) -> &'static [u16] {
    match of {
        Guide::HeadFront | Guide::HeadRight45 | Guide::HeadLeft45 => &[176],
        Guide::HeadRight90 | Guide::HeadLeft90 => &[150],
        Guide::Shoulders => &[156],
        Guide::Crown | Guide::Patch | Guide::Part => &[200],
    }
}

/// The outline.
pub(super) fn drawn(of: Guide) -> Markup {
    let is_mirrored = matches!(of, Guide::HeadLeft45 | Guide::HeadLeft90);
    html! {
        svg.finder__guide viewBox="0 0 300 400" preserveAspectRatio="xMidYMid meet" aria-hidden="true" focusable="false" data-guide {
            g transform=[is_mirrored.then_some("translate(300 0) scale(-1 1)")] {
                @for path in paths(of) { path d=(path) {} }
                @for y in levels(of) { path.finder__line d=(format!("M20 {y}H280")) {} }
            }
        }
    }
}

/// Thirds.
pub(super) fn grid() -> Markup {
    html! {
        svg.finder__grid viewBox="0 0 300 300" preserveAspectRatio="none" aria-hidden="true" focusable="false" hidden data-grid {
            path d="M100 0V300M200 0V300M0 100H300M0 200H300" {}
        }
    }
}
