//! Files of an encoder that is not ours, and what becomes of them when they are spoilt. `tests/pictures/make.py` says how
//! they were made and what is on them.

use super::*;
use crate::picture;

fn file(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pictures/");
    std::fs::read(format!("{folder}{name}.heic")).unwrap()
}

const FILES: [&str; 4] = ["plain", "tiled", "deep", "through"];

/// The colours of the four quarters, and what Display P3 makes of them in sRGB, by colour-science 0.4.7.
const AS_WRITTEN: [[u8; 3]; 4] = [[200, 60, 60], [60, 160, 60], [60, 60, 200], [128, 128, 128]];
const OF_P3: [[u8; 3]; 4] = [[217, 42, 52], [0, 163, 40], [60, 60, 208], [128, 128, 128]];

fn quarters(rgb: &[u8], width: usize, height: usize) -> [[u8; 3]; 4] {
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| {
        let at = (y * height / 4 * width + x * width / 4) * 3;
        rgb[at..at + 3].try_into().unwrap()
    })
}

fn assert_near(got: [[u8; 3]; 4], wanted: [[u8; 3]; 4], name: &str) {
    let off = got.as_flattened().iter().zip(wanted.as_flattened()).map(|(a, b)| a.abs_diff(*b));
    assert!(off.max() <= Some(4), "{name}: {got:?}, not {wanted:?}");
}

