//! Pages before the sign-in: sign in, take an invitation, set the clinic up, write the recovery phrase down.
//!
//! A wrong address and a wrong password get the same sentence. A password is never shown again. The recovery phrase is
//! on one page, once; whether it may still be shown is the handler's part.

use maud::{DOCTYPE, Markup, html};

use super::part;
use crate::{
    Site,
    page::{
        entry::{self, Entry, Line, Options},
        icon::{Icon, icon},
        shell,
    },
};

/// What is known of a page before anybody signed in.
#[derive(Debug, Clone)]
pub struct Door {
    /// The title of the page; it names no person.
    pub title: String,
    /// The clinic's name, once it has one.
    pub clinic: Option<String>,
    /// Whether everything here is invented.
    pub is_demo: bool,
}

/// A whole document without rooms. `body` brings the one `h1`.
pub fn document(site: &Site, door: &Door, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            (shell::head(site, &door.title))
            body {
                a.skip href="#main" { "Skip to content" }
                header.top {
                    a.brand href="/" { (shell::mark()) (door.clinic.as_deref().unwrap_or("Percuta")) }
                    @if door.is_demo { div.top__end { (crate::page::demo::mark()) } }
                }
                main #main tabindex="-1" { div.page.door { (body) } }
                footer.foot { div.wrap.wrap--staff.row.small.muted { p { (shell::standing(site)) } } }
            }
        }
    }
}

/// What happened before this page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// Nothing yet.
    First,
    /// Signed out by themselves.
    SignedOut,
    /// Their time ran out.
    Ended,
    /// The address and the password do not belong together.
    Wrong,
    /// Too many attempts; the time at which the next one counts.
    Held {
        /// As "10:42".
        until: String,
    },
}

/// Somebody of the demo as whom one may sign in.
#[derive(Debug, Clone)]
pub struct DemoRole {
    /// The value that the form sends.
    pub value: String,
    /// The role, as "Front desk".
    pub role: String,
    /// The invented name.
    pub name: String,
    /// What can be seen as them, in a sentence.
    pub sees: String,
}

/// The sign-in page.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// What happened before.
    pub attempt: Attempt,
    /// In the demo, who is there; else nobody.
    pub roles: Vec<DemoRole>,
    /// Where a patient finds the way to their own pages.
    pub patients: Option<String>,
}

/// The sign-in page. Where to go afterwards is the handler's part.
pub fn sign_in(site: &Site, door: &Door, view: &SignIn, entry: &Entry) -> Markup {
    let is_held = matches!(view.attempt, Attempt::Held { .. });
    let body = html! {
        h1 { "Sign in" }
        (attempt(&view.attempt))
        form.card.stack.form action="/sign-in" method="post" {
            (entry::line(entry, Line { name: "email", label: "Email", hint: "", kind: "email", autocomplete: "username" }))
            (entry::line(entry, Line { name: "password", label: "Password", hint: "", kind: "password", autocomplete: "current-password" }))
            button.btn.btn--wide.btn--primary[view.roles.is_empty() && !is_held] type="submit" { "Sign in" }
        }
        p.small.muted {
            "A forgotten password is set anew by the owner of your clinic, who sends you a new invitation."
            @if let Some(href) = &view.patients { " Are you a patient? " a href=(href) { "Open your own pages" } "." }
        }
        (demo_roles(&view.roles))
    };
    document(site, door, &body)
}

fn attempt(attempt: &Attempt) -> Markup {
    let (is_refused, says) = match attempt {
        Attempt::First => return html! {},
        Attempt::SignedOut => (false, "You are signed out.".to_owned()),
        Attempt::Ended => (false, "Your time here ran out. Sign in to go on.".to_owned()),
        Attempt::Wrong => (
            true,
            "That email and password do not belong together. Check both and try again.".to_owned(),
        ),
        Attempt::Held { until } => {
            (true, format!("There were too many attempts. Try again at {until}."))
        }
    };
    let (class, role) = if is_refused { ("note note--stop", "alert") } else { ("note", "status") };
    html! {
        div class=(class) role=(role) {
            (icon(if is_refused { Icon::Caution } else { Icon::Tick })) p { (says) }
        }
    }
}

