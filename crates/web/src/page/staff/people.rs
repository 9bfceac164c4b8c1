//! The clinic's people: who they are, what they may do, how they come and go.
//!
//! Nobody is removed: whoever leaves keeps their name on what they did. No role may treat by itself; that is given to a
//! person, with a limit.

use maud::{Markup, html};

use super::{
    Frame, document,
    part::{self, Link, Weight},
};
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line, Options},
        icon::{Icon, icon},
        part::{scroll, trail},
    },
};

/// The clinic's people.
#[derive(Debug, Clone)]
pub struct People {
    /// Everybody, also those who left.
    pub rows: Vec<Row>,
    /// Where somebody is invited, for those who may.
    pub invite: Option<String>,
}

/// How somebody stands with the clinic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Works here; when they were last here.
    Here(String),
    /// Was invited; until when that counts.
    Invited(String),
    /// The invitation ran out.
    RanOut,
    /// Cannot sign in until somebody lets them, as "too many attempts".
    Held(String),
    /// Left; when.
    Left(String),
}

impl Standing {
    fn words(&self) -> String {
        match self {
            Self::Here(last) => format!("Last here {last}"),
            Self::Invited(until) => format!("Invited, until {until}"),
            Self::RanOut => "The invitation ran out".to_owned(),
            Self::Held(why) => format!("Held: {why}"),
            Self::Left(when) => format!("Left {when}"),
        }
    }
}

/// One of the people.
#[derive(Debug, Clone)]
pub struct Row {
    /// Their page, with the name or, before they joined, the address.
    pub link: Link,
    /// Their address.
    pub email: String,
    /// Their roles, in words.
    pub roles: String,
    /// What they may do beyond their roles, as "may treat to 1.5 mm", or nothing.
    pub may: String,
    /// How they stand.
    pub standing: Standing,
}

/// The people.
pub fn people(site: &Site, frame: &Frame, view: &People) -> Markup {
    let actions = html! {
        @if let Some(invite) = &view.invite { (part::primary(&Link::new(invite, "Invite somebody"), Icon::Plus)) }
    };
    let body = html! {
        div.page {
            div {
                (trail(&[("/settings", "Settings")]))
                (part::head("People", "No role may treat by itself. Whoever treats is named, with a limit.", &actions))
            }
            section.card.card--flush aria-label="People" { (scroll("People, scrolls sideways", &table(&view.rows))) }
        }
    };
    document(site, frame, &body)
}

fn table(rows: &[Row]) -> Markup {
    html! {
        table.table.staffers.stacked {
            thead { tr { th scope="col" { "Name" } th scope="col" { "Roles" } th scope="col" { "May" } th scope="col" { "Standing" } } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { span.named { (part::avatar(&row.link.says)) span { a href=(row.link.href) { (row.link.says) } span.under { (row.email) } } } }
                        td { (row.roles) } td { (row.may) }
                        td { (row.standing.words()) }
                    }
                }
            }
        }
    }
}

/// An invitation to be written, or one just made.
#[derive(Debug, Clone)]
pub struct Invite {
    /// The roles: value and words.
    pub roles: Vec<(String, String)>,
    /// The link of the invitation just made and until when it counts. It is shown on this page only.
    pub made: Option<(String, String)>,
}

/// Invites somebody.
pub fn invite(site: &Site, frame: &Frame, view: &Invite, entry: &Entry) -> Markup {
    let fields = html! {
        (entry::line(entry, Line { name: "name", label: "Their name", hint: "They can write it differently when they join.", kind: "text", autocomplete: "off" }))
        (entry::line(entry, Line { name: "email", label: "Their email", hint: "They sign in with it.", kind: "email", autocomplete: "off" }))
        (entry::options(entry, Options::Several, "role", "Their roles", &view.roles))
    };
    let body = html! {
        div.page.page--narrow {
            (trail(&[("/settings", "Settings"), ("/settings/people", "People")]))
            (part::head("Invite somebody", "They choose their own password.", &html! {}))
            @if let Some((link, until)) = &view.made {
                section.card.stack aria-labelledby="made" {
                    h2.minor #made { "The invitation is made" }
                    label.vh for="link" { "The link" }
                    input.input.mono #link type="text" readonly value=(link);
                    p.small.muted { "Send it to them yourself. It is shown only now, opens once, and counts until " (until) "." }
                }
            } @else {
                (part::form("/settings/people", "Make the invitation", &entry::summary(entry), &fields))
            }
        }
    };
    document(site, frame, &body)
}

