//! The icons, drawn as lines in the colour of their text. A word always stands beside them.

use maud::{Markup, PreEscaped, html};

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// Sources agree.
    Book,
    /// Sources disagree.
    Fork,
    /// A tick.
    Tick,
    /// A warning triangle.
    Caution,
    /// A calendar: wait.
    Wait,
    /// A person and an arrow: ask somebody.
    Refer,
    /// A stop sign.
    Stop,
    /// A leaf: expected.
    Leaf,
    /// A heart: self-care.
    Heart,
    /// A telephone: contact the clinic.
    Telephone,
    /// A bell: urgent.
    Bell,
    /// A lens: search.
    Search,
    /// A lock: kept private.
    Lock,
    /// An arrow onwards.
    Onwards,
    /// An arrow back.
    Back,
    /// A house: today.
    House,
    /// A camera: photographs.
    Camera,
    /// A bubble: messages.
    Bubble,
    /// The sun.
    Sun,
    /// A drop: what is put on the skin.
    Drop,
    /// A flame: heat and sport.
    Flame,
    /// A brush: make-up.
    Brush,
    /// A capsule: medicines.
    Capsule,
    /// A cross: leave out.
    Cross,
    /// A sheet of paper.
    Sheet,
    /// A clock face.
    Clock,
    /// A map pin: an address.
    Pin,
    /// A letter i: for information.
    Note,
    /// A question mark: not known.
    Question,
    /// A chevron: the next.
    Next,
    /// A plus: something new.
    Plus,
    /// A minus: one less.
    Minus,
    /// An arrow back: undo.
    Undo,
    /// A rising line: outcomes.
    Chart,
    /// A pen: a signature.
    Pen,
    /// A needle: a session.
    Needle,
    /// A speech bubble: a message.
    Message,
    /// A person.
    Person,
    /// A printer.
    Printer,
    /// An eye: looked at.
    Eye,
    /// A target: a plan.
    Target,
}

