//! What a comparison says: whether two photographs can be compared, how they were laid over one another, what changed
//! with its error, and what cannot be measured. And its public JSON.
//!
//! INVARIANT: a pair that fails a check has no change.

use serde_json::{Map, Value, json};

/// A check of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// What is checked.
    pub name: CheckName,
    /// What exactly was looked at, in a few words: "turned to the side", "tilted in the picture".
    pub of: &'static str,
    /// What was found.
    pub value: f64,
    /// Its unit: `deg`, `%`, `EV`, `EI`, `dE00`, `features`, `px`.
    pub unit: &'static str,
    /// What is allowed.
    pub limit: Limit,
    /// What to do about it, as a sentence for whoever holds the camera.
    pub remedy: &'static str,
}

/// What is allowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// No more than.
    AtMost(f64),
    /// No less than.
    AtLeast(f64),
}

impl Check {
    /// Its public JSON.
    pub fn json(&self) -> Value {
        check(self)
    }

    /// Whether it holds. What could not be found does not.
    pub fn is_ok(&self) -> bool {
        match self.limit {
            Limit::AtMost(most) => self.value <= most,
            Limit::AtLeast(least) => self.value >= least,
        }
    }
}

/// What is checked of a pair, in the order in which it is told: a cause before what it brings about. Light from one side
/// burns out and darkens, and a head that is turned away is seen shorter and so less sharp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckName {
    /// The light comes from the same side.
    Lighting,
    /// Each photograph can be worked with: large enough, neither black nor burnt out.
    Exposure,
    /// The head is turned and held alike.
    Pose,
    /// Neither is blurred against the other.
    Focus,
    /// Both show the same skin.
    SameSkin,
    /// Taken from the same distance.
    Scale,
    /// What is looked at is on both.
    Overlap,
    /// The light has the same colour.
    Colour,
    /// Neither make-up nor smoothing has taken away the fine texture.
    Texture,
    /// The photographs could be laid over one another.
    Alignment,
}

impl CheckName {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lighting => "lighting",
            Self::Exposure => "exposure",
            Self::Pose => "pose",
            Self::Focus => "focus",
            Self::SameSkin => "same-skin",
            Self::Scale => "scale",
            Self::Overlap => "overlap",
            Self::Colour => "colour",
            Self::Texture => "texture",
            Self::Alignment => "alignment",
        }
    }
}

/// How one photograph was laid over the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// With which model.
    pub model: Model,
    /// Where in AFTER a pixel of BEFORE is, before the flow, row by row.
    pub before_from_after: [[f64; 3]; 3],
    /// Features that agree.
    pub inliers: usize,
    /// What is left between the patches that the model was fitted to, median, in pixels of BEFORE.
    pub residual_px: f64,
    /// What is left between patches that it was not fitted to.
    pub residual_px_heldout: f64,
    /// How far the flow moves what the homography left, root mean square over the region.
    pub flow_rms_px: f64,
}

/// A model of how the skin moved between two photographs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// As a plane does.
    Homography,
    /// As a plane does, and smoothly besides.
    HomographyAndFlow,
}

impl Model {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Homography => "homography",
            Self::HomographyAndFlow => "homography+flow",
        }
    }
}

/// A change, with its error.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What changed: `erythema`, `a_star`, `melanin`, `ita`, `texture_fine`, …
    pub what: &'static str,
    /// AFTER minus BEFORE.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// In which 95 % of intervals made like this hold the true change.
    pub interval: [f64; 2],
    /// Against what: `control patch`, `whole region`, `colour card`.
    pub against: &'static str,
    /// Smaller changes cannot be told from two shots of the same skin.
    pub smallest_detectable: f64,
    /// Where the smallest detectable change is from: `default` or the clinic's own repeats, with their number.
    pub repeats: Repeats,
    /// What must be known to read it: "contrast under this light, not a depth".
    pub note: Option<&'static str>,
}

/// Where a smallest detectable change is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// Assumed, until a clinic has ten repeats.
    Assumed,
    /// Learned from so many of the clinic's own.
    Learned(usize),
}

impl Change {
    /// Whether it is larger than what two shots of the same skin differ by.
    pub fn is_beyond_error(&self) -> bool {
        self.value.abs() > self.smallest_detectable
    }
}

/// Something that is not measured, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotMeasurable {
    /// What.
    pub what: &'static str,
    /// Why.
    pub why: String,
}

/// What a comparison says.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The failing checks first, else in the order of [`CheckName`].
    pub checks: Vec<Check>,
    /// `None` where they could not be laid over one another.
    pub alignment: Option<Alignment>,
    /// Empty where a check failed.
    pub changes: Vec<Change>,
    /// What is not measured.
    pub not_measurable: Vec<NotMeasurable>,
}

impl Report {
    /// Whether every check holds.
    pub fn is_comparable(&self) -> bool {
        self.checks.iter().all(Check::is_ok)
    }

    /// Its public JSON.
    pub fn json(&self) -> Value {
        let mut report = Map::new();
        report.insert("interface".to_owned(), json!(1));
        report.insert("comparable".to_owned(), json!(self.is_comparable()));
        let checks: Vec<Value> = self.checks.iter().map(check).collect();
        report.insert("checks".to_owned(), Value::Array(checks));
        if let Some(one) = &self.alignment {
            report.insert("alignment".to_owned(), alignment(one));
        }
        if self.is_comparable() {
            let changes: Map<String, Value> =
                self.changes.iter().map(|one| (one.what.to_owned(), change(one))).collect();
            report.insert("change".to_owned(), Value::Object(changes));
        }
        let not: Vec<Value> = self
            .not_measurable
            .iter()
            .map(|one| json!({ "what": one.what, "why": one.why }))
            .collect();
        report.insert("not_measurable".to_owned(), Value::Array(not));
        Value::Object(report)
    }
}

/// A number to so many decimals, so that no digit is shown that means nothing.
fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    // Adding nought turns a minus nought into nought.
    (value * scale).round() / scale + 0.0
}

fn check(one: &Check) -> Value {
    let (limit, bound) = match one.limit {
        Limit::AtMost(limit) => (limit, "at-most"),
        Limit::AtLeast(limit) => (limit, "at-least"),
    };
    let mut value = json!({
        "name": one.name.word(), "of": one.of, "value": rounded(one.value, 3), "unit": one.unit,
        "limit": limit, "bound": bound, "ok": one.is_ok(),
    });
    if let (false, Value::Object(fields)) = (one.is_ok(), &mut value) {
        fields.insert("remedy".to_owned(), json!(one.remedy));
    }
    value
}

fn alignment(one: &Alignment) -> Value {
    json!({
        "model": one.model.word(), "before_from_after": one.before_from_after,
        "inliers": one.inliers, "residual_px": rounded(one.residual_px, 3),
        "residual_px_heldout": rounded(one.residual_px_heldout, 3),
        "flow_rms_px": rounded(one.flow_rms_px, 3),
    })
}

fn change(one: &Change) -> Value {
    let repeats = match one.repeats {
        Repeats::Assumed => json!("assumed"),
        Repeats::Learned(count) => json!({ "learned_from": count }),
    };
    let mut value = json!({
        "value": rounded(one.value, 2), "unit": one.unit,
        "ci95": one.interval.map(|end| rounded(end, 2)), "against": one.against,
        "smallest_detectable": rounded(one.smallest_detectable, 2), "repeatability": repeats,
        "beyond_error": one.is_beyond_error(),
    });
    if let (Some(note), Value::Object(fields)) = (one.note, &mut value) {
        fields.insert("note".to_owned(), json!(note));
    }
    value
}
