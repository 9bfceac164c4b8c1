//! Hostile and ordinary files. Each is made here, of invented pixels.

use image::{Rgb, Rgba, RgbaImage};

use super::*;

fn skin(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([200, u8::try_from(x % 256).unwrap(), u8::try_from(y % 256).unwrap()])
    })
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new(&mut bytes).encode_image(&skin(width, height)).unwrap();
    bytes
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    DynamicImage::from(skin(width, height))
        .write_with_encoder(PngEncoder::new(&mut bytes))
        .unwrap();
    bytes
}

/// Puts a segment behind the start of a JPEG.
fn with_segment(jpeg: &[u8], marker: u8, holds: &[u8]) -> Vec<u8> {
    let length = u16::try_from(holds.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, marker], &length, holds, &jpeg[2..]].concat()
}

/// What a telephone writes: turned to the right, with a place and a camera.
fn camera() -> Vec<u8> {
    let mut tiff = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    tiff.extend_from_slice(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    tiff.extend_from_slice(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26");
    tiff.extend_from_slice(b"\0\0\0\0GPSLatitude 51.5072 N InventedCamera 3000");
    tiff
}

fn has(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 }
        })
    })
}

fn chunk(kind: &[u8; 4], holds: &[u8]) -> Vec<u8> {
    let length = u32::try_from(holds.len()).unwrap().to_be_bytes();
    let named = [kind.as_slice(), holds].concat();
    [length.as_slice(), &named, &crc(&named).to_be_bytes()].concat()
}

/// Puts a chunk behind the head of a PNG.
fn with_chunk(png: &[u8], kind: &[u8; 4], holds: &[u8]) -> Vec<u8> {
    [&png[..33], &chunk(kind, holds), &png[33..]].concat()
}

#[test]
fn a_photograph_of_a_telephone_keeps_its_pixels_and_loses_its_place() {
    let sent = with_segment(&jpeg(600, 400), 0xE1, &camera());
    let sent = with_segment(&sent, 0xFE, b"taken at home");
    assert!(has(&sent, b"GPSLatitude") && has(&sent, b"taken at home"));
    let picture = read(&sent).unwrap();
    // Turned by a quarter: what was wide is high.
    assert_eq!((picture.width, picture.height), (400, 600));
    for kept in [&picture.original, &picture.display, &picture.thumbnail] {
        for gone in [b"GPSLatitude".as_slice(), b"InventedCamera", b"taken at home", b"\x88\x25"] {
            assert!(!has(kept, gone), "{} is still there", String::from_utf8_lossy(gone));
        }
    }
    // The coded picture itself is the one that came.
    let tail = sent.get(sent.len() - 2_000..).unwrap();
    assert!(has(&picture.original, tail));
    // And whoever opens the original sees it upright.
    let again = read(&picture.original).unwrap();
    assert_eq!((again.width, again.height), (400, 600));
    assert_eq!(again.original, picture.original);
}

#[test]
fn copies_are_small_and_never_larger_than_what_came() {
    let picture = read(&jpeg(4_000, 1_000)).unwrap();
    let size = |bytes: &[u8]| JpegDecoder::new(Cursor::new(bytes.to_vec())).unwrap().dimensions();
    assert_eq!(size(&picture.display), (1_600, 400));
    assert_eq!(size(&picture.thumbnail), (320, 80));
    let picture = read(&png(100, 50)).unwrap();
    assert_eq!(size(&picture.display), (100, 50));
    assert_eq!(size(&picture.thumbnail), (100, 50));
}

#[test]
fn a_png_keeps_every_pixel_and_loses_its_texts() {
    let sent = with_chunk(&png(70, 30), b"tEXt", b"Location\0at home");
    let sent = with_chunk(&sent, b"eXIf", &camera()[6..]);
    let picture = read(&sent).unwrap();
    assert_eq!((picture.width, picture.height, picture.media_type), (30, 70, "image/png"));
    assert!(!has(&picture.original, b"at home") && !has(&picture.original, b"GPSLatitude"));
    let kept = image::load_from_memory(&picture.original).unwrap().into_rgb8();
    assert_eq!(kept, image::imageops::rotate90(&skin(70, 30)));
}

#[test]
fn a_transparent_and_a_grey_png_are_read() {
    let mut bytes = Vec::new();
    let image = RgbaImage::from_pixel(9, 9, Rgba([9, 9, 9, 100]));
    DynamicImage::from(image).write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    assert_eq!(read(&bytes).unwrap().width, 9);
    let mut bytes = Vec::new();
    let image = image::GrayImage::new(9, 9);
    DynamicImage::from(image).write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    assert_eq!(read(&bytes).unwrap().width, 9);
}

#[test]
fn a_colour_profile_goes_along() {
    let mut profile = vec![7; 200];
    profile.splice(16..20, *b"RGB ");
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new(&mut bytes);
    encoder.set_icc_profile(profile.clone()).unwrap();
    encoder.encode_image(&skin(40, 40)).unwrap();
    let picture = read(&bytes).unwrap();
    for kept in [&picture.original, &picture.display, &picture.thumbnail] {
        assert!(has(kept, &profile));
    }
}

