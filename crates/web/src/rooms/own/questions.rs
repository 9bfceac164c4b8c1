//! The questions that are left: a group a page, kept with each page, gone on with on any device, looked through, sent.
//!
//! The form is the self-check's, so that nothing that was answered there is asked again. What is asked and in which order
//! is the rulebook's (`percuta_clinical::question::rest`).

use axum::{extract::Path, http::StatusCode, response::Response};
use jiff::civil::Date;
use percuta_chart::intake::{Intake, Progress, Teller};
use percuta_clinical::{
    Rulebook,
    question::{Detail, Group, Next, Said, SelfCheck, questions, rest},
    wire,
};
use percuta_practice::{No, Opened, day_of, zone_of};

use super::say;
use crate::{
    check::{self, Fields, SEXES, WAYS, Wrong, wording},
    page::{
        check::{concerns, group_title, phototypes, progress, regions},
        entry::Entry,
        mine::questions::{self as page, Ask, Details, Part, Place, Review, Sent},
    },
    rooms::{
        Answered, Done, Mine, Needs, Refused,
        door::Doors,
        entrance::{Filled, entry},
        see, see_done, shown,
    },
};

const HERE: &str = "/me/questions";
/// The parts that are no group of questions.
const ABOUT: &str = "about";
const DETAILS: &str = "details";
const REVIEW: &str = "review";
/// Details come of one another a few times at most.
const DETAILS_ROUNDS: usize = 6;

pub(super) fn doors(doors: Doors) -> Doors {
    doors
        .get(HERE, Needs::Patient, next_page)
        .get("/me/questions/{part}", Needs::Patient, part_page)
        .post("/me/questions/{part}", Needs::Patient, save)
        .post("/me/questions/send", Needs::Patient, send)
}

/// How far a patient is with the questions.
struct Asking {
    mine: Mine,
    intake: Option<Opened<Intake>>,
    fields: Fields,
    today: Date,
    born: Date,
}

impl Asking {
    async fn open(mine: Mine) -> Result<Self, Refused> {
        let clinic = mine.practice().clinic().await?;
        let today = day_of(&clinic, mine.practice().now());
        let mut story = mine.practice().story(&mine.actor, mine.patient).await?;
        let intake = story.intakes.pop();
        let born = story.patient.birth_date;
        let form = intake.as_ref().map(|intake| intake.form.clone()).unwrap_or_default();
        let fields = with_birth(form, born);
        Ok(Self { mine, intake, fields, today, born })
    }

    fn book(&self) -> &Rulebook {
        self.mine.site().book()
    }

    /// The self-check so far; what is wrong with its first page when it was never filled in.
    fn read(&self, fields: &Fields) -> Result<(SelfCheck, Vec<Wrong>), Vec<Wrong>> {
        check::read(self.book(), fields, self.today)
    }

    /// The form with what a page sent laid over it.
    fn merged(&self, entry: &Entry) -> Fields {
        let sent = Fields::new(owned(entry)).answers();
        let before = self.intake.as_ref().map(|intake| intake.form.clone()).unwrap_or_default();
        with_birth(before.into_iter().chain(sent).collect(), self.born)
    }

    async fn show(&self, status: StatusCode, view: View, entry: &Entry) -> Answered {
        let clinic = self.mine.practice().clinic().await?;
        let title = view.title();
        let title = if entry.is_fine() { title.to_owned() } else { format!("Error: {title}") };
        let frame = self.mine.frame(&clinic, None, title);
        let site = self.mine.site();
        let page = match view {
            View::About => page::about(site, &frame, &about(), entry),
            View::Ask(view) => page::ask(site, &frame, &view, entry),
            View::Details(view) => page::details(site, &frame, &view, entry),
            View::Review(view) => page::review(site, &frame, &view),
            View::Sent(view) => page::sent(site, &frame, &view),
        };
        Ok(shown(status, page))
    }

