//! What a card may ask of an intake, and how a card writes it (`docs/rule-language.md`).
//!
//! Nothing is decided here: this turns the nodes under `when` into a [`Condition`] of typed questions.

use percuta_terminology::{Kind, RegionId, TermSet, Vocabulary, Window, WordId};

use crate::{
    card::Reader,
    fault::did_you_mean,
    intake::{Answer, Modality, Setting, Sex, Status},
    kdl::{Node, Value},
    logic::Condition,
};

/// One question of a screening card.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// About an item of a list.
    Item(ItemAsk),
    /// Whether the person is pregnant.
    Pregnancy(Answer),
    /// Whether the person breast-feeds.
    Breastfeeding(Answer),
    /// The recorded sex.
    Sex(Sex),
    /// Age in years, from and under.
    Age {
        /// At least so old.
        from: Option<i16>,
        /// Not yet so old.
        under: Option<i16>,
    },
    /// Phototype at least this.
    PhototypeFrom(u8),
    /// What is asked for.
    Request(RequestAsk),
    /// The scar or mark that is the concern is younger than this.
    ScarAge {
        /// The age it has not reached.
        under: Window,
        /// Holds only if a date is known; an unknown date is no.
        is_dated: bool,
        /// Procedures there that left it, by which it is dated too.
        procedures: TermSet,
    },
    /// The requested depth is over a limit.
    DepthOver(DepthLimit),
    /// No cleared device, or not the chosen one, covers the use.
    OffLabel,
    /// An answer about the person is unknown.
    Missing(PatientField),
}

/// A limit on depth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DepthLimit {
    /// So many millimetres.
    Millimetres(f64),
    /// The ceiling of the site for the concern, or the chosen device's label.
    Ceiling,
    /// The ceiling that a prescriber may allow.
    OverrideCeiling,
}

/// An answer about the person that may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PatientField {
    /// `patient.pregnancy`
    Pregnancy,
    /// `patient.breastfeeding`
    Breastfeeding,
    /// `patient.phototype`
    Phototype,
}

impl PatientField {
    /// Its path in the intake.
    pub fn path(self) -> &'static str {
        match self {
            Self::Pregnancy => "patient.pregnancy",
            Self::Breastfeeding => "patient.breastfeeding",
            Self::Phototype => "patient.phototype",
        }
    }
}

/// What the request is; absent parts are not asked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RequestAsk {
    /// One of these modalities.
    pub modalities: Vec<Modality>,
    /// This setting.
    pub setting: Option<Setting>,
    /// One of these concerns.
    pub concerns: Option<TermSet>,
    /// The requested region is one of these or lies inside one.
    pub inside: Vec<RegionId>,
    /// The requested region meets one of these.
    pub meets: Vec<RegionId>,
}

/// When an item happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// Listed at all.
    Any,
    /// A medicine being taken, or stopped less than thirty days ago.
    Taken,
    /// A medicine being taken, or an event, less than this long ago.
    Within(Window),
    /// A medicine being taken.
    Current,
    /// A medicine not being taken, its last dose not known.
    DateUnknown,
    /// Done on or before the day.
    Past,
    /// Still to come.
    Planned,
    /// Done at least this long ago.
    Beyond(Window),
}

/// Where an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    /// Anywhere.
    Any,
    /// Where treatment is asked for; without a site it is taken to be.
    Meets,
    /// Placed, and not there.
    Elsewhere,
    /// Placed on this region; without a site it is taken to be.
    On(RegionId),
}

/// What is asked about glycated haemoglobin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Hba1c {
    /// A value of the last six months at or over this.
    From(f64),
    /// A value of the last six months under this.
    Under(f64),
    /// No value of the last six months.
    Unknown,
}

/// What is asked about a condition's last change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It changed less than this long ago.
    Within(Window),
    /// It has not changed for this long.
    NotFor(Window),
}

