//! Photographs and masks, made here of invented pixels.

use image::{
    ExtendedColorType, ImageEncoder as _, Rgb, RgbImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};
use moxcms::ColorProfile;

use super::*;

fn skin(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let low = |n: u32| u8::try_from(n % 100).unwrap();
        Rgb([200 - low(x) / 2, 120 + low(y) / 2, 100])
    })
}

fn jpeg_of(image: &RgbImage, exif: Option<Vec<u8>>, profile: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif).unwrap();
    }
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile).unwrap();
    }
    encoder.encode_image(image).unwrap();
    bytes
}

fn png_of(pixels: &[u8], (width, height): (u32, u32), kind: ExtendedColorType) -> Vec<u8> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes).write_image(pixels, width, height, kind).unwrap();
    bytes
}

fn pixel(photo: &Photo, x: usize, y: usize) -> [u8; 3] {
    let at = (y * photo.width() + x) * 3;
    photo.rgb()[at..at + 3].try_into().unwrap()
}

fn is_near(one: [u8; 3], other: [u8; 3], by: u8) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= by)
}

#[test]
fn a_jpeg_stands_upright_whichever_way_its_camera_was_held() {
    let marked = RgbImage::from_fn(64, 32, |x, y| {
        if x < 32 && y < 16 { Rgb([220, 40, 40]) } else { Rgb([120, 120, 120]) }
    });
    // Where the red quarter is after each turn: left or right, above or below.
    let red_at = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0), (1, 0), (1, 1), (0, 1)];
    for (orientation, (right, below)) in (1_u8..).zip(red_at) {
        let exif = super::super::exif::only_orientation(orientation)[6..].to_vec();
        let photo = photo(&jpeg_of(&marked, Some(exif), None)).unwrap();
        let size = if orientation > 4 { (32, 64) } else { (64, 32) };
        assert_eq!((photo.width(), photo.height()), size, "orientation {orientation}");
        for (x, y) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let at = ((2 * x + 1) * photo.width() / 4, (2 * y + 1) * photo.height() / 4);
            let wanted = if (x, y) == (right, below) { [220, 40, 40] } else { [120; 3] };
            let got = pixel(&photo, at.0, at.1);
            assert!(is_near(got, wanted, 4), "{orientation}: {got:?} at {x} {y}");
        }
    }
}

#[test]
fn the_profile_of_a_telephone_is_followed() {
    let p3 = ColorProfile::new_display_p3().encode().unwrap();
    let cheek = RgbImage::from_pixel(40, 40, Rgb([200, 150, 130]));
    let read = photo(&jpeg_of(&cheek, None, Some(p3))).unwrap();
    assert!(is_near(pixel(&read, 20, 20), [209, 147, 126], 2), "{:?}", pixel(&read, 20, 20));
    // Without one, and with that of sRGB, the numbers stay.
    let srgb = ColorProfile::new_srgb().encode().unwrap();
    let bare = photo(&jpeg_of(&cheek, None, None)).unwrap();
    assert_eq!(photo(&jpeg_of(&cheek, None, Some(srgb))).unwrap(), bare);
    assert!(is_near(pixel(&bare, 20, 20), [200, 150, 130], 2));
}

#[test]
fn every_kind_of_png_becomes_the_same_photograph() {
    let size = (2, 1);
    let whole = photo(&png_of(&[200, 100, 50, 10, 20, 30], size, ExtendedColorType::Rgb8)).unwrap();
    assert_eq!(whole.rgb(), [200, 100, 50, 10, 20, 30]);
    // Sixteen bits, in the order of bytes of this machine.
    let deep: Vec<u8> =
        whole.rgb().iter().flat_map(|n| (u16::from(*n) * 257).to_ne_bytes()).collect();
    assert_eq!(photo(&png_of(&deep, size, ExtendedColorType::Rgb16)).unwrap(), whole);
    let grey = photo(&png_of(&[7, 250], size, ExtendedColorType::L8)).unwrap();
    assert_eq!(grey.rgb(), [7, 7, 7, 250, 250, 250]);
    // Half of a colour over white; and nothing of one.
    let through = png_of(&[200, 100, 0, 51, 9, 9, 9, 0], size, ExtendedColorType::Rgba8);
    assert_eq!(photo(&through).unwrap().rgb(), [244, 224, 204, 255, 255, 255]);
}

#[test]
fn what_stands_behind_a_picture_is_not_looked_at() {
    let size = (2, 1);
    for whole in [
        jpeg_of(&skin(40, 30), None, None),
        png_of(&[200, 100, 50, 10, 20, 30], size, ExtendedColorType::Rgb8),
    ] {
        let more = [&whole, b"PK\x03\x04an archive".as_slice()].concat();
        assert_eq!(photo(&more).unwrap(), photo(&whole).unwrap());
        // But what is cut off is missed.
        assert_eq!(photo(&whole[..whole.len() - 1]).unwrap_err(), Unfit::Truncated);
    }
    assert_eq!(photo(b"").unwrap_err(), Unfit::Empty);
    assert_eq!(photo(b"GIF89a").unwrap_err(), Unfit::Another);
}

#[test]
fn a_picture_of_more_scans_than_a_camera_writes_is_refused_undecoded() {
    let whole = jpeg_of(&skin(16, 16), None, None);
    let scan = whole.windows(2).position(|two| two == [0xFF, 0xDA]).unwrap();
    let scans = whole[scan..whole.len() - 2].repeat(101);
    let many = [&whole[..scan], &scans, &[0xFF, 0xD9]].concat();
    assert_eq!(photo(&many).unwrap_err(), Unfit::Broken);
}

#[test]
fn a_mask_counts_what_is_light_and_says_when_it_does_not_fit() {
    let grey = png_of(&[0, 127, 128, 255], (4, 1), ExtendedColorType::L8);
    assert_eq!(mask(&grey, 4, 1).unwrap().values(), [0, 0, 255, 255]);
    let colour = png_of(&[255, 255, 255, 0, 0, 0], (2, 1), ExtendedColorType::Rgb8);
    assert_eq!(mask(&colour, 2, 1).unwrap().values(), [255, 0]);
    let through = png_of(&[255, 255, 255, 0], (2, 1), ExtendedColorType::La8);
    assert_eq!(mask(&through, 2, 1).unwrap().values(), [255, 0]);
    let error = mask(&grey, 4, 3).unwrap_err();
    assert_eq!(error.to_string(), "the mask is 4 by 1 pixels, the photograph 4 by 3");
    let none = mask(b"P5 4 1", 4, 1).unwrap_err();
    assert_eq!(none, MaskUnfit::Picture(Unfit::Another));
}

#[test]
fn a_palette_is_read_as_its_colours() {
    // Sixteen pixels of one bit each and a palette of two colours: the encoder here writes none.
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pictures/palette.png"));
    let photo = photo(&bytes.unwrap()).unwrap();
    assert_eq!((photo.width(), photo.height()), (8, 2));
    assert_eq!(pixel(&photo, 0, 0), [220, 170, 150]);
    assert_eq!(pixel(&photo, 7, 1), [90, 60, 45]);
}