/// As whom one may look around in a demo; nothing where there is nobody.
pub(in crate::page) fn demo_roles(roles: &[DemoRole]) -> Markup {
    html! {
        @if !roles.is_empty() {
            section.card.card--flush aria-labelledby="demo" {
                div.card__head { h2.minor #demo { "Or look around as somebody of the demo" } }
                ul.roles {
                    @for role in roles {
                        li {
                            (part::avatar(&role.name))
                            span { b { (role.role) } " " span.muted { (role.name) } span.under { (role.sees) } }
                            form action="/sign-in/demo" method="post" {
                                button.btn type="submit" name="role" value=(role.value) { "Sign in" span.vh { " as " (role.role) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// An invitation that was opened.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Where the form goes: the path of the invitation itself.
    pub action: String,
    /// Who invited, as "Dr S. Amari".
    pub by: String,
    /// The address that was invited; it cannot be changed here.
    pub email: String,
    /// What the person will be, as "Practitioner and assistant".
    pub roles: String,
    /// Until when it counts, in words.
    pub until: String,
    /// What a password has to be, in a sentence.
    pub password_hint: String,
}

/// Takes an invitation: a name and a password.
pub fn invitation(site: &Site, door: &Door, view: &Invitation, entry: &Entry) -> Markup {
    let clinic = door.clinic.as_deref().unwrap_or("your clinic");
    let fields = html! {
        dl.terms { dt { "Email" } dd { (view.email) } dt { "Role" } dd { (view.roles) } }
        (entry::line(entry, Line { name: "name", label: "Your name", hint: "As patients and colleagues will read it.", kind: "text", autocomplete: "name" }))
        (passwords(entry, &view.password_hint))
    };
    let body = html! {
        h1 { "Join " (clinic) }
        p.muted { (view.by) " invited you. The invitation counts until " (view.until) ", once." }
        (part::form(&view.action, "Join", &entry::summary(entry), &fields))
    };
    document(site, door, &body)
}

/// An invitation that no longer counts. It does not say whose it was.
pub fn invitation_over(site: &Site, door: &Door) -> Markup {
    let body = html! {
        h1 { "This invitation no longer counts" }
        p.muted { "It was used, taken back or has run out. Ask the owner of your clinic for a new one. If you have joined already, sign in." }
        div.row { a.btn.btn--primary href="/sign-in" { "Sign in" } }
    };
    document(site, door, &body)
}

fn passwords(entry: &Entry, hint: &str) -> Markup {
    html! {
        (entry::line(entry, Line { name: "password", label: "Password", hint, kind: "password", autocomplete: "new-password" }))
        (entry::line(entry, Line { name: "again", label: "The same password again", hint: "", kind: "password", autocomplete: "new-password" }))
    }
}

/// The first start: nobody is there yet.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// Time zones: value and words.
    pub zones: Vec<(String, String)>,
    /// What the first person may also be, besides owner: value and words.
    pub roles: Vec<(String, String)>,
    /// What a password has to be, in a sentence.
    pub password_hint: String,
}

/// The first page of a new clinic.
pub fn set_up(site: &Site, door: &Door, view: &SetUp, entry: &Entry) -> Markup {
    let fields = html! {
        h2.minor { "The clinic" }
        (entry::line(entry, Line { name: "clinic", label: "Name of the clinic", hint: "", kind: "text", autocomplete: "organization" }))
        (entry::line(entry, Line { name: "telephone", label: "Telephone", hint: "Patients are told to call it when something needs a person.", kind: "tel", autocomplete: "tel" }))
        (entry::select(entry, "zone", "Time zone", &view.zones))
        div.plain { h2.minor { "You, the first person" } p.hint { "You become the owner: you invite others and decide who may do what. You can hand this over later." } }
        (entry::line(entry, Line { name: "name", label: "Your name", hint: "", kind: "text", autocomplete: "name" }))
        (entry::line(entry, Line { name: "email", label: "Your email", hint: "You sign in with it.", kind: "email", autocomplete: "username" }))
        (entry::options(entry, Options::Several, "role", "You are also", &view.roles))
        (passwords(entry, &view.password_hint))
    };
    let body = html! {
        h1 { "Set up your clinic" }
        p.muted { "Step 1 of 2. Everything here can be changed later in the settings." }
        (part::form("/set-up", "Go on to the recovery phrase", &entry::summary(entry), &fields))
    };
    document(site, door, &body)
}

/// The recovery phrase, shown once.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// Its words, in their order.
    pub words: Vec<String>,
}

/// Shows the recovery phrase, and goes on only when it is written down.
pub fn phrase(site: &Site, door: &Door, view: &Phrase, entry: &Entry) -> Markup {
    let fields = html! {
        ol.phrase aria-label="Recovery phrase" { @for word in &view.words { li { (word) } } }
        div.note.note--caution {
            (icon(Icon::Lock))
            div {
                p { strong { "Without the key file and without this phrase nobody can read the records any more, and nor can we." } }
                p { "It opens every record of the clinic. Write it on paper and lock it away, apart from the backups. Do not photograph it or send it." }
            }
        }
        (entry::tick(entry, "written", "I have written it down", "All words, in their order, with their numbers."))
    };
    let body = html! {
        h1 { "Write down the recovery phrase" }
        p.muted { "Step 2 of 2. It is shown now and never again." }
        (part::form("/set-up/phrase", "Open the clinic", &entry::summary(entry), &fields))
    };
    document(site, door, &body)
}