impl Icon {
    fn drawing(self) -> &'static str {
        match self {
            Self::Question => {
                r#"<circle cx="12" cy="12" r="8.5"/><path d="M9.7 9.7c0-1.4 1-2.2 2.3-2.2s2.3.8 2.3 2.1c0 1.7-2.3 1.9-2.3 3.7M12 16.3v.1"/>"#
            }
            Self::Back => r#"<path d="M15 5.500 8.500 12l6.500 6.500"/>"#,
            Self::Next => r#"<path d="M9 5.500 15.500 12 9 18.500"/>"#,
            Self::Minus => r#"<path d="M5 12h14"/>"#,
            Self::Plus => r#"<path d="M12 5v14M5 12h14"/>"#,
            Self::Undo => {
                r#"<path d="M8.500 5 4.500 9l4 4"/><path d="M4.500 9H14a5.500 5.500 0 0 1 0 11h-3"/>"#
            }
            Self::Camera => {
                r#"<path d="M4 8h3.500L9 5.500h6L16.500 8H20v11H4z"/><circle cx="12" cy="13" r="3.400"/>"#
            }
            Self::Chart => {
                r#"<path d="M4.500 4.500v15h15"/><path d="M7.500 15.500l3.500-4 3 2.500 4.500-6"/>"#
            }
            Self::Pen => {
                r#"<path d="M5 19l1-4.500L16.500 4 20 7.500 9.500 18z"/><path d="M14 6.500 17.500 10M13 20h7"/>"#
            }
            Self::Needle => {
                r#"<path d="M14.500 4.500l5 5M17 7l-8.500 8.500M8.500 10.500l5 5M7 12l5 5M9.500 14.500 4.500 19.500"/>"#
            }
            Self::Message => r#"<path d="M4 5.500h16v11h-9L6.500 20v-3.500H4z"/>"#,
            Self::Person => {
                r#"<circle cx="12" cy="8" r="3.600"/><path d="M5 20c.5-4 3-6.200 7-6.200s6.500 2.200 7 6.200"/>"#
            }
            Self::Printer => {
                r#"<path d="M7.500 9V4h9v5M7.500 17H4.500V9h15v8h-3"/><path d="M7.500 14h9v6h-9z"/>"#
            }
            Self::Eye => {
                r#"<path d="M3 12c2.500-4.300 5.500-6.500 9-6.500s6.500 2.200 9 6.500c-2.500 4.300-5.500 6.500-9 6.500S5.500 16.300 3 12z"/><circle cx="12" cy="12" r="2.800"/>"#
            }
            Self::Target => r#"<circle cx="12" cy="12" r="8"/><circle cx="12" cy="12" r="3.500"/>"#,
            Self::Book => {
                r#"<path d="M5 4.500h9.500A2.500 2.500 0 0 1 17 7v13H7.500A2.500 2.500 0 0 1 5 17.500z"/><path d="M17 9h2v11h-2M8.500 8.500h5M8.500 12h5"/>"#
            }
            Self::Fork => {
                r#"<path d="M12 20v-6M12 14 5.500 6M12 14l6.500-8M5.500 10V6h4M18.500 10V6h-4"/>"#
            }
            Self::Tick => r#"<path d="M5 12.5l4.5 4.5L19 7.5"/>"#,
            Self::Caution => r#"<path d="M12 4 21 19.5H3z"/><path d="M12 10v4.2M12 16.9v.1"/>"#,
            Self::Wait => {
                r#"<rect x="4" y="5.5" width="16" height="14.5" rx="2"/><path d="M4 10h16M8.5 3.5v4M15.5 3.5v4M12 12.8v2.7l2 1.3"/>"#
            }
            Self::Refer => {
                r#"<circle cx="9" cy="8" r="3.4"/><path d="M3.2 19.5c.4-3.6 2.6-5.6 5.8-5.6 1.6 0 3 .5 4 1.5M15 17h6M18.3 14.2 21 17l-2.7 2.8"/>"#
            }
            Self::Stop => {
                r#"<path d="M8.3 3.5h7.4l4.8 4.8v7.4l-4.8 4.8H8.3l-4.8-4.8V8.3z"/><path d="M8 12h8"/>"#
            }
            Self::Leaf => {
                r#"<path d="M5 19c0-8 5-13 14.5-14C19.500 14 14.500 18.500 7 17.500"/><path d="M5 19c2-4 5-7 9-9"/>"#
            }
            Self::Heart => {
                r#"<path d="M12 20s-7.500-4.300-7.500-10A4.200 4.200 0 0 1 12 7.300 4.200 4.200 0 0 1 19.500 10c0 5.700-7.500 10-7.500 10z"/>"#
            }
            Self::Telephone => {
                r#"<path d="M6.500 4h3l1.500 4-2 1.500a11 11 0 0 0 5.500 5.500L16 13l4 1.500v3c0 1.400-1 2.500-2.500 2.500C10.500 20 4 13.500 4 6.500 4 5 5.100 4 6.500 4z"/>"#
            }
            Self::Bell => {
                r#"<path d="M6.500 17v-5a5.500 5.500 0 0 1 11 0v5M4.500 20h15M12 3v1.500M4.500 6l1.200 1.100M19.500 6l-1.200 1.100M12 10.500v4"/>"#
            }
            Self::Search => r#"<circle cx="10.500" cy="10.500" r="6"/><path d="M15 15l5 5"/>"#,
            Self::Lock => {
                r#"<rect x="5" y="10.500" width="14" height="9.500" rx="2"/><path d="M8.500 10.500V8a3.500 3.500 0 0 1 7 0v2.500"/>"#
            }
            Self::Onwards => r#"<path d="M5 12h14M13 6l6 6-6 6"/>"#,
            Self::House => r#"<path d="M4 11.5 12 4.5l8 7V20h-5.5v-5h-5v5H4z"/>"#,
            Self::Bubble => r#"<path d="M4 5.5h16v11h-9L6.5 20v-3.5H4z"/>"#,
            Self::Sun => {
                r#"<circle cx="12" cy="12" r="3.8"/><path d="M12 3v2.2M12 18.8V21M3 12h2.2M18.8 12H21M5.6 5.6l1.6 1.6M16.8 16.8l1.6 1.6M18.4 5.6l-1.6 1.6M7.2 16.8l-1.6 1.6"/>"#
            }
            Self::Drop => {
                r#"<path d="M12 3.5c3.6 4.2 6 7.3 6 10.5a6 6 0 0 1-12 0c0-3.2 2.4-6.3 6-10.5z"/>"#
            }
            Self::Flame => {
                r#"<path d="M12 3.5c.5 3.5 5 5 5 10a5 5 0 0 1-10 0c0-2.2 1-3.6 2-4.5.2 1.6.8 2.5 1.7 3 .3-3-.2-5.5 1.3-8.5z"/>"#
            }
            Self::Brush => {
                r#"<path d="M14 4.5 19.5 10 12 15.5 8.500 12zM8.500 12c-2.500.5-2.500 3-4.500 5.500 3 1.500 6.500.5 8-2"/>"#
            }
            Self::Capsule => {
                r#"<rect x="3.5" y="8.5" width="17" height="7" rx="3.5"/><path d="M12 8.5v7"/>"#
            }
            Self::Cross => r#"<path d="M6 6l12 12M18 6 6 18"/>"#,
            Self::Sheet => r#"<path d="M6 3.5h8.5L18 7v13.5H6zM9 10h6M9 13.5h6M9 17h4"/>"#,
            Self::Clock => r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.2 2"/>"#,
            Self::Pin => {
                r#"<path d="M12 21c4-4.600 6-8 6-11a6 6 0 0 0-12 0c0 3 2 6.400 6 11z"/><circle cx="12" cy="10" r="2.200"/>"#
            }
            Self::Note => r#"<circle cx="12" cy="12" r="8.500"/><path d="M12 11v5M12 8v.1"/>"#,
        }
    }
}

/// An icon of the usual size.
pub fn icon(icon: Icon) -> Markup {
    html! { svg.i viewBox="0 0 24 24" aria-hidden="true" { (PreEscaped(icon.drawing())) } }
}

/// A small icon.
pub fn small(icon: Icon) -> Markup {
    html! { svg.i.i--s viewBox="0 0 24 24" aria-hidden="true" { (PreEscaped(icon.drawing())) } }
}