/// A question about the items of one list.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemAsk {
    /// The list.
    pub kind: Kind,
    /// The words as the card has them.
    pub words: Vec<WordId>,
    /// The terms they mean.
    pub terms: TermSet,
    /// When.
    pub time: Time,
    /// In one of these states; empty asks for any personal one.
    pub status: Vec<Status>,
    /// Where.
    pub site: Site,
    /// At least so many different terms.
    pub count: usize,
    /// At least so many milligrams of prednisolone a day.
    pub dose_from: Option<f64>,
    /// For at least so many days.
    pub days_from: Option<f64>,
    /// At least so deep, in millimetres.
    pub depth_from: Option<f64>,
    /// Glycated haemoglobin.
    pub hba1c: Option<Hba1c>,
    /// Last change.
    pub change: Option<Change>,
    /// Of this subtype.
    pub subtype: Option<String>,
    /// No clearance by any of these, dated on or after the item.
    pub uncleared_by: Option<TermSet>,
}

/// Modalities by word.
pub(crate) const MODALITIES: [(&str, Modality); 4] = [
    ("pen", Modality::Pen),
    ("roller", Modality::Roller),
    ("rf", Modality::Rf),
    ("patch", Modality::Patch),
];
/// Settings by word.
pub(crate) const SETTINGS: [(&str, Setting); 2] =
    [("clinic", Setting::Clinic), ("home", Setting::Home)];
/// Sexes by word.
pub(crate) const SEXES: [(&str, Sex); 4] = [
    ("female", Sex::Female),
    ("male", Sex::Male),
    ("intersex", Sex::Intersex),
    ("unknown", Sex::Unknown),
];
/// Answers by word.
pub(crate) const ANSWERS: [(&str, Answer); 4] = [
    ("yes", Answer::Yes),
    ("no", Answer::No),
    ("unknown", Answer::Unknown),
    ("not-applicable", Answer::NotApplicable),
];
/// States of a condition by word.
pub(crate) const STATUSES: [(&str, Status); 5] = [
    ("active", Status::Active),
    ("quiet", Status::Quiet),
    ("past", Status::Past),
    ("recurrent", Status::Recurrent),
    ("family", Status::Family),
];

/// Reads the children of a `when`, which must all hold.
pub(crate) fn conditions(
    reader: &mut Reader<'_>,
    words: &Vocabulary,
    nodes: &[Node],
) -> Vec<Condition<Ask>> {
    nodes.iter().filter_map(|node| condition(reader, words, node)).collect()
}

const ASKS: [&str; 18] = [
    "all",
    "any",
    "not",
    "medicine",
    "condition",
    "finding",
    "procedure",
    "exposure",
    "allergy",
    "product",
    "clearance",
    "patient",
    "age",
    "phototype",
    "request",
    "scar-age",
    "depth",
    "off-label",
];

