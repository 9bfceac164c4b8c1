//! Pages of a patient: today, visits, photographs, messages, and the forms that the clinic asks for.
//!
//! Pages here get plain values, already worded and already permitted, and turn them into HTML. They decide nothing.
//! They are made for one hand and a phone first.

use maud::{DOCTYPE, Markup, html};

use super::staff::Notice;
use crate::Site;

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
                        @if frame.is_demo { span.tag.tag--mute { "Demo" } }
                        form action="/sign-out" method="post" { button.btn.btn--quiet type="submit" { "Sign out" } }
                    }
                }
                (super::staff::notice(frame.notice.as_ref()))
                main #main tabindex="-1" { (body) }
                nav.tabbar aria-label="Your pages" {
                    @for tab in Tab::ALL {
                        a href=(tab.href()) aria-current=[(frame.tab == Some(tab)).then_some("page")] { (tab.title()) }
                    }
                }
                footer.foot { div.wrap.row.small.muted { p { (super::shell::standing(site)) } } }
            }
        }
    }
}
