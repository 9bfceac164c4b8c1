//! Envelopes and keys: what opens, and that everything else does not.

use std::error::Error;

use percuta_seal::{
    DataKey, KeyOwner, KeyRing, NoRandomness, OpenError, Place, SealError, SiteKey, UnwrapError,
    envelope::{BODY_BYTES_MAX, OVERHEAD_BYTES, open, seal},
    key::WRAPPED_BYTES,
};
use proptest::prelude::*;

type Outcome = Result<(), Box<dyn Error>>;

/// Bytes that count on from a seed: no chance in a test.
fn counter(seed: u8) -> impl FnMut(&mut [u8]) -> Result<(), NoRandomness> {
    let mut next = seed;
    move |bytes| {
        for byte in bytes {
            *byte = next;
            next = next.wrapping_mul(5).wrapping_add(17);
        }
        Ok(())
    }
}

fn nothing(_bytes: &mut [u8]) -> Result<(), NoRandomness> {
    Err(NoRandomness)
}

const PLACE: Place<'_> = Place { kind: "intake", document: [7; 16], version: 3, form: 1 };

#[test]
fn an_envelope_opens_where_it_was_sealed() -> Outcome {
    let key = DataKey::generate(&mut counter(1))?;
    let sealed = seal(&key, &PLACE, b"forty-two", &mut counter(2))?;
    assert_eq!(sealed.len(), 9 + OVERHEAD_BYTES);
    assert_eq!(open(&key, &PLACE, &sealed)?.as_slice(), b"forty-two");
    Ok(())
}

#[test]
fn a_change_of_any_bit_of_an_envelope_is_refused() -> Outcome {
    let key = DataKey::generate(&mut counter(1))?;
    let sealed = seal(&key, &PLACE, b"small", &mut counter(2))?;
    for at in 0..sealed.len() {
        for bit in 0..8 {
            let mut changed = sealed.clone();
            if let Some(byte) = changed.get_mut(at) {
                *byte ^= 1 << bit;
            }
            assert!(open(&key, &PLACE, &changed).is_err(), "byte {at}, bit {bit}");
        }
    }
    Ok(())
}

#[test]
fn an_envelope_that_is_cut_or_lengthened_anywhere_is_refused() -> Outcome {
    let key = DataKey::generate(&mut counter(1))?;
    let sealed = seal(&key, &PLACE, b"small", &mut counter(2))?;
    for length in 0..sealed.len() {
        let cut = sealed.get(..length).unwrap_or_default();
        let error = open(&key, &PLACE, cut).err();
        let expected = if length < OVERHEAD_BYTES {
            OpenError::Short { bytes: length }
        } else {
            OpenError::Refused
        };
        assert_eq!(error, Some(expected));
    }
    let mut longer = sealed.clone();
    longer.push(0);
    assert_eq!(open(&key, &PLACE, &longer).err(), Some(OpenError::Refused));
    Ok(())
}

#[test]
fn an_envelope_in_another_place_is_refused() -> Outcome {
    let key = DataKey::generate(&mut counter(1))?;
    let sealed = seal(&key, &PLACE, b"small", &mut counter(2))?;
    let mut places = vec![
        Place { kind: "intake2", ..PLACE },
        Place { kind: "", ..PLACE },
        Place { version: 2, ..PLACE },
        Place { version: 4, ..PLACE },
        Place { form: 2, ..PLACE },
    ];
    for at in 0..16 {
        let mut document = PLACE.document;
        if let Some(byte) = document.get_mut(at) {
            *byte ^= 1;
        }
        places.push(Place { document, ..PLACE });
    }
    for place in places {
        assert_eq!(open(&key, &place, &sealed).err(), Some(OpenError::Refused), "{place:?}");
    }
    Ok(())
}

#[test]
fn parts_that_run_together_alike_are_different_places() -> Outcome {
    // `kind` and `document` are neighbours: without lengths, a letter could move from one to the other.
    let key = DataKey::generate(&mut counter(1))?;
    let left = Place { kind: "ab", document: *b"cdefghijklmnopqr", version: 1, form: 1 };
    let sealed = seal(&key, &left, b"", &mut counter(2))?;
    let right = Place { kind: "a", document: *b"bcdefghijklmnopq", ..left };
    assert!(open(&key, &right, &sealed).is_err());
    Ok(())
}

#[test]
fn another_key_is_refused() -> Outcome {
    let key = DataKey::generate(&mut counter(1))?;
    let other = DataKey::generate(&mut counter(9))?;
    let sealed = seal(&key, &PLACE, b"small", &mut counter(2))?;
    assert_eq!(open(&other, &PLACE, &sealed).err(), Some(OpenError::Refused));
    Ok(())
}

#[test]
fn an_unknown_form_is_named() -> Outcome {
    let key = DataKey::generate(&mut counter(1))?;
    let mut sealed = seal(&key, &PLACE, b"small", &mut counter(2))?;
    sealed.splice(..1, [2]);
    let error = open(&key, &PLACE, &sealed).err();
    assert_eq!(error, Some(OpenError::UnknownForm { form: 2, suite: 1 }));
    Ok(())
}

#[test]
fn a_huge_body_is_refused_in_both_directions() -> Outcome {
    let key = DataKey::generate(&mut counter(1))?;
    let mut huge = vec![0; BODY_BYTES_MAX + 1];
    assert_eq!(seal(&key, &PLACE, &huge, &mut counter(2)).err(), Some(SealError::TooLong));
    huge.resize(BODY_BYTES_MAX + OVERHEAD_BYTES + 1, 1);
    let error = open(&key, &PLACE, &huge).err();
    assert_eq!(error, Some(OpenError::Long { bytes: huge.len() }));
    Ok(())
}

