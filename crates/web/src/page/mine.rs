//! Pages of a patient: today, visits, photographs, messages, and the forms that the clinic asks for.
//!
//! Pages here get plain values, already worded and already permitted, and turn them into HTML. They decide nothing.
//! They are made for one hand and a phone first; on a desk the same page has a second column.
//!
//! | module | paths |
//! |---|---|
//! | `keep`, `link` | `/is-it-for-me/keep`, the signed link and what may be wrong with it |
//! | `today` | `/me` |
//! | `questions` | `/me/questions` |
//! | `screening` | `/me/screening` |
//! | `plan` | `/me/plan` |
//! | `visits`, `booking` | `/me/visits`, `/me/visits/{visit}`, `/me/book` |
//! | `super::feed` | `/me/calendar` |
//! | `consent` | `/me/consents`, `/me/consents/{consent}` |
//! | `check_in` | `/me/check-in`, `/me/check-in/{check-in}` |
//! | `photographs` | `/me/photos` |
//! | `permission` | `/me/photos/permissions`, `/me/photos/{photograph}/permission` |
//! | `messages` | `/me/messages` |
//! | `scale` | `/me/scales/{scale}` |
//! | `record` | `/me/data`: what is kept, and who opened it |

use maud::{DOCTYPE, Markup, html};

use super::{
    icon::{Icon, icon},
    staff::Notice,
};
use crate::Site;

pub mod booking;
pub mod check_in;
pub mod consent;
pub mod keep;
pub mod link;
pub mod messages;
pub mod permission;
pub mod photographs;
pub mod plan;
pub mod questions;
pub mod record;
pub mod scale;
pub mod screening;
pub mod today;
pub mod visits;

/// A tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Today.
    Today,
    /// Visits.
    Visits,
    /// Photographs.
    Photographs,
    /// Messages and check-ins.
    Messages,
}

impl Tab {
    /// Every tab, in its order.
    pub const ALL: [Self; 4] = [Self::Today, Self::Visits, Self::Photographs, Self::Messages];

    /// Where it is.
    pub fn href(self) -> &'static str {
        match self {
            Self::Today => "/me",
            Self::Visits => "/me/visits",
            Self::Photographs => "/me/photos",
            Self::Messages => "/me/messages",
        }
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::Visits => "Visits",
            Self::Photographs => "Photos",
            Self::Messages => "Messages",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Today => Icon::House,
            Self::Visits => Icon::Wait,
            Self::Photographs => Icon::Camera,
            Self::Messages => Icon::Bubble,
        }
    }
}

/// Who looks, and from where.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The title of the page; it names nobody.
    pub title: String,
    /// The tab of the page; a form that must be finished has none.
    pub tab: Option<Tab>,
    /// The clinic's name.
    pub clinic: String,
    /// The clinic's telephone number, and when nobody answers there.
    pub telephone: String,
    /// Whether everything here is invented.
    pub is_demo: bool,
    /// What was just done.
    pub notice: Option<Notice>,
}

/// A whole document. `body` brings the one `h1`.
pub fn document(site: &Site, frame: &Frame, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            (super::shell::head(site, &frame.title))
            body.mine {
                a.skip href="#main" { "Skip to content" }
                header.top {
                    a.brand href="/me" { (super::shell::mark()) (frame.clinic) }
                    div.top__end {
                        @if frame.is_demo { (super::demo::mark()) }
                        form action="/sign-out" method="post" { button.btn.btn--quiet type="submit" { "Sign out" } }
                    }
                }
                nav.tabbar aria-label="Your pages" {
                    @for tab in Tab::ALL {
                        a href=(tab.href()) aria-current=[(frame.tab == Some(tab)).then_some("page")] { (icon(tab.icon())) (tab.title()) }
                    }
                }
                (super::staff::notice(frame.notice.as_ref()))
                main #main tabindex="-1" { (body) }
                footer.foot { div.wrap.small.muted { p { (super::shell::standing(site)) } p { a.tap href="/me/data" { "What is kept about you, and who opened it" } } } }
            }
        }
    }
}

/// A page that stands before the sign-in: the same look, no tabs and nothing about anybody.
pub fn outside(site: &Site, frame: &Frame, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            (super::shell::head(site, &frame.title))
            body.mine.mine--outside {
                a.skip href="#main" { "Skip to content" }
                header.top {
                    a.brand href="/" { (super::shell::mark()) (frame.clinic) }
                    @if frame.is_demo { div.top__end { (super::demo::mark()) } }
                }
                (super::staff::notice(frame.notice.as_ref()))
                main #main tabindex="-1" { (body) }
                footer.foot { div.wrap.small.muted { p { (super::shell::standing(site)) } } }
            }
        }
    }
}

/// The way back and the heading of a page under a tab.
pub fn heading(back: Option<(&str, &str)>, title: &str, lead: &str) -> Markup {
    html! {
        header.mine__head {
            @if let Some((href, words)) = back { a.back href=(href) { (icon(Icon::Back)) (words) } }
            h1 { (title) }
            @if !lead.is_empty() { p.muted { (lead) } }
        }
    }
}

/// What to do when it cannot wait, and whom to call. It is on *today*, in every check-in and on every printed sheet.
#[derive(Debug, Clone, Default)]
pub struct Emergency {
    /// What calls for help now, each in a few words.
    pub signs: Vec<String>,
    /// Whom to call: in words, and the number; the emergency number first.
    pub numbers: Vec<(String, String)>,
}

/// The emergency list.
pub fn emergency(emergency: &Emergency, weight: Weight) -> Markup {
    html! {
        section.note.note--stop.urgent[weight == Weight::Solid] aria-labelledby="emergency" {
            (icon(Icon::Bell))
            div {
                h2 #emergency { "Emergency help now, do not wait, if" }
                ul { @for sign in &emergency.signs { li { (sign) } } }
                @if !emergency.numbers.is_empty() {
                    p.numbers { @for (words, number) in &emergency.numbers { a href=(tel(number)) { (words) " " span.num { (number) } } } }
                }
            }
        }
    }
}

/// How loud the emergency list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Tinted, among other things.
    Tinted,
    /// The one solid block of a page.
    Solid,
}

/// The link that dials a number: its digits and a leading plus.
pub fn tel(number: &str) -> String {
    let digits = number.chars().filter(|letter| letter.is_ascii_digit());
    let plus = if number.trim_start().starts_with('+') { "+" } else { "" };
    format!("tel:{plus}{}", digits.collect::<String>())
}

/// Where a list goes on.
#[derive(Debug, Clone, Default)]
pub struct Onwards {
    /// The link to newer things.
    pub newer: Option<String>,
    /// The link to older things.
    pub older: Option<String>,
}

/// The links to newer and older things.
pub fn onwards(onwards: &Onwards) -> Markup {
    html! {
        @if onwards.newer.is_some() || onwards.older.is_some() {
            nav.pager aria-label="Pages" {
                @if let Some(href) = &onwards.newer { a.btn rel="prev" href=(href) { "Newer" } }
                @if let Some(href) = &onwards.older { a.btn rel="next" href=(href) { "Older" } }
            }
        }
    }
}

/// What is not there yet, and how it begins.
pub fn empty(title: &str, says: &str, action: Option<(&str, &str)>) -> Markup {
    html! {
        div.empty {
            h2 { (title) }
            p.muted { (says) }
            @if let Some((href, words)) = action { a.btn.btn--primary href=(href) { (words) } }
        }
    }
}
