//! Outcome scales: the items of those whose items and arithmetic stand on their card, and the score, exactly.
//!
//! A scale that needs a licence, or whose items are photographs or texts of others, is not here: its card says so, and
//! it is scored elsewhere. Sums are of whole numbers, so that a score is the paper's and not nearly the paper's.
//! What a change means is for the reader.
//!
//! INVARIANT (whole): a score is given only for all items, each within its range. What was not graded is not zero.

use crate::book::{Rulebook, Scale};

/// An item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Its name, for ever.
    pub name: &'static str,
    /// What is graded.
    pub asks: &'static str,
    /// How.
    pub grades: Grades,
}

/// How an item is graded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grades {
    /// One of these: number and words.
    Words(&'static [(u8, &'static str)]),
    /// A whole number from nought to this.
    UpTo(u8),
}

/// Who may grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grader {
    /// A clinician.
    Clinician,
    /// The patient or a clinician.
    Anybody,
}

/// A scale that can be scored here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scored {
    /// The id of its card.
    pub id: &'static str,
    /// Its items, all of which are needed.
    pub items: &'static [Item],
    /// The lowest score.
    pub low: u16,
    /// The highest.
    pub high: u16,
    /// Who may grade.
    pub by: Grader,
    /// The weight of each item or of each product of items.
    sum: Sum,
}

/// How items become a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sum {
    /// Each item times its weight, over a divisor.
    Weighted(&'static [u32], u32),
    /// For each of four regions with its weight: area times (darkness and, where it is graded, homogeneity), over ten.
    Melasma(&'static [u32; 4]),
}

/// A score and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The score.
    pub value: f64,
    /// The sum in figures: `2 × 1 + 3 × 2 = 8`.
    pub sum: String,
}

/// An item that cannot be scored as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ungraded {
    /// Its name.
    pub item: &'static str,
    /// What to do, in a sentence.
    pub says: String,
}

const COUNTS: Grades =
    Grades::Words(&[(0, "None"), (1, "1 to 10"), (2, "11 to 20"), (3, "More than 20")]);
const AREA: Grades = Grades::Words(&[
    (0, "0: none"),
    (1, "1: less than 10 %"),
    (2, "2: 10 to 29 %"),
    (3, "3: 30 to 49 %"),
    (4, "4: 50 to 69 %"),
    (5, "5: 70 to 89 %"),
    (6, "6: 90 to 100 %"),
]);
const STRENGTH: Grades = Grades::UpTo(4);

const fn item(name: &'static str, asks: &'static str, grades: Grades) -> Item {
    Item { name, asks, grades }
}

const GOODMAN_BARON: Grades = Grades::Words(&[
    (1, "1: macular, colour only"),
    (2, "2: mild, not obvious at 50 cm, covered by make-up or beard"),
    (3, "3: moderate, obvious at 50 cm, not well covered, flattens when stretched by hand"),
    (4, "4: severe, obvious beyond 50 cm, not flattened by stretching"),
]);
const IMPROVEMENT: Grades = Grades::Words(&[
    (1, "1: very much improved"),
    (2, "2: much improved"),
    (3, "3: improved"),
    (4, "4: no change"),
    (5, "5: worse"),
]);