fn condition(reader: &mut Reader<'_>, words: &Vocabulary, node: &Node) -> Option<Condition<Ask>> {
    if let Some(combined) = combine(reader, node, |reader, nodes| conditions(reader, words, nodes))
    {
        return Some(combined);
    }
    let item = Kind::ALL
        .into_iter()
        .find(|kind| kind.word() == node.name && !matches!(kind, Kind::Concern | Kind::Symptom));
    if let Some(kind) = item {
        return Some(Condition::Ask(Ask::Item(self::item(reader, words, node, kind))));
    }
    let ask = match node.name.as_str() {
        "patient" => return patient(reader, node),
        "age" => {
            reader.shape(node, 0..=0, &["from", "under"], &[]);
            let from = reader.whole_property(node, "from", 0..=130);
            let under = reader.whole_property(node, "under", 0..=130);
            Ask::Age { from, under }
        }
        "phototype" => {
            reader.shape(node, 0..=0, &["from"], &[]);
            let from = reader.whole_property(node, "from", 1..=6)?;
            Ask::PhototypeFrom(u8::try_from(from).ok()?)
        }
        "request" => Ask::Request(request(reader, words, node)),
        "scar-age" => {
            reader.shape(node, 0..=0, &["under", "dated", "procedures"], &[]);
            let under = reader.window(node, "under")?;
            let codes = split(reader.property(node, "procedures"));
            let procedures = terms(reader, words, node, Kind::Procedure, &codes).1;
            Ask::ScarAge { under, is_dated: reader.truth_property(node, "dated"), procedures }
        }
        "depth" => Ask::DepthOver(depth(reader, node)?),
        "off-label" => {
            reader.shape(node, 0..=0, &[], &[]);
            Ask::OffLabel
        }
        "missing" => {
            reader.shape(node, 1..=1, &[], &[]);
            let path = reader.text(node, 0);
            let choices =
                [PatientField::Pregnancy, PatientField::Breastfeeding, PatientField::Phototype]
                    .map(|field| (field.path(), field));
            Ask::Missing(reader.choice(node.at, "answer that can be missing", &path, &choices)?)
        }
        other => {
            reader.unknown_word(node.at, "condition", other, ASKS.into_iter().chain(["missing"]));
            return None;
        }
    };
    Some(Condition::Ask(ask))
}