#[test]
fn what_is_no_picture_is_told_by_its_bytes() {
    assert_eq!(read(b"").unwrap_err(), Unfit::Empty);
    assert_eq!(read(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").unwrap_err(), Unfit::Truncated);
    assert_eq!(read(b"RIFF\x24\0\0\0WEBPVP8 ").unwrap_err(), Unfit::WebP);
    for other in [b"GIF89a".as_slice(), b"%PDF-1.7", b"<svg xmlns=''>", b"MZ", b"PK\x03\x04"] {
        assert_eq!(read(other).unwrap_err(), Unfit::Another);
    }
}

#[test]
fn a_file_that_is_two_things_is_refused() {
    let zip = b"PK\x03\x04an archive behind the picture";
    assert_eq!(
        read(&[&jpeg(40, 40), zip.as_slice()].concat()).unwrap_err(),
        Unfit::SomethingBehind
    );
    assert_eq!(read(&[&png(40, 40), zip.as_slice()].concat()).unwrap_err(), Unfit::SomethingBehind);
    let script = [b"GIF89a/*".as_slice(), &jpeg(40, 40)].concat();
    assert_eq!(read(&script).unwrap_err(), Unfit::Another);
    // A start of a further picture that is none does not help.
    let sham = [&jpeg(40, 40), START_OF_NONE].concat();
    assert_eq!(read(&sham).unwrap_err(), Unfit::SomethingBehind);
}

const START_OF_NONE: &[u8] = b"\xff\xd8\xff\xe0 #!/bin/sh";

#[test]
fn a_page_in_a_comment_does_not_outlive_the_upload() {
    let sent = with_segment(&jpeg(40, 40), 0xFE, b"<script>alert(1)</script>");
    let sent = with_segment(&sent, 0xE5, b"<?php system('id') ?>");
    let picture = read(&sent).unwrap();
    assert!(!has(&picture.original, b"<script") && !has(&picture.original, b"<?php"));
}

#[test]
fn what_telephones_put_behind_a_picture_is_cut_off() {
    let sent = [jpeg(40, 40), jpeg(20, 20), vec![0; 9]].concat();
    assert_eq!(read(&sent).unwrap().original, read(&jpeg(40, 40)).unwrap().original);
    let sent =
        [&jpeg(40, 40), b"\0\0\x01\x0aImage_UTC_Data1790000000000SEFHSEFT".as_slice()].concat();
    assert!(!has(&read(&sent).unwrap().original, b"Image_UTC_Data"));
}

#[test]
fn a_truncated_file_is_refused_wherever_it_is_cut() {
    for whole in [jpeg(200, 200), png(60, 60)] {
        for part in 1..20 {
            let cut = whole.get(..whole.len() * part / 20).unwrap();
            assert!(read(cut).is_err(), "{part} of 20 was taken");
        }
        assert_eq!(read(&whole[..whole.len() - 1]).unwrap_err(), Unfit::Truncated);
    }
}

#[test]
fn too_many_pixels_are_refused_before_anything_is_decoded() {
    // A JPEG of 40 by 40 that says of itself that it is 65 500 by 65 500.
    let mut bomb = jpeg(40, 40);
    let frame = bomb.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
    bomb.splice(frame + 5..frame + 9, [0xFF, 0xDC, 0xFF, 0xDC]);
    assert_eq!(read(&bomb).unwrap_err(), Unfit::TooManyPixels);
    // A PNG of 30 000 by 30 000 in a few kilobytes.
    let mut head = Vec::new();
    head.extend_from_slice(&30_000_u32.to_be_bytes());
    head.extend_from_slice(&30_000_u32.to_be_bytes());
    head.extend_from_slice(&[8, 2, 0, 0, 0]);
    let bomb = [
        &png::START,
        chunk(b"IHDR", &head).as_slice(),
        &chunk(b"IDAT", &[0]),
        &chunk(b"IEND", &[]),
    ]
    .concat();
    assert_eq!(read(&bomb).unwrap_err(), Unfit::TooManyPixels);
}

#[test]
fn fifty_megapixels_are_the_limit() {
    let of =
        |width, height| few_pixels(&Walked { width, height, orientation: 1, focal_35mm: None });
    assert_eq!(of(10_000, 5_000), Ok(()));
    assert_eq!(of(10_000, 5_001), Err(Unfit::TooManyPixels));
    assert_eq!(of(u32::MAX, u32::MAX), Err(Unfit::TooManyPixels));
    assert_eq!(of(0, 10), Err(Unfit::Broken));
}

#[test]
fn a_size_that_the_decoder_does_not_see_is_not_believed() {
    let mut two = jpeg(40, 40);
    let frame = two.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
    let length = usize::from(u16::from_be_bytes([two[frame + 2], two[frame + 3]]));
    let copied: Vec<u8> = two[frame..frame + 2 + length].to_vec();
    two.splice(frame..frame, copied);
    assert_eq!(read(&two).unwrap_err(), Unfit::Broken);
}

#[test]
fn a_picture_that_moves_is_refused() {
    let moving = with_chunk(&png(20, 20), b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    assert_eq!(read(&moving).unwrap_err(), Unfit::Animated);
}

#[test]
fn a_file_that_is_too_long_is_refused_unread() {
    let mut long = jpeg(40, 40);
    long.resize(FILE_BYTES_MAX + 1, 0);
    assert_eq!(read(&long).unwrap_err(), Unfit::TooLong);
}

#[test]
fn bytes_that_were_changed_never_break_the_reader() {
    // A fixed sequence, so that a failure can be seen again.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap()
    };
    for whole in [jpeg(64, 48), with_segment(&jpeg(64, 48), 0xE1, &camera()), png(32, 24)] {
        for _ in 0..300 {
            let mut changed = whole.clone();
            for _ in 0..1 + next() % 4 {
                let at = next() % changed.len();
                changed[at] = u8::try_from(next() % 256).unwrap();
            }
            if let Ok(picture) = read(&changed) {
                assert!(picture.width > 0 && !picture.thumbnail.is_empty());
            }
        }
    }
}