    /// What was said before, as a page shows it.
    fn known(&self) -> Entry {
        Entry::new(self.fields.answers())
    }
}

/// A page of this room.
enum View {
    About,
    Ask(Ask),
    Details(Details),
    Review(Review),
    Sent(Sent),
}

impl View {
    fn title(&self) -> &'static str {
        match self {
            Self::About => "What it is about",
            Self::Ask(ask) => group_title(ask.group),
            Self::Details(_) => "A few details",
            Self::Review(_) => "Look it through",
            Self::Sent(_) => "Sent",
        }
    }
}

fn owned(entry: &Entry) -> Vec<(String, String)> {
    entry.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The birth date is the record's, whatever a form says.
fn with_birth(mut form: Vec<(String, String)>, born: Date) -> Fields {
    form.retain(|(name, _)| name != "born");
    form.insert(0, ("born".to_owned(), born.to_string()));
    Fields::new(form)
}

async fn next_page(mine: Mine) -> Answered {
    let asking = Asking::open(mine).await?;
    if let Some(intake) = asking.intake.as_ref().filter(|one| one.progress == Progress::Sent) {
        let view = sent(&asking, intake).await?;
        return asking.show(StatusCode::OK, View::Sent(view), &Entry::default()).await;
    }
    let Ok((check, _)) = asking.read(&asking.fields) else {
        return asking.show(StatusCode::OK, View::About, &asking.known()).await;
    };
    let view = match rest(asking.book(), &check, asking.today) {
        Next::Questions(group, open) => {
            let asked = open.iter().map(|question| (question.key.to_owned(), None)).collect();
            View::Ask(ask(asking.book(), &check, group, asked))
        }
        Next::Details(asked) => View::Details(details(asked, &check, asking.book())),
        Next::Answer => View::Review(review(&asking, &check)),
    };
    asking.show(StatusCode::OK, view, &asking.known()).await
}

async fn sent(asking: &Asking, intake: &Opened<Intake>) -> Result<Sent, Refused> {
    let clinic = asking.mine.practice().clinic().await?;
    let when = say::at(intake.at, &zone_of(&clinic));
    Ok(match intake.by {
        Teller::Patient => Sent {
            next: format!(
                "Your answers reached the clinic on {when}. A clinician reads them and says what is possible, from when, and why."
            ),
            change: Some(format!("{HERE}/{REVIEW}")),
        },
        Teller::Member(_) => Sent {
            next: format!(
                "The clinic noted your answers with you on {when}. Tell them at your visit what has changed."
            ),
            change: None,
        },
    })
}

/// A part by its word: what was said in it, to be changed.
async fn part_page(mine: Mine, Path(part): Path<String>) -> Answered {
    let asking = Asking::open(mine).await?;
    let Ok((check, _)) = asking.read(&asking.fields) else {
        return asking.show(StatusCode::OK, View::About, &asking.known()).await;
    };
    let view = part_view(&asking, &check, &part).ok_or(No::NotFound)?;
    asking.show(StatusCode::OK, view, &asking.known()).await
}

fn part_view(asking: &Asking, check: &SelfCheck, part: &str) -> Option<View> {
    let book = asking.book();
    match part {
        ABOUT => Some(View::About),
        REVIEW => Some(View::Review(review(asking, check))),
        DETAILS => {
            let all = every_detail(book, check, asking.today);
            (!all.is_empty()).then(|| View::Details(details(all, check, book)))
        }
        word => {
            let group = Group::ALL.into_iter().find(|group| group.word() == word)?;
            let asked: Vec<(String, Option<Said>)> = questions(book)
                .into_iter()
                .filter(|question| question.group == group)
                .filter_map(|question| {
                    let said = check.said.get(question.key)?;
                    Some((question.key.to_owned(), Some(*said)))
                })
                .collect();
            (!asked.is_empty()).then(|| View::Ask(ask(book, check, group, asked)))
        }
    }
}

fn action(part: &str) -> String {
    format!("{HERE}/{part}")
}

fn place(group: Option<Group>) -> Place {
    let (number, of) = progress(group);
    Place { number, of }
}

/// The last part before a group in which something was said.
fn back(book: &Rulebook, check: &SelfCheck, group: Option<Group>) -> Option<String> {
    let before = |known: &Group| group.is_none_or(|group| *known < group);
    let said = questions(book)
        .into_iter()
        .filter(|question| check.said.contains_key(question.key))
        .map(|question| question.group);
    said.filter(before).max().map(|group| action(group.word()))
}

fn ask(
    book: &Rulebook,
    check: &SelfCheck,
    group: Group,
    asked: Vec<(String, Option<Said>)>,
) -> Ask {
    let back = back(book, check, Some(group));
    Ask { action: action(group.word()), place: place(Some(group)), group, asked, back }
}

fn details(asked: Vec<Detail>, check: &SelfCheck, book: &Rulebook) -> Details {
    Details { action: action(DETAILS), place: place(None), asked, back: back(book, check, None) }
}

/// Every detail of what was answered yes, whether it was given or not: details come of one another.
fn every_detail(book: &Rulebook, check: &SelfCheck, today: Date) -> Vec<Detail> {
    let mut bare = check.clone();
    bare.details.clear();
    // Details come after the questions, so those that are open are left aside here.
    for question in questions(book) {
        bare.said.entry(question.key.to_owned()).or_insert(Said::No);
    }
    let mut all: Vec<Detail> = Vec::new();
    for _ in 0..DETAILS_ROUNDS {
        let Next::Details(found) = rest(book, &bare, today) else { break };
        for detail in found {
            let given = check.details.get(&detail.key).cloned().unwrap_or_default();
            bare.details.insert(detail.key.clone(), given);
            all.push(detail);
        }
    }
    all
}

fn about() -> page::About {
    let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
    };
    page::About {
        action: action(ABOUT),
        ways: owned(&WAYS.map(|(word, title, ..)| (word, title))),
        sexes: owned(&SEXES.map(|(word, title, _)| (word, title))),
    }
}