/// Every scale that can be scored here, in the order of their ids.
pub const SCALES: &[Scored] = &[
    Scored {
        id: "gais",
        items: &[item("grade", "Compared with before treatment", IMPROVEMENT)],
        low: 1,
        high: 5,
        by: Grader::Anybody,
        sum: Sum::Weighted(&[1], 1),
    },
    Scored {
        id: "gb_qual",
        items: &[item("grade", "The worst that is present", GOODMAN_BARON)],
        low: 1,
        high: 4,
        by: Grader::Clinician,
        sum: Sum::Weighted(&[1], 1),
    },
    Scored {
        id: "gb_quant",
        items: &[
            item("macular", "Macular scars", COUNTS),
            item("mild-dish", "Mildly atrophic, dish-like scars", COUNTS),
            item("dish", "Moderately atrophic, dish-like scars", COUNTS),
            item("shallow-punched", "Punched out with a shallow base, under 5 mm", COUNTS),
            item("broad-shallow", "Broad and shallow", COUNTS),
            item("deep-punched-normal", "Punched out, deep, with a normal base", COUNTS),
            item("deep-punched-abnormal", "Punched out, deep, with an abnormal base", COUNTS),
            item("linear", "Linear or troughed", COUNTS),
            item("broad-deep", "Broad and deep", COUNTS),
            item("papular", "Papular scars", COUNTS),
            item(
                "raised",
                "Area of hypertrophic or keloid scars",
                Grades::Words(&[
                    (0, "None"),
                    (1, "Less than 5 cm²"),
                    (2, "5 to 20 cm²"),
                    (3, "More than 20 cm²"),
                ]),
            ),
        ],
        low: 0,
        high: 84,
        by: Grader::Clinician,
        sum: Sum::Weighted(&[1, 1, 2, 2, 2, 3, 3, 3, 3, 2, 6], 1),
    },
    Scored {
        id: "masi",
        items: &[
            item("forehead.area", "Forehead: area", AREA),
            item("forehead.darkness", "Forehead: darkness, 0 to 4", STRENGTH),
            item("forehead.homogeneity", "Forehead: homogeneity, 0 to 4", STRENGTH),
            item("right-malar.area", "Right cheek: area", AREA),
            item("right-malar.darkness", "Right cheek: darkness, 0 to 4", STRENGTH),
            item("right-malar.homogeneity", "Right cheek: homogeneity, 0 to 4", STRENGTH),
            item("left-malar.area", "Left cheek: area", AREA),
            item("left-malar.darkness", "Left cheek: darkness, 0 to 4", STRENGTH),
            item("left-malar.homogeneity", "Left cheek: homogeneity, 0 to 4", STRENGTH),
            item("chin.area", "Chin: area", AREA),
            item("chin.darkness", "Chin: darkness, 0 to 4", STRENGTH),
            item("chin.homogeneity", "Chin: homogeneity, 0 to 4", STRENGTH),
        ],
        low: 0,
        high: 48,
        by: Grader::Clinician,
        sum: Sum::Melasma(&[3, 3, 3, 1]),
    },
    Scored {
        id: "mmasi",
        items: &[
            item("forehead.area", "Forehead: area", AREA),
            item("forehead.darkness", "Forehead: darkness, 0 to 4", STRENGTH),
            item("right-malar.area", "Right cheek: area", AREA),
            item("right-malar.darkness", "Right cheek: darkness, 0 to 4", STRENGTH),
            item("left-malar.area", "Left cheek: area", AREA),
            item("left-malar.darkness", "Left cheek: darkness, 0 to 4", STRENGTH),
            item("chin.area", "Chin: area", AREA),
            item("chin.darkness", "Chin: darkness, 0 to 4", STRENGTH),
        ],
        low: 0,
        high: 24,
        by: Grader::Clinician,
        sum: Sum::Melasma(&[3, 3, 3, 1]),
    },
    Scored {
        id: "salt",
        items: &[
            item("top", "Top: hair lost, in percent", Grades::UpTo(100)),
            item("back", "Back: hair lost, in percent", Grades::UpTo(100)),
            item("right", "Right side: hair lost, in percent", Grades::UpTo(100)),
            item("left", "Left side: hair lost, in percent", Grades::UpTo(100)),
        ],
        low: 0,
        high: 100,
        by: Grader::Clinician,
        sum: Sum::Weighted(&[40, 24, 18, 18], 100),
    },
    Scored {
        id: "vas",
        items: &[item(
            "pain",
            "Pain, from 0 (none) to 10 (the worst imaginable)",
            Grades::UpTo(10),
        )],
        low: 0,
        high: 10,
        by: Grader::Anybody,
        sum: Sum::Weighted(&[1], 1),
    },
];

/// A scale that can be scored here, with its card.
pub fn scale<'b>(book: &'b Rulebook, id: &str) -> Option<(&'static Scored, &'b Scale)> {
    let scored = SCALES.iter().find(|scale| scale.id == id)?;
    Some((scored, book.scales.iter().find(|card| card.id == id)?))
}

impl Grades {
    /// Whether a number is one of them.
    pub fn holds(self, grade: u8) -> bool {
        match self {
            Self::Words(words) => words.iter().any(|(known, _)| *known == grade),
            Self::UpTo(most) => grade <= most,
        }
    }
}