/// `all`, `any`, `not`: the same in every kind of card.
pub(crate) fn combine<A>(
    reader: &mut Reader<'_>,
    node: &Node,
    parts: impl FnOnce(&mut Reader<'_>, &[Node]) -> Vec<Condition<A>>,
) -> Option<Condition<A>> {
    let build: fn(Vec<Condition<A>>) -> Condition<A> = match node.name.as_str() {
        "all" => Condition::All,
        "any" => Condition::Any,
        "not" => |parts| Condition::Not(Box::new(Condition::All(parts))),
        _ => return None,
    };
    if node.children.is_empty() {
        reader.fault(node.at, format!("`{}` holds at least one condition", node.name));
    }
    for argument in &node.arguments {
        reader.fault(argument.at, format!("`{}` takes its conditions in braces", node.name));
    }
    Some(build(parts(reader, &node.children)))
}

fn patient(reader: &mut Reader<'_>, node: &Node) -> Option<Condition<Ask>> {
    reader.shape(node, 0..=0, &["pregnancy", "breastfeeding", "sex"], &[]);
    let mut parts = Vec::new();
    if let Some(word) = reader.property(node, "pregnancy") {
        parts.push(Ask::Pregnancy(reader.choice(node.at, "answer", &word, &ANSWERS)?));
    }
    if let Some(word) = reader.property(node, "breastfeeding") {
        parts.push(Ask::Breastfeeding(reader.choice(node.at, "answer", &word, &ANSWERS)?));
    }
    if let Some(word) = reader.property(node, "sex") {
        parts.push(Ask::Sex(reader.choice(node.at, "sex", &word, &SEXES)?));
    }
    if parts.is_empty() {
        reader.fault(node.at, "`patient` asks for pregnancy, breastfeeding or sex");
    }
    Some(Condition::All(parts.into_iter().map(Condition::Ask).collect()))
}

fn depth(reader: &mut Reader<'_>, node: &Node) -> Option<DepthLimit> {
    reader.shape(node, 0..=0, &["over"], &[]);
    let property = node.properties.iter().find(|property| property.name == "over");
    match property.map(|property| (&property.value, property.at)) {
        Some((Value::Number(limit), _)) if (0.0..=10.0).contains(limit) => {
            Some(DepthLimit::Millimetres(*limit))
        }
        Some((Value::Text(word), at)) => reader.choice(
            at,
            "limit on depth",
            word,
            &[("ceiling", DepthLimit::Ceiling), ("override-ceiling", DepthLimit::OverrideCeiling)],
        ),
        _ => {
            reader.fault(node.at, "`depth` takes over=, millimetres up to 10 or \"ceiling\"");
            None
        }
    }
}

fn request(reader: &mut Reader<'_>, words: &Vocabulary, node: &Node) -> RequestAsk {
    let known = ["modality", "setting", "concern", "region", "region-meets"];
    reader.shape(node, 0..=0, &known, &[]);
    if node.properties.is_empty() {
        reader.fault(node.at, "`request` asks for a modality, setting, concern or region");
    }
    let mut ask = RequestAsk::default();
    for word in split(reader.property(node, "modality")) {
        ask.modalities.extend(reader.choice(node.at, "modality", &word, &MODALITIES));
    }
    if let Some(word) = reader.property(node, "setting") {
        ask.setting = reader.choice(node.at, "setting", &word, &SETTINGS);
    }
    let concerns = split(reader.property(node, "concern"));
    if !concerns.is_empty() {
        ask.concerns = Some(terms(reader, words, node, Kind::Concern, &concerns).1);
    }
    let inside = split(reader.property(node, "region"));
    ask.inside = regions(reader, words, node, inside);
    let meets = split(reader.property(node, "region-meets"));
    ask.meets = regions(reader, words, node, meets);
    ask
}

/// The words of a property that holds several.
pub(crate) fn split(text: Option<String>) -> Vec<String> {
    text.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect()
}

/// The regions of some codes.
pub(crate) fn regions(
    reader: &mut Reader<'_>,
    words: &Vocabulary,
    node: &Node,
    codes: Vec<String>,
) -> Vec<RegionId> {
    let mut found = Vec::new();
    for code in codes {
        match words.regions.find(&code) {
            Some(region) => found.push(region),
            None => {
                let known = words.regions.all().map(|(_, region)| region.code.as_str());
                reader.unknown_word(node.at, "region", &code, known);
            }
        }
    }
    found
}

/// The words and the terms of some codes of a kind.
pub(crate) fn terms(
    reader: &mut Reader<'_>,
    words: &Vocabulary,
    node: &Node,
    kind: Kind,
    codes: &[String],
) -> (Vec<WordId>, TermSet) {
    let lexicon = words.of(kind);
    let (mut found, mut set) = (Vec::new(), TermSet::default());
    for code in codes {
        match lexicon.word(code) {
            Some(word) => {
                found.push(word);
                set.extend(&lexicon.terms_of(word));
            }
            None => {
                let hint = did_you_mean(lexicon.suggest(code));
                reader
                    .fault(node.at, format!("`{code}` is no {} that is known{hint}", kind.word()));
            }
        }
    }
    (found, set)
}

fn item(reader: &mut Reader<'_>, words: &Vocabulary, node: &Node, kind: Kind) -> ItemAsk {
    let properties: &[&str] = match kind {
        Kind::Medicine => {
            &["within", "ever", "status", "dose-from", "days-from", "count", "date", "uncleared-by"]
        }
        Kind::Condition => &[
            "status",
            "meets",
            "elsewhere",
            "on",
            "subtype",
            "hba1c-from",
            "hba1c-under",
            "hba1c",
            "changed-within",
            "unchanged-for",
            "uncleared-by",
        ],
        Kind::Procedure => &[
            "within",
            "past",
            "planned",
            "beyond",
            "meets",
            "elsewhere",
            "depth-from",
            "uncleared-by",
        ],
        Kind::Finding => &["meets", "elsewhere", "on"],
        Kind::Exposure => &["within", "meets", "elsewhere"],
        Kind::Clearance => &["by"],
        Kind::Allergy | Kind::Product | Kind::Concern | Kind::Symptom => &[],
    };
    let codes = if kind == Kind::Clearance {
        reader.shape(node, 0..=0, properties, &[]);
        split(reader.property(node, "by"))
    } else {
        reader.shape(node, 1..=12, properties, &[]);
        reader.texts(node)
    };
    let (found, set) = terms(reader, words, node, kind, &codes);
    let uncleared = split(reader.property(node, "uncleared-by"));
    let count = reader.whole_property(node, "count", 2..=9).unwrap_or(1);
    ItemAsk {
        kind,
        words: found,
        terms: set,
        time: time(reader, node, kind),
        status: if kind == Kind::Condition { statuses(reader, node) } else { Vec::new() },
        site: site(reader, words, node),
        count: usize::try_from(count).unwrap_or(1),
        dose_from: reader.number_property(node, "dose-from"),
        days_from: reader.number_property(node, "days-from"),
        depth_from: reader.number_property(node, "depth-from"),
        hba1c: hba1c(reader, node),
        change: change(reader, node),
        subtype: reader.property(node, "subtype"),
        uncleared_by: (!uncleared.is_empty())
            .then(|| terms(reader, words, node, Kind::Clearance, &uncleared).1),
    }
}

fn time(reader: &mut Reader<'_>, node: &Node, kind: Kind) -> Time {
    let mut times = Vec::new();
    times.extend(reader.window(node, "within").map(Time::Within));
    times.extend(reader.window(node, "beyond").map(Time::Beyond));
    if reader.truth_property(node, "ever") {
        times.push(Time::Any);
    }
    if reader.truth_property(node, "past") {
        times.push(Time::Past);
    }
    if reader.truth_property(node, "planned") {
        times.push(Time::Planned);
    }
    if kind == Kind::Medicine {
        if let Some(word) = reader.property(node, "status") {
            let choices = [("current", Time::Current)];
            times.extend(reader.choice(
                node.at,
                "state of a medicine that is asked",
                &word,
                &choices,
            ));
        }
        if let Some(word) = reader.property(node, "date") {
            let choices = [("unknown", Time::DateUnknown)];
            times.extend(reader.choice(node.at, "answer about a date", &word, &choices));
        }
    }
    if times.len() > 1 {
        reader.fault(node.at, "one node asks for one time; use `any` for several");
    }
    let default = match kind {
        Kind::Medicine => Time::Taken,
        Kind::Clearance => Time::Past,
        Kind::Condition
        | Kind::Procedure
        | Kind::Finding
        | Kind::Exposure
        | Kind::Allergy
        | Kind::Product
        | Kind::Concern
        | Kind::Symptom => Time::Any,
    };
    times.first().copied().unwrap_or(default)
}

fn statuses(reader: &mut Reader<'_>, node: &Node) -> Vec<Status> {
    split(reader.property(node, "status"))
        .iter()
        .filter_map(|word| reader.choice(node.at, "state of a condition", word, &STATUSES))
        .collect()
}

fn site(reader: &mut Reader<'_>, words: &Vocabulary, node: &Node) -> Site {
    let mut sites = Vec::new();
    if let Some(word) = reader.property(node, "meets") {
        sites.extend(reader.choice(node.at, "place", &word, &[("request", Site::Meets)]));
    }
    if reader.truth_property(node, "elsewhere") {
        sites.push(Site::Elsewhere);
    }
    let on = split(reader.property(node, "on"));
    sites.extend(regions(reader, words, node, on).into_iter().map(Site::On));
    if sites.len() > 1 {
        reader.fault(node.at, "one node asks for one place; use `any` for several");
    }
    sites.first().copied().unwrap_or(Site::Any)
}

fn hba1c(reader: &mut Reader<'_>, node: &Node) -> Option<Hba1c> {
    if let Some(word) = reader.property(node, "hba1c") {
        return reader.choice(node.at, "answer about HbA1c", &word, &[("unknown", Hba1c::Unknown)]);
    }
    let from = reader.number_property(node, "hba1c-from").map(Hba1c::From);
    from.or_else(|| reader.number_property(node, "hba1c-under").map(Hba1c::Under))
}

fn change(reader: &mut Reader<'_>, node: &Node) -> Option<Change> {
    let within = reader.window(node, "changed-within").map(Change::Within);
    within.or_else(|| reader.window(node, "unchanged-for").map(Change::NotFor))
}