/// Everything that was said.
fn review(asking: &Asking, check: &SelfCheck) -> Review {
    let (book, site) = (asking.book(), asking.mine.site());
    let fields = &asking.fields;
    let title_of = |list: Vec<(String, String)>, name: &str, otherwise: &str| {
        let found = list.into_iter().find(|(value, _)| value == fields.get(name));
        found.map_or_else(|| otherwise.to_owned(), |(_, title)| title.trim().to_owned())
    };
    let about = about();
    let line = |asked: &str, answer: String| (asked.to_owned(), answer);
    let mut parts = vec![Part {
        title: "What it is about".to_owned(),
        href: action(ABOUT),
        said: vec![
            line("What for", title_of(concerns(site), "concern", "")),
            line("Where", title_of(regions(site), "region", "")),
            line("How", title_of(about.ways, "way", "")),
            line("Born", say::day(asking.born)),
            line("Sex recorded", title_of(about.sexes, "sex", "")),
            line("Skin in the sun", title_of(phototypes(), "phototype", "Not sure")),
        ],
        denied: Vec::new(),
    }];
    for group in Group::ALL {
        let (mut said, mut denied) = (Vec::new(), Vec::new());
        for question in questions(book).into_iter().filter(|question| question.group == group) {
            match check.said.get(question.key) {
                Some(Said::No) => denied.push(question.text.to_owned()),
                Some(answer) => said.push(line(question.text, words(*answer).to_owned())),
                None => {}
            }
        }
        if said.is_empty() && denied.is_empty() {
            continue;
        }
        if group == Group::Medicines {
            let taken = check.medicines.join(", ");
            let none = "None named".to_owned();
            said.push(line("Medicines", if taken.is_empty() { none } else { taken }));
        }
        let (title, href) = (group_title(group).to_owned(), action(group.word()));
        parts.push(Part { title, href, said, denied });
    }
    let details: Vec<(String, String)> = every_detail(book, check, asking.today)
        .into_iter()
        .map(|detail| detail_line(&detail, check))
        .collect();
    if !details.is_empty() {
        let (title, href) = ("Details".to_owned(), action(DETAILS));
        parts.push(Part { title, href, said: details, denied: Vec::new() });
    }
    let open = match rest(book, check, asking.today) {
        Next::Questions(_, open) => open.len(),
        Next::Details(open) => open.len(),
        Next::Answer => 0,
    };
    let unsure = check.said.values().filter(|said| **said == Said::NotSure).count();
    Review { parts, open, unsure, action: action("send") }
}