/// One of the people, and what may be changed.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their name, or the address before they joined.
    pub name: String,
    /// Their address.
    pub email: String,
    /// How they stand.
    pub standing: Standing,
    /// The path of this page, under which the forms go; nothing for those who may only look.
    pub path: Option<String>,
    /// Which version the form changes.
    pub version: String,
    /// Every role: value and words.
    pub roles: Vec<(String, String)>,
    /// Everything that somebody can be by training, in the words of the rules: value and words.
    pub permissions: Vec<(String, String)>,
    /// Depths to choose from as a limit: value and words.
    pub limits: Vec<(String, String)>,
    /// What they may do as things stand, each in a few words.
    pub may: Vec<String>,
    /// What they may not do as things stand.
    pub may_not: Vec<String>,
}

/// One of the people. The names of the fields: `role`, `credentials`, `permission`, `limit`.
pub fn person(site: &Site, frame: &Frame, view: &Person, entry: &Entry) -> Markup {
    let body = html! {
        div.page {
            div {
                (trail(&[("/settings", "Settings"), ("/settings/people", "People")]))
                div.patient {
                    span.ava.ava--l aria-hidden="true" { (part::initials(&view.name)) }
                    div { h1 { (view.name) } p.facts { span { (view.email) } span { (view.standing.words()) } } }
                }
            }
            div.split.split--wide {
                div.stack { (rights(view, entry)) }
                div.stack { (may(view)) (leaving(view, entry.wrong("standing"))) }
            }
        }
    };
    document(site, frame, &body)
}

fn rights(view: &Person, entry: &Entry) -> Markup {
    let Some(path) = &view.path else {
        return html! { p.muted { "You may look at this page and not change it." } };
    };
    let fields = html! {
        (entry::hidden("version", &view.version))
        (entry::options(entry, Options::Several, "role", "Roles", &view.roles))
        (entry::line(entry, Line { name: "credentials", label: "Letters after the name", hint: "Such as RN or MD. They stand on what is signed.", kind: "text", autocomplete: "off" }))
        (entry::options(entry, Options::Several, "permission", "By training, in the words in which rules name who may decide otherwise", &view.permissions))
        (entry::choose(entry, "limit", "Deepest they may needle", "They do not needle", &view.limits))
    };
    part::form(path, "Save", &entry::summary(entry), &fields)
}

fn may(view: &Person) -> Markup {
    html! {
        section.card.stack aria-labelledby="may" {
            h2.minor #may { "As things stand" }
            ul.rights {
                @for says in &view.may { li { (icon(Icon::Tick)) span { span.vh { "May: " } (says) } } }
                @for says in &view.may_not { li.rights__not { (icon(Icon::Stop)) span { "May not " (crate::wording::within_sentence(says)) } } }
            }
        }
    }
}

fn leaving(view: &Person, wrong: Option<&str>) -> Markup {
    let Some(path) = &view.path else { return html! {} };
    let standing = format!("{path}/standing");
    let (says, value, weight, button) = match view.standing {
        Standing::Here(_) => (
            "They can no longer sign in. Their name stays on what they did.",
            "left",
            Weight::Danger,
            "They have left",
        ),
        Standing::Held(_) => {
            ("They may sign in again at once.", "here", Weight::Plain, "Let them in again")
        }
        Standing::Invited(_) => (
            "The link no longer opens anything.",
            "left",
            Weight::Danger,
            "Take the invitation back",
        ),
        Standing::RanOut => {
            ("The old link stays closed.", "invited", Weight::Plain, "Invite again")
        }
        Standing::Left(_) => (
            "They get a new invitation and choose a new password.",
            "invited",
            Weight::Plain,
            "Invite again",
        ),
    };
    html! {
        section.card.stack aria-labelledby="standing" {
            h2.minor #standing { "Coming and going" }
            p.small.muted { (says) }
            @if let Some(says) = wrong { p.error #standing-wrong { (icon(Icon::Caution)) span { (says) } } }
            (part::button(&standing, ("standing", value), weight, button, ""))
        }
    }
}
