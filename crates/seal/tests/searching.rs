//! Tokens: whatever was stored is found by its parts, and fields and keys stay apart.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use percuta_seal::{
    DataKey, Field, NoRandomness, Tokens,
    token::{Birth, Phone, fold_phone, words},
};
use proptest::prelude::*;

fn index(byte: u8) -> DataKey {
    DataKey::generate(&mut |bytes: &mut [u8]| -> Result<(), NoRandomness> {
        bytes.fill(byte);
        Ok(())
    })
    .unwrap()
}

fn names() -> Tokens {
    Tokens::new(&index(1), Field("name"))
}

fn finds(name: &str, sought: &str) -> bool {
    let sought = names().name_sought(sought);
    !sought.is_empty() && sought.is_subset(&names().name(name))
}

#[test]
fn a_name_is_found_by_the_beginning_of_any_word_in_any_order() {
    let name = "Ana-Sofía O'Brien Łukasz";
    let beginnings = [
        "an",
        "ANA",
        "ana sofia",
        "sofi o'br",
        "obrien",
        "brien ana",
        "anasof",
        "lukasz",
        "Łu",
        "So\u{301}",
        "brien  ,  an",
    ];
    for sought in beginnings {
        assert!(finds(name, sought), "{sought}");
    }
    for sought in ["na", "ann", "brian", "ana maria", "", " - ", "a", "lukaszz"] {
        assert!(!finds(name, sought), "{sought}");
    }
}

#[test]
fn a_long_word_is_sought_by_its_first_eight_letters() {
    // A candidate only: the caller compares once more.
    assert!(finds("Konstantina", "konstantinos"));
    assert!(!finds("Konstanze", "konstantinos"));
}

#[test]
fn a_name_of_one_letter_is_found_by_it() {
    assert!(finds("Wu 李", "李"));
    assert!(finds("Wu 李", "wu"));
    assert!(!finds("Wu 李", "w"), "a single letter finds only a word that is that letter");
}

#[test]
fn words_fold_as_the_vocabulary_does_and_further() {
    assert_eq!(words("  Señor  MÜLLER-Weiß, Þóra "), ["senor", "muller", "weiss", "thora"]);
    assert_eq!(words("Zoë Zoe\u{308}"), ["zoe", "zoe"]);
    assert_eq!(words("Nguyễn Ağa Đặng İpek"), ["nguyen", "aga", "dang", "ipek"]);
    assert!(words("…").is_empty());
}

#[test]
fn a_phone_is_found_however_it_was_written() {
    let phone = |number| Phone { number, calling_code: "44" };
    for number in ["+44 7700 900123", "0044 7700 900 123", "(07700) 900-123", "+44 (0)7700 900123"]
    {
        assert_eq!(fold_phone(phone(number)), "7700900123", "{number}");
    }
    assert_eq!(fold_phone(phone("+49 151 0000000")), "491510000000");
    let tokens = Tokens::new(&index(1), Field("phone"));
    let stored = tokens.phone(phone("+44 7700 900123"));
    for sought in ["07700", "+44770", "077 00 90", "7700900123"] {
        assert!(
            tokens.phone_sought(phone(sought)).is_some_and(|t| stored.contains(&t)),
            "{sought}"
        );
    }
    for sought in ["0800", "+49 7700", "77009001234"] {
        assert!(
            !tokens.phone_sought(phone(sought)).is_some_and(|t| stored.contains(&t)),
            "{sought}"
        );
    }
    assert!(tokens.phone_sought(phone("077")).is_none());
    assert!(tokens.phone_ending("0123").is_some_and(|token| stored.contains(&token)));
    assert!(tokens.phone_ending("123").is_none());
    assert!(tokens.phone(phone("none")).is_empty());
}

#[test]
fn a_birth_date_is_found_by_its_parts() {
    let tokens = Tokens::new(&index(1), Field("birth"));
    let stored = tokens.birth(Birth::Day { year: 1990, month: 3, day: 12 });
    for part in [
        Birth::Day { year: 1990, month: 3, day: 12 },
        Birth::Month { year: 1990, month: 3 },
        Birth::Year(1990),
        Birth::Birthday { month: 3, day: 12 },
    ] {
        assert!(stored.contains(&tokens.birth_sought(part)), "{part:?}");
    }
    assert!(!stored.contains(&tokens.birth_sought(Birth::Birthday { month: 12, day: 3 })));
    assert_eq!(stored.len(), 4);
}

#[test]
fn an_address_is_found_whole_in_any_case() {
    let tokens = Tokens::new(&index(1), Field("address"));
    assert_eq!(tokens.exact(" Ana@Example.test "), tokens.exact("ana@example.test"));
    assert_ne!(tokens.exact("ana@example.test"), tokens.exact("ana-example.test"));
    assert_eq!(tokens.exact("  "), None);
}

#[test]
fn another_field_or_another_key_shares_no_token() {
    let name = names().name("Ana Brien");
    let street = Tokens::new(&index(1), Field("street")).name("Ana Brien");
    let clinic = Tokens::new(&index(2), Field("name")).name("Ana Brien");
    assert!(name.is_disjoint(&street) && name.is_disjoint(&clinic));
    assert_eq!(name.len(), 2 + 4, "an, ana, br, bri, brie, brien");
}

#[test]
fn a_hostile_name_makes_a_bounded_number_of_tokens() {
    let long = "ab ".repeat(10_000) + &"x".repeat(100_000) + &" a-b".repeat(1_000);
    assert!(names().name(&long).len() <= 16 * 17 * 7);
    assert!(names().name_sought(&long).len() <= 16);
    let joined = (0..1_000).map(|index| format!("w{index}")).collect::<Vec<_>>().join("-");
    assert!(names().name(&joined).len() <= 17 * 7);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_beginning_of_two_letters_or_more_finds_its_name(
        name in "[A-Za-zÀ-žẠ-ỹ'’ -]{2,40}",
        pick in any::<prop::sample::Index>(),
        letters in 2_usize..12,
    ) {
        let all = words(&name);
        prop_assume!(!all.is_empty());
        let word = pick.get(&all);
        let beginning: String = word.chars().take(letters).collect();
        prop_assume!(all.len() <= 16);
        prop_assert!(finds(&name, &beginning), "{} by {}", name, beginning);
    }

    #[test]
    fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
        let once = words(&text);
        prop_assert_eq!(words(&once.join(" ")), once);
    }
}
