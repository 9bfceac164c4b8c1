//! What the numbers of a picture mean as colours: its profile, and its pixels brought into sRGB by it.
//!
//! Telephones write Display P3. Read as sRGB its reds are too pale, and two photographs of one cheek, of which one went
//! through a programme that converts, differ by more than redness does.
//!
//! A profile that cannot be understood is one that no viewer follows either: the numbers then stand for sRGB, as they do
//! without a profile.

use moxcms::{
    CmsError, ColorProfile, DataColorSpace, Layout, RenderingIntent, TransformExecutor,
    TransformOptions,
};
use rayon::prelude::*;
use std::sync::Arc;

/// No colour profile that cameras write is longer.
pub(super) const BYTES_MAX: usize = 1 << 20;
/// Bytes that are converted at once.
const STRETCH: usize = 3 << 14;

/// Whether a profile is of red, green and blue, and of a length that is taken.
pub(super) fn fits(profile: &[u8]) -> bool {
    profile.len() <= BYTES_MAX && profile.get(16..20) == Some(b"RGB ")
}

/// A profile of the reds of telephones, for a file that says it by a number alone.
pub(super) fn display_p3() -> Option<Vec<u8>> {
    ColorProfile::new_display_p3().encode().ok()
}

/// A profile of the widest colours that cameras write.
pub(super) fn wide() -> Option<Vec<u8>> {
    ColorProfile::new_bt2020().encode().ok()
}

/// Makes red, green and blue of a profile those of sRGB.
pub(super) fn into_srgb(rgb: &mut [u8], profile: Option<&[u8]>) {
    let Some(profile) = profile.filter(|profile| fits(profile)) else { return };
    let Ok(transform) = ColorProfile::new_from_slice(profile).and_then(|from| to_srgb(&from))
    else {
        return;
    };
    if is_srgb(&*transform) {
        return;
    }
    rgb.par_chunks_mut(STRETCH).for_each(|stretch| convert(&*transform, stretch));
}

type Transform = Arc<dyn TransformExecutor<u8> + Send + Sync>;

fn to_srgb(from: &ColorProfile) -> Result<Transform, CmsError> {
    if from.color_space != DataColorSpace::Rgb {
        return Err(CmsError::InvalidProfile);
    }
    let options = TransformOptions {
        rendering_intent: RenderingIntent::RelativeColorimetric,
        ..TransformOptions::default()
    };
    from.create_transform_8bit(Layout::Rgb, &ColorProfile::new_srgb(), Layout::Rgb, options)
}

/// Converts in place. A stretch that cannot be converted stays.
fn convert(transform: &(dyn TransformExecutor<u8> + Send + Sync), stretch: &mut [u8]) {
    let mut converted = vec![0; stretch.len()];
    if transform.transform(stretch, &mut converted).is_ok() {
        stretch.copy_from_slice(&converted);
    }
}

/// Whether a conversion changes nothing that could be seen: then the numbers stay as they were written, to the last bit.
fn is_srgb(transform: &(dyn TransformExecutor<u8> + Send + Sync)) -> bool {
    let steps = || (0..=255_u8).step_by(17);
    let colours: Vec<u8> = steps()
        .flat_map(|red| steps().flat_map(move |green| steps().map(move |blue| [red, green, blue])))
        .flatten()
        .collect();
    let mut converted = colours.clone();
    convert(transform, &mut converted);
    colours.iter().zip(&converted).all(|(was, is)| was.abs_diff(*is) <= 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(profile: &ColorProfile, rgb: [u8; 3]) -> [u8; 3] {
        let mut bytes = rgb;
        into_srgb(&mut bytes, Some(&profile.encode().unwrap()));
        bytes
    }

    #[test]
    fn display_p3_becomes_srgb() {
        // Of colour-science 0.4.7: the sRGB numbers of these Display P3 numbers.
        let p3 = ColorProfile::new_display_p3();
        for (from, to) in DISPLAY_P3 {
            let got = through(&p3, from);
            let off = got.iter().zip(to).map(|(got, to)| got.abs_diff(to)).max();
            assert!(off <= Some(1), "{from:?} became {got:?}, not {to:?}");
        }
    }

    const DISPLAY_P3: [([u8; 3], [u8; 3]); 10] = [
        ([0, 0, 0], [0, 0, 0]),
        ([255, 255, 255], [255, 255, 255]),
        ([128, 128, 128], [128, 128, 128]),
        ([200, 150, 130], [209, 147, 126]),
        ([225, 172, 150], [235, 169, 146]),
        ([120, 80, 60], [127, 78, 56]),
        ([60, 42, 35], [63, 41, 34]),
        ([180, 90, 90], [193, 83, 87]),
        ([150, 160, 200], [148, 160, 204]),
        ([90, 130, 80], [77, 131, 74]),
    ];

    #[test]
    fn srgb_stays_to_the_last_bit() {
        for rgb in [[0, 0, 0], [1, 2, 3], [200, 150, 130], [255, 0, 254]] {
            assert_eq!(through(&ColorProfile::new_srgb(), rgb), rgb);
        }
    }

    #[test]
    fn what_is_no_profile_changes_nothing() {
        for profile in
            [b"".to_vec(), vec![7; 300], [&[7; 16], b"RGB ".as_slice(), &[7; 300]].concat()]
        {
            let mut rgb = [200, 100, 50];
            into_srgb(&mut rgb, Some(&profile));
            assert_eq!(rgb, [200, 100, 50]);
        }
    }
}