fn has(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

#[test]
fn pictures_stand_as_the_file_says_and_not_as_the_camera_says_besides() {
    for name in ["plain", "tiled", "deep"] {
        let photo = picture::photo(&file(name)).unwrap();
        assert_eq!((photo.width(), photo.height()), (120, 100), "{name}");
        assert_near(quarters(photo.rgb(), 120, 100), OF_P3, name);
        let focal = (name != "deep").then_some(26.0);
        assert_eq!(photo.focal_35mm, focal, "{name}");
    }
}

#[test]
fn what_shines_through_shows_white() {
    let photo = picture::photo(&file("through")).unwrap();
    let mut wanted = AS_WRITTEN;
    wanted[0] = [227, 157, 157];
    wanted[2] = [157, 157, 227];
    assert_near(quarters(photo.rgb(), 120, 100), wanted, "through");
}

#[test]
fn what_is_kept_is_a_jpeg_without_place_and_camera() {
    for name in FILES {
        let sent = file(name);
        let kept = picture::read(&sent).unwrap();
        assert_eq!((kept.width, kept.height, kept.media_type), (120, 100, "image/jpeg"));
        for bytes in [&kept.original, &kept.display, &kept.thumbnail] {
            for gone in [b"GPSLatitude".as_slice(), b"InventedCamera", b"ftyp", b"Exif"] {
                assert!(!has(bytes, gone), "{name} still has {}", String::from_utf8_lossy(gone));
            }
        }
        // The original is the same photograph, colours and all.
        let (was, is) = (picture::photo(&sent).unwrap(), picture::photo(&kept.original).unwrap());
        let is = quarters(is.rgb(), is.width(), is.height());
        assert_near(is, quarters(was.rgb(), was.width(), was.height()), name);
        assert_eq!(picture::read(&kept.original).unwrap().original, kept.original);
    }
    assert!(has(&file("tiled"), b"GPSLatitude") && has(&file("plain"), b"InventedCamera"));
}

#[test]
fn a_file_is_refused_wherever_it_is_cut() {
    for name in FILES {
        let whole = file(name);
        for end in 12..whole.len() {
            assert!(read(&whole[..end]).is_err(), "{name} was taken when cut at {end}");
        }
        assert_eq!(read(&whole[..whole.len() - 1]).err(), Some(Unfit::Truncated));
    }
}

#[test]
fn what_stands_behind_is_cut_off_or_refused() {
    let whole = file("tiled");
    let film = [&whole, b"\0\0\0\x10ftypmp42\0\0\0\0\0\0\0\x08moov".as_slice()].concat();
    assert_eq!(look(&film).unwrap(), whole);
    let samsung = [&whole, b"\0\0\x01\x0aImage_UTC_Data1790000000000SEFHSEFT".as_slice()].concat();
    assert_eq!(look(&samsung).unwrap(), whole);
    assert_eq!(read(&samsung).unwrap().rgb, read(&whole).unwrap().rgb);
    for behind in [b"#!/bin/sh\n".as_slice(), b"\0\0\0\x04%PDF", b"PK"] {
        let more = [&whole, behind].concat();
        assert!(read(&more).is_err(), "{} was taken", String::from_utf8_lossy(behind));
    }
}

#[test]
fn a_film_is_told_from_a_picture() {
    let film = b"\0\0\0\x10ftyphevc\0\0\0\0\0\0\0\x08moov";
    assert_eq!(read(film).err(), Some(Unfit::Animated));
}

#[test]
fn spoilt_files_do_no_harm() {
    // A fixed sequence, so that a failure can be seen again.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut taken = 0;
    for name in FILES {
        let whole = file(name);
        for _ in 0..500 {
            let mut spoilt = whole.clone();
            for _ in 0..=next(4) {
                let at = next(spoilt.len());
                spoilt[at] = u8::try_from(next(256)).unwrap();
            }
            if let Ok(decoded) = read(&spoilt) {
                assert_eq!(decoded.rgb.len(), decoded.width * decoded.height * 3);
                taken += 1;
            }
        }
    }
    // Most changes are to coded pixels, of which any are a picture: the decoder was reached.
    assert!((100..2_000).contains(&taken), "{taken} were taken");
}

/// Replaces what stands once in a file.
fn with(file: &[u8], was: &[u8], is: &[u8]) -> Vec<u8> {
    assert_eq!(was.len(), is.len());
    let at = file.windows(was.len()).position(|window| window == was).unwrap();
    [&file[..at], is, &file[at + is.len()..]].concat()
}

#[test]
fn tiles_larger_than_any_picture_are_refused_before_they_are_decoded() {
    // The head of a coded item that declares 16 383 by 16 383 pixels, in a file that shows 120 by 100 of them.
    let mut bits = "0000".to_owned() + "000" + "1" + &"0".repeat(96) + "1" + "010";
    for _ in 0..2 {
        bits += &("0".repeat(14) + &format!("{:015b}", 16_384));
    }
    bits += &"0".repeat(8 - bits.len() % 8);
    let byte = |bits: &[u8]| bits.iter().fold(0, |byte, bit| byte << 1 | (bit - b'0'));
    let unit: Vec<u8> = bits.as_bytes().chunks(8).map(byte).collect();
    // Guards stand in the run of zeros, as an encoder puts them.
    let guarded = unit.iter().fold(vec![0x42, 1], |mut unit, byte| {
        if unit.ends_with(&[0, 0]) && *byte <= 3 {
            unit.push(3);
        }
        unit.push(*byte);
        unit
    });
    let head = |last: u8| {
        let length = u16::try_from(guarded.len()).unwrap().to_be_bytes();
        [&[1; 21], [last].as_slice(), &[1, 33, 0, 1], &length, &guarded].concat()
    };
    assert_eq!(coded::pixels(&head(3)), Ok(16_383 * 16_383));
    assert_eq!(coded::pixels(&head(0)), Err(Unfit::Heic));
    let meta = |tiles: &[u8]| {
        let boxed = |kind: &[u8; 4], holds: &[u8]| {
            let length = u32::try_from(holds.len() + 8).unwrap().to_be_bytes();
            [&length, kind.as_slice(), holds].concat()
        };
        let has = boxed(b"ipma", &[&[0; 7], [1, 0, 1, 1, 0x81].as_slice()].concat());
        let properties = boxed(b"ipco", &boxed(b"hvcC", &head(3)));
        let tiles = boxed(b"iref", &[&[0; 4], boxed(b"dimg", tiles).as_slice()].concat());
        [&[0; 4], boxed(b"iprp", &[properties, has].concat()).as_slice(), &tiles].concat()
    };
    let held = Held::of(&meta(&[0, 2, 0, 1, 0, 1])).unwrap();
    assert_eq!(held.is_bounded(100), Err(Unfit::TooManyPixels));
}

#[test]
fn one_tile_used_a_thousand_times_is_refused() {
    let whole = file("tiled");
    // Four tiles of 64 by 64 are 16 384 pixels; the same tile so often that they are more than any picture has.
    let list = |count: u16| {
        let mut list = b"\0\0\0\0".to_vec();
        let holds =
            [&[0, 5], count.to_be_bytes().as_slice(), &[0, 1].repeat(count.into())].concat();
        list.extend(u32::try_from(holds.len() + 8).unwrap().to_be_bytes());
        list.extend(b"dimg");
        list.extend(holds);
        list
    };
    assert!(look(&whole).is_ok());
    let meta = whole.windows(4).position(|window| window == b"meta").unwrap();
    let length = u32::from_be_bytes(whole[meta - 4..meta].try_into().unwrap());
    let meta = &whole[meta + 4..meta - 4 + usize::try_from(length).unwrap()];
    let iref = meta.windows(4).position(|window| window == b"iref").unwrap();
    let with_list = |count: u16| {
        let mut meta = meta.to_vec();
        let list = list(count);
        let old = u32::from_be_bytes(meta[iref - 4..iref].try_into().unwrap());
        let end = iref - 4 + usize::try_from(old).unwrap();
        let length = u32::try_from(list.len() + 8).unwrap().to_be_bytes();
        meta.splice(iref - 4..end, [&length, b"iref".as_slice(), &list].concat());
        Held::of(&meta).unwrap().is_bounded(1 << 20)
    };
    assert_eq!(with_list(4), Ok(()));
    assert_eq!(with_list(1_025), Err(Unfit::Heic));
    // A tile as long as the file cannot be there twice.
    assert_eq!(Held::of(meta).unwrap().is_bounded(100), Err(Unfit::Truncated));
    assert_eq!(Held::of(meta).unwrap().is_bounded(400), Err(Unfit::Heic));
}

#[test]
fn what_is_said_twice_is_refused() {
    let whole = file("plain");
    let meta = whole.windows(4).position(|window| window == b"meta").unwrap() - 4;
    let end = meta + usize::from(u16::from_be_bytes(whole[meta + 2..meta + 4].try_into().unwrap()));
    let twice = [&whole[..end], &whole[meta..]].concat();
    assert_eq!(read(&twice).err(), Some(Unfit::Broken));
    // A picture that another one has to be decoded for.
    let needing = with(&file("tiled"), b"cdsc", b"pred");
    assert_eq!(read(&needing).err(), Some(Unfit::Heic));
}

#[test]
fn brightness_beyond_white_is_refused() {
    // The code of the transfer function, behind that of the colours: 16 is the one of films.
    let beyond = with(&file("deep"), b"nclx\0\x0c\0\x0d", b"nclx\0\x0c\0\x10");
    assert_eq!(read(&beyond).err(), Some(Unfit::Heic));
}