#[test]
fn without_randomness_nothing_is_sealed() -> Outcome {
    assert!(SiteKey::generate(&mut nothing).is_err());
    assert!(DataKey::generate(&mut nothing).is_err());
    let key = DataKey::generate(&mut counter(1))?;
    let error = seal(&key, &PLACE, b"small", &mut nothing).err();
    assert_eq!(error, Some(SealError::Randomness(NoRandomness)));
    let ring = KeyRing::new(SiteKey::generate(&mut counter(3))?);
    assert!(ring.wrap(&key, &KeyOwner::Clinic, &mut nothing).is_err());
    Ok(())
}

#[test]
fn a_wrapped_key_opens_for_its_owner_only() -> Outcome {
    let ring = KeyRing::new(SiteKey::generate(&mut counter(3))?);
    let key = DataKey::generate(&mut counter(1))?;
    let sealed = seal(&key, &PLACE, b"small", &mut counter(2))?;
    let owners =
        [KeyOwner::Patient([0; 16]), KeyOwner::Patient([1; 16]), KeyOwner::Clinic, KeyOwner::Index];
    for owner in owners {
        let wrapped = ring.wrap(&key, &owner, &mut counter(4))?;
        assert_eq!(wrapped.len(), WRAPPED_BYTES);
        for other in owners {
            match ring.unwrap(&wrapped, &other) {
                Ok(key) => {
                    assert_eq!(other, owner);
                    assert_eq!(open(&key, &PLACE, &sealed)?.as_slice(), b"small");
                }
                Err(error) => {
                    assert_ne!(other, owner);
                    assert_eq!(error, UnwrapError::Refused);
                }
            }
        }
    }
    Ok(())
}

#[test]
fn a_change_of_any_byte_of_a_wrapped_key_is_refused() -> Outcome {
    let ring = KeyRing::new(SiteKey::generate(&mut counter(3))?);
    let key = DataKey::generate(&mut counter(1))?;
    let wrapped = ring.wrap(&key, &KeyOwner::Clinic, &mut counter(4))?;
    for at in 0..wrapped.len() {
        let mut changed = wrapped.clone();
        if let Some(byte) = changed.get_mut(at) {
            *byte ^= 0x80;
        }
        assert!(ring.unwrap(&changed, &KeyOwner::Clinic).is_err(), "byte {at}");
        let cut = wrapped.get(..at).unwrap_or_default();
        let error = ring.unwrap(cut, &KeyOwner::Clinic).err();
        assert_eq!(error, Some(UnwrapError::Length { bytes: at }));
    }
    Ok(())
}

#[test]
fn a_rotation_opens_the_old_and_seals_with_the_new() -> Outcome {
    let owner = KeyOwner::Patient([5; 16]);
    let old = KeyRing::new(SiteKey::generate(&mut counter(3))?);
    let old_id = old.sealing().id();
    let key = DataKey::generate(&mut counter(1))?;
    let sealed = seal(&key, &PLACE, b"small", &mut counter(2))?;
    let wrapped = old.wrap(&key, &owner, &mut counter(4))?;

    let ring = old.rotated_to(SiteKey::generate(&mut counter(8))?);
    assert_ne!(ring.sealing().id(), old_id);
    assert!(!ring.is_current(&wrapped)?);
    let again = ring.rewrap(&wrapped, &owner, &mut counter(5))?;
    assert!(ring.is_current(&again)?);
    for wrapped in [&wrapped, &again] {
        let key = ring.unwrap(wrapped, &owner)?;
        assert_eq!(open(&key, &PLACE, &sealed)?.as_slice(), b"small");
    }

    let settled = ring.settled();
    assert_eq!(
        settled.unwrap(&wrapped, &owner).err(),
        Some(UnwrapError::UnknownSiteKey { id: old_id })
    );
    assert!(settled.unwrap(&again, &owner).is_ok());
    Ok(())
}

#[test]
fn no_key_prints_itself() -> Outcome {
    let site = SiteKey::generate(&mut |bytes: &mut [u8]| {
        bytes.fill(0xab);
        Ok(())
    })?;
    let key = DataKey::generate(&mut |bytes: &mut [u8]| {
        bytes.fill(0xab);
        Ok(())
    })?;
    let shown = format!("{site:?} {key:?}") + &format!("{:?}", KeyRing::new(site));
    for secret in ["abab", "171, 171", "ABAB"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_was_sealed_opens(
        body in prop::collection::vec(any::<u8>(), 0..2000),
        kind in "[a-z-]{0,12}",
        document in any::<[u8; 16]>(),
        version in any::<u64>(),
        form in any::<u16>(),
        seed in any::<u8>(),
    ) {
        let key = DataKey::generate(&mut counter(seed))?;
        let place = Place { kind: &kind, document, version, form };
        let sealed = seal(&key, &place, &body, &mut counter(seed.wrapping_add(1)))?;
        let opened = open(&key, &place, &sealed)?;
        prop_assert_eq!(opened.as_slice(), body.as_slice());
        let other = Place { version: version.wrapping_add(1), ..place };
        prop_assert!(open(&key, &other, &sealed).is_err());
    }

    #[test]
    fn noise_never_opens_and_never_panics(noise in prop::collection::vec(any::<u8>(), 0..200)) {
        let key = DataKey::generate(&mut counter(1))?;
        prop_assert!(open(&key, &PLACE, &noise).is_err());
        let ring = KeyRing::new(SiteKey::generate(&mut counter(3))?);
        prop_assert!(ring.unwrap(&noise, &KeyOwner::Clinic).is_err());
    }
}