impl Scored {
    /// The score of what was given for each item; every item that was not graded or is out of its range.
    pub fn score(
        &self,
        given: impl Fn(&'static str) -> Option<u8>,
    ) -> Result<Score, Vec<Ungraded>> {
        let (mut grades, mut ungraded) = (Vec::new(), Vec::new());
        for item in self.items {
            match given(item.name).filter(|grade| item.grades.holds(*grade)) {
                Some(grade) => grades.push(u32::from(grade)),
                None => ungraded.push(Ungraded { item: item.name, says: says(item) }),
            }
        }
        if !ungraded.is_empty() {
            return Err(ungraded);
        }
        let (parts, divisor) = self.parts(&grades);
        let whole: u32 = parts.iter().map(|(weight, grade)| weight * grade).sum();
        let value = f64::from(whole) / f64::from(divisor);
        let figures: Vec<String> = parts
            .iter()
            .filter(|(_, grade)| *grade > 0)
            .map(|(weight, grade)| {
                let weight = f64::from(*weight) / f64::from(divisor);
                format!("{weight} × {grade}")
            })
            .collect();
        let figures = if figures.is_empty() { "0".to_owned() } else { figures.join(" + ") };
        Ok(Score { value, sum: format!("{figures} = {value}") })
    }

    /// Weights with what they weigh, and what the sum is divided by.
    fn parts(&self, grades: &[u32]) -> (Vec<(u32, u32)>, u32) {
        match self.sum {
            Sum::Weighted(weights, divisor) => {
                (weights.iter().copied().zip(grades.iter().copied()).collect(), divisor)
            }
            Sum::Melasma(weights) => {
                let of_region = grades.len() / weights.len();
                let regions = grades.chunks(of_region.max(1)).map(|region| {
                    let (area, strengths) = region.split_first().unwrap_or((&0, &[]));
                    area * strengths.iter().sum::<u32>()
                });
                (weights.iter().copied().zip(regions).collect(), 10)
            }
        }
    }
}

fn says(item: &Item) -> String {
    match item.grades {
        Grades::Words(_) => format!("Choose a grade: {}.", item.asks),
        Grades::UpTo(most) => format!("Give a whole number from 0 to {most}: {}.", item.asks),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(id: &str) -> &'static Scored {
        SCALES.iter().find(|scale| scale.id == id).unwrap()
    }

    fn all(id: &str, grade: impl Fn(&Item) -> u8) -> f64 {
        let scale = of(id);
        let grade =
            |name: &'static str| scale.items.iter().find(|item| item.name == name).map(&grade);
        scale.score(grade).unwrap().value
    }

    fn bound(item: &Item, is_high: bool) -> u8 {
        match item.grades {
            Grades::Words(words) if is_high => words.iter().map(|(grade, _)| *grade).max().unwrap(),
            Grades::Words(words) => words.iter().map(|(grade, _)| *grade).min().unwrap(),
            Grades::UpTo(most) => {
                if is_high {
                    most
                } else {
                    0
                }
            }
        }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "scores are exact")]
    fn the_least_and_the_most_of_every_scale_are_those_of_its_paper() {
        for scale in SCALES {
            assert_eq!(
                all(scale.id, |item| bound(item, false)),
                f64::from(scale.low),
                "{}",
                scale.id
            );
            assert_eq!(
                all(scale.id, |item| bound(item, true)),
                f64::from(scale.high),
                "{}",
                scale.id
            );
        }
    }

    #[test]
    fn the_melasma_score_is_exact_where_tenths_would_not_be() {
        // 0.3 × 6 × (3 + 4) + 0.3 × 1 × (1 + 0) + 0 + 0.1 × 2 × (4 + 3) = 14.3
        let grades = [6, 3, 4, 1, 1, 0, 0, 4, 4, 2, 4, 3];
        let masi = of("masi");
        let given = |name: &'static str| {
            let place = masi.items.iter().position(|item| item.name == name)?;
            grades.get(place).copied()
        };
        let score = masi.score(given).unwrap();
        assert_eq!(score.value.to_string(), "14.3");
        assert_eq!(score.sum, "0.3 × 42 + 0.3 × 1 + 0.1 × 14 = 14.3");
    }

    #[test]
    fn scars_are_weighted_by_kind_and_number() {
        // Eleven to twenty dish-like scars (2 × 2) and up to ten linear ones (3 × 1).
        let given = |name| {
            Some(match name {
                "dish" => 2,
                "linear" => 1,
                _ => 0,
            })
        };
        let score = of("gb_quant").score(given).unwrap();
        assert_eq!(score.sum, "2 × 2 + 3 × 1 = 7");
    }

    #[test]
    fn hair_is_weighted_by_the_size_of_the_region() {
        let score = of("salt").score(|name| Some(if name == "top" { 50 } else { 10 })).unwrap();
        assert_eq!(score.value.to_string(), "26");
    }

    #[test]
    fn what_was_not_graded_is_not_nought_and_what_is_out_of_range_is_refused() {
        let missing = of("gb_quant").score(|name| (name != "papular").then_some(0)).unwrap_err();
        assert_eq!(missing.len(), 1);
        assert_eq!(missing[0].item, "papular");
        assert!(of("vas").score(|_| Some(11)).is_err());
        assert!(of("gais").score(|_| Some(0)).is_err());
        assert!(of("gb_qual").score(|_| None).is_err());
    }

    #[test]
    fn no_scale_that_needs_a_licence_is_shipped() {
        for licensed in ["dlqi", "faceq", "posas", "hdss"] {
            assert!(SCALES.iter().all(|scale| scale.id != licensed));
        }
    }
}
