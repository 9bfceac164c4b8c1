//! Intakes drawn from the rulebook's vocabulary, from one fixed seed.
//!
//! They are busier than people: six or seven listed items each, so that many rules hold at once. They say nothing of how
//! often anything occurs.

use jiff::{ToSpan, civil::Date};
use percuta_clinical::Rulebook;
use percuta_terminology::Kind;
use serde_json::{Map, Value, json};

/// So many intakes for the day of the casebook.
pub(crate) fn intakes(book: &Rulebook, count: usize) -> Vec<Value> {
    let mut draw = Draw { book, state: 20_260_302, today: Date::constant(2026, 3, 2) };
    (0..count).map(|_| draw.intake()).collect()
}

struct Draw<'b> {
    book: &'b Rulebook,
    state: u64,
    today: Date,
}

impl Draw<'_> {
    /// A number below a bound (splitmix64).
    fn below(&mut self, bound: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    fn ago(&mut self, days_max: u64) -> Value {
        let days = self.below(days_max) as i64;
        json!(self.today.saturating_sub(days.days()).to_string())
    }

    fn word(&mut self, kind: Kind) -> Value {
        let book = self.book;
        let codes: Vec<&str> = (book.vocabulary.of(kind).terms())
            .filter(|(_, term)| !kind.is_closed() || !term.is_class_word)
            .map(|(_, term)| term.code.as_str())
            .collect();
        json!(self.pick(&codes))
    }

    fn region(&mut self) -> Value {
        let book = self.book;
        let codes: Vec<&str> =
            book.vocabulary.regions.all().map(|(_, region)| region.code.as_str()).collect();
        json!(self.pick(&codes))
    }

    fn list(&mut self, count_max: u64, mut make: impl FnMut(&mut Self) -> Value) -> Value {
        let count = self.below(count_max + 1);
        (0..count).map(|_| make(self)).collect()
    }

    fn intake(&mut self) -> Value {
        let mut intake = json!({
            "as_of": self.today.to_string(),
            "patient": self.patient(),
            "request": self.request(),
            "conditions": self.list(3, Self::condition),
            "medicines": self.list(3, Self::medicine),
            "procedures": self.list(2, |draw| draw.event(Kind::Procedure)),
            "exposures": self.list(1, |draw| draw.event(Kind::Exposure)),
            "allergies": self.list(1, |draw| draw.word(Kind::Allergy)),
            "skin_today": self.list(1, |draw| json!({ "finding": draw.word(Kind::Finding), "site": draw.region() })),
        });
        if self.one_in(6) {
            intake["clearances"] =
                json!([{ "by": self.word(Kind::Clearance), "date": self.ago(200) }]);
        }
        if self.one_in(5) {
            let kind = self.pick(&[Kind::Condition, Kind::Medicine, Kind::Allergy]);
            let word = self.word(kind);
            intake["unknown"] =
                json!([format!("{}.{}", kind.list(), word.as_str().unwrap_or_default())]);
        }
        intake
    }

    fn patient(&mut self) -> Value {
        let born = self.today.saturating_sub((14 + self.below(60) as i64).years());
        let mut patient = json!({ "birth_date": born.to_string(), "sex": self.pick(&["female", "female", "male"]) });
        if patient["sex"] == "female" {
            patient["pregnancy"] = json!(self.pick(&["no", "no", "no", "no", "yes", "unknown"]));
            patient["breastfeeding"] =
                json!(self.pick(&["no", "no", "no", "no", "yes", "unknown"]));
        }
        if !self.one_in(10) {
            patient["phototype"] = json!(1 + self.below(6));
        }
        patient
    }

    fn request(&mut self) -> Value {
        let mut request = json!({
            "modality": self.pick(&["pen", "pen", "pen", "roller", "rf"]),
            "setting": self.pick(&["clinic", "clinic", "clinic", "clinic", "home"]),
            "concern": self.word(Kind::Concern),
            "region": self.region(),
            "products": self.list(2, |draw| draw.word(Kind::Product)),
        });
        if !self.one_in(8) {
            request["depth_mm"] = json!((1 + self.below(12)) as f64 * 0.25);
        }
        if self.one_in(4) {
            request["onset"] = self.ago(1_500);
        }
        request
    }

    fn condition(&mut self) -> Value {
        let mut condition = Map::from_iter([("code".to_owned(), self.word(Kind::Condition))]);
        if !self.one_in(4) {
            condition.insert(
                "status".to_owned(),
                json!(self.pick(&["active", "active", "quiet", "past", "recurrent", "family"])),
            );
        }
        if self.one_in(2) {
            condition.insert("site".to_owned(), self.region());
        }
        if self.one_in(4) {
            condition.insert("last_change".to_owned(), self.ago(1_000));
        }
        condition.into()
    }

    fn medicine(&mut self) -> Value {
        let mut medicine = Map::from_iter([("name".to_owned(), self.word(Kind::Medicine))]);
        match self.below(5) {
            0 => {}
            1 | 2 => {
                medicine.insert("status".to_owned(), json!("current"));
            }
            _ => {
                medicine.insert("status".to_owned(), json!("stopped"));
                medicine.insert("last_dose".to_owned(), self.ago(400));
            }
        }
        medicine.into()
    }

    fn event(&mut self, kind: Kind) -> Value {
        let mut event = Map::from_iter([("name".to_owned(), self.word(kind))]);
        if !self.one_in(4) {
            event.insert("date".to_owned(), self.ago(400));
        }
        if self.one_in(2) {
            event.insert("site".to_owned(), self.region());
        }
        event.into()
    }
}