fn words(said: Said) -> &'static str {
    match said {
        Said::Yes => "Yes",
        Said::No => "No",
        Said::NotSure => "Not sure",
    }
}

fn detail_line(detail: &Detail, check: &SelfCheck) -> (String, String) {
    let (asked, choices) = wording(detail.asked, &detail.item);
    let given = check.details.get(&detail.key).map_or("", String::as_str);
    let chosen = choices.iter().find(|(value, _)| *value == given).map(|(_, words)| *words);
    let answer = match (chosen, given) {
        (Some(words), _) => words.to_owned(),
        (None, "") => "Not sure".to_owned(),
        (None, text) => crate::wording::date_in_words(text),
    };
    (asked, answer)
}

/// Keeps a page, and goes on or stops for now.
async fn save(mine: Mine, Path(part): Path<String>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let asking = Asking::open(mine).await?;
    let merged = asking.merged(&entry);
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let (check, wrong) = match asking.read(&merged) {
        Ok(read) => read,
        Err(wrong) => {
            for one in wrong {
                entry.refuse(&one.field, one.says);
            }
            return asking.show(status, View::About, &entry).await;
        }
    };
    if !wrong.is_empty() {
        return wrong_details(&asking, &check, wrong, entry).await;
    }
    if !is_part(&part) {
        return Err(No::NotFound.into());
    }
    let practice = asking.mine.practice();
    practice.save_questions(&asking.mine.actor, asking.intake.as_ref(), merged.answers()).await?;
    Ok(go_on(&entry))
}

fn is_part(part: &str) -> bool {
    [ABOUT, DETAILS].contains(&part) || Group::ALL.iter().any(|group| group.word() == part)
}

fn go_on(entry: &Entry) -> Response {
    if entry.get("then") == "later" { see_done("/me", Done::new("kept")) } else { see(HERE) }
}

/// Details that cannot stand, again, with everything that was typed.
async fn wrong_details(
    asking: &Asking,
    check: &SelfCheck,
    wrong: Vec<Wrong>,
    mut entry: Entry,
) -> Answered {
    for one in &wrong {
        entry.refuse(&format!("d.{}", one.field), &one.says);
    }
    let sent = |detail: &Detail| {
        let name = format!("d.{}", detail.key);
        entry.pairs().any(|(known, _)| known == name)
    };
    let mut all = every_detail(asking.book(), check, asking.today);
    all.retain(sent);
    let view = View::Details(details(all, check, asking.book()));
    asking.show(StatusCode::UNPROCESSABLE_ENTITY, view, &entry).await
}

async fn send(mine: Mine) -> Answered {
    let asking = Asking::open(mine).await?;
    let Ok((check, _)) = asking.read(&asking.fields) else { return Ok(see(HERE)) };
    let json = wire::intake(asking.book(), &check.intake(asking.book(), asking.today));
    let form = asking.fields.answers();
    let practice = asking.mine.practice();
    let seen = asking.intake.as_ref();
    practice.send_intake(&asking.mine.actor, asking.mine.patient, (seen, form), json).await?;
    Ok(see(HERE))
}
