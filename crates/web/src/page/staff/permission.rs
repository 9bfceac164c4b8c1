//! One photograph as the clinic may use it: what the patient allows, where it is used, taking something away, and making
//! a copy that leaves: the cover, the preview, and the one page on which it is confirmed.

use maud::{Markup, html};

use super::{
    Frame,
    part::{self, Link},
    person::{self, Person},
};
use crate::{
    Site,
    page::{
        copies::{self, Copy, Word},
        entry::{self, Entry, Line, Options},
        icon::{Icon, icon},
    },
};

/// One photograph and what may be done with it.
#[derive(Debug, Clone)]
pub struct View {
    /// Whose it is.
    pub person: Person,
    /// What it shows: "Front, 21 November 2026, day 14 after session 2".
    pub title: String,
    /// Where the picture is.
    pub src: String,
    /// What may be done: the use, whether it may, and why not.
    pub uses: Vec<(String, Option<String>)>,
    /// What can be taken away: value and words; empty where nothing can.
    pub lower: Vec<(String, String)>,
    /// Where that goes.
    pub action: String,
    /// Where copies are.
    pub copies: Vec<Copy>,
    /// What was said.
    pub words: Vec<Word>,
    /// Where a copy is made and where one that was made elsewhere is entered; nothing for who keeps no register.
    pub make: Option<(String, String)>,
    /// Where a copy is made of it with another that it can be compared with: address and words.
    pub pairs: Vec<Link>,
    /// Where a link is made with which the patient says it on this device.
    pub hand_over: String,
    /// All photographs of the patient.
    pub all: String,
}

/// One photograph and what may be done with it.
pub fn page(site: &Site, frame: &Frame, view: &View, entry: &Entry) -> Markup {
    let actions = html! { a.btn href=(view.all) { "All photographs" } };
    let body = html! {
        div.page.room {
            (person::head(&view.person, "photograph", &actions))
            (entry::summary(entry))
            div.split {
                div.stack.stack--20 {
                    figure.shot { img src=(view.src) alt={ "Photograph, " (view.title) } width="800" height="800"; figcaption { b { (view.title) } } }
                    (copies::words(&view.words))
                }
                div.stack.stack--20 {
                    section.card aria-labelledby="may" {
                        h2.h-lg.mb-3 #may { "What may be done with it" }
                        ul.copies { @for (what, why) in &view.uses { li {
                            @match why {
                                None => div.row { span.tag { (icon(Icon::Tick)) "Allowed" } b { (what) } },
                                Some(why) => { div.row { span.tag.tag--mute { (icon(Icon::Cross)) "Not allowed" } b { (what) } } p.small.muted { (why) } },
                            }
                        } } }
                        p.small.muted.pt { "Only the patient can allow more. " a href=(view.hand_over) { "Make a link for them, to say it on this tablet" } }
                    }
                    section.card aria-labelledby="used" {
                        h2.h-lg.mb-3 #used { "Where it is used" }
                        @if view.copies.is_empty() { p.muted { "No copy has left the record." } } @else { (copies::list(&view.copies)) }
                        @if let Some((make, enter)) = &view.make { div.row.pt { a.btn href=(make) { "Make a copy" } a.btn.btn--quiet href=(enter) { "Enter a copy made elsewhere" } } }
                        @if !view.pairs.is_empty() {
                            p.small.muted.pt { "A copy with another photograph that it was found comparable with:" }
                            ul.copies { @for pair in &view.pairs { li { a.tap href=(pair.href) { (pair.says) } } } }
                        }
                    }
                    @if !view.lower.is_empty() {
                        form.card.stack action=(view.action) method="post" {
                            h2.h-lg { "Take something away" }
                            p.small.muted { "It holds at once, and copies have to be taken down. Only the patient can give it back." }
                            (entry::options(entry, Options::Several, "take", "What is taken away", &view.lower))
                            button.btn.btn--danger type="submit" { "Take away" }
                        }
                    }
                }
            }
        }
    };
    super::document(site, frame, &body)
}

/// Making a copy.
#[derive(Debug, Clone)]
pub struct Make {
    /// Whose photographs they are.
    pub person: Person,
    /// What leaves: "Front, 7 October and 21 November 2026".
    pub title: String,
    /// Where the page is asked for again, with another cover or use.
    pub action: String,
    /// What goes along unseen: names and values.
    pub hidden: Vec<(String, String)>,
    /// Uses to choose from.
    pub purposes: Vec<(String, String)>,
    /// Ways to cover.
    pub covers: Vec<(String, String)>,
    /// Why nothing can leave.
    pub refused: Vec<String>,
    /// What is said with it.
    pub caption: String,
    /// Where the preview is, and where it is confirmed; nothing while it cannot leave.
    pub ready: Option<(String, String)>,
    /// The photograph's page.
    pub back: String,
}

/// The four edges of an area: name and words.
pub const EDGES: [(&str, &str); 4] = [
    ("left", "From the left"),
    ("right", "To, from the left"),
    ("top", "From the top"),
    ("bottom", "To, from the top"),
];

/// Making a copy: the use, the cover, and what it would look like.
pub fn make(site: &Site, frame: &Frame, view: &Make, entry: &Entry) -> Markup {
    let back = html! { a.btn href=(view.back) { "Back to the photograph" } };
    let body = html! {
        div.page.room {
            (person::head(&view.person, "a copy that leaves", &back))
            (entry::summary(entry))
            p.muted { (view.title) }
            div.split {
                div.stack.stack--20 {
                    @if !view.refused.is_empty() {
                        div.note.note--stop { (icon(Icon::Stop)) div { p { b { "This does not leave" } } ul { @for why in &view.refused { li { (why) } } } } }
                    }
                    @if let Some((preview, _)) = &view.ready {
                        figure.shot { img src=(preview) alt={ "What would leave. " (view.caption) } width="1200" height="900"; figcaption { span { (view.caption) } } }
                    }
                }
                div.stack.stack--20 {
                    form.card.stack action=(view.action) method="get" {
                        h2.h-lg { "What leaves" }
                        @for (name, value) in &view.hidden { (entry::hidden(name, value)) }
                        (entry::options(entry, Options::One, "use", "What for", &view.purposes))
                        (entry::options(entry, Options::One, "cover", "What is covered", &view.covers))
                        fieldset.field { legend.label { "The band, or the area that stays" } p.hint { "In hundredths of the picture." }
                            div.edges { @for (name, label) in EDGES { (entry::line(entry, Line { name, label, hint: "", kind: "number", autocomplete: "off" })) } }
                        }
                        button.btn type="submit" { "Show it" }
                        p.small.muted { "Blocks are solid and part of the picture. A band over the eyes does not make a face unknown to those who know it." }
                    }
                    @if let Some((_, confirm)) = &view.ready { a.btn.btn--primary.btn--wide href=(confirm) { "Go on to confirm" } }
                }
            }
        }
    };
    super::document(site, frame, &body)
}

/// Confirming what leaves.
#[derive(Debug, Clone)]
pub struct Confirm {
    /// Whose photographs they are.
    pub person: Person,
    /// What leaves.
    pub title: String,
    /// What for, in words.
    pub purpose: String,
    /// What is covered, in words.
    pub cover: String,
    /// What is said with it.
    pub caption: String,
    /// Where the preview is.
    pub preview: String,
    /// Where the form goes.
    pub action: String,
    /// What goes along unseen.
    pub hidden: Vec<(String, String)>,
    /// The page before.
    pub back: String,
}

/// Confirming what leaves: the one page before it does.
pub fn confirm(site: &Site, frame: &Frame, view: &Confirm, entry: &Entry) -> Markup {
    let body = html! {
        div.page.room.room--narrow {
            (person::head(&view.person, "this leaves the clinic", &html! {}))
            (entry::summary(entry))
            figure.shot { img src=(view.preview) alt={ "What leaves. " (view.caption) } width="1200" height="900"; figcaption { span { (view.caption) } } }
            section.card { dl.told {
                div { dt { "What" } dd { (view.title) } }
                div { dt { "What for" } dd { (view.purpose) } }
                div { dt { "Covered" } dd { (view.cover) } }
                div { dt { "In the file" } dd { "Pixels only: no name, no date, no place, no camera" } }
            } }
            form.card.stack action=(view.action) method="post" {
                @for (name, value) in &view.hidden { (entry::hidden(name, value)) }
                (entry::tick(entry, "looked", "I looked at the picture above: what must not be seen is covered.", "Nobody can call a file back that has left."))
                div.row { button.btn.btn--primary type="submit" { "Make the file" } a.btn href=(view.back) { "Change it" } }
                p.small.muted { "The file is entered in the register of copies before you get it. Say there where it is shown." }
            }
        }
    };
    super::document(site, frame, &body)
}

/// The register.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// The filters: what is shown of it.
    pub filters: Vec<part::Choice>,
    /// The copies: whose, and the copy.
    pub rows: Vec<(Option<Link>, Copy)>,
    /// How many have to be taken down, in a sentence; nothing where none has.
    pub due: Option<String>,
}

/// The register of copies.
pub fn register(site: &Site, frame: &Frame, view: &Register) -> Markup {
    let body = html! {
        div.page.room {
            (part::head("Copies of photographs", "Every copy that has left the record: where it is, and what has to be taken down.", &html! {}))
            @if let Some(due) = &view.due { p.note.note--caution { (icon(Icon::Caution)) span { (due) } } }
            nav.row aria-label="What is shown" { @for choice in &view.filters { a.btn href=(choice.link.href) aria-current=[choice.is_current.then_some("page")] { (choice.link.says) } } }
            @if view.rows.is_empty() {
                (part::empty("No copy here", "A copy is made from the page of a photograph, when its patient allows it.", &html! {}))
            } @else {
                ul.stack.stack--12 { @for (whose, copy) in &view.rows { li { section.card.stack.stack--8 {
                    div.row { (copies::tag(copy.standing)) h2.h-md { @match &copy.href { Some(href) => a.tap href=(href) { (copy.title) }, None => (copy.title) } } }
                    p { (copy.says) }
                    p.small.muted { @match whose { Some(whose) => { "Of " a href=(whose.href) { (whose.says) } }, None => "Of somebody whose record was erased" } }
                } } } }
            }
        }
    };
    super::document(site, frame, &body)
}

/// One copy.
#[derive(Debug, Clone)]
pub struct One {
    /// The copy.
    pub copy: Copy,
    /// Whose, while they are in the record.
    pub whose: Option<Link>,
    /// The photographs: address and words; those that can be opened.
    pub photographs: Vec<Link>,
    /// The hash of the file, where it was made here.
    pub hash: Option<String>,
    /// Where it is said where it is shown; nothing where it is said or may not be.
    pub put_up: Option<String>,
    /// Where it is noted that it is gone; nothing where it is.
    pub take_down: Option<String>,
    /// Channels to choose from.
    pub channels: Vec<(String, String)>,
}

/// One copy.
pub fn one(site: &Site, frame: &Frame, view: &One, entry: &Entry) -> Markup {
    let body = html! {
        div.page.room.room--narrow {
            (part::head(&view.copy.title, "", &html! { a.btn href="/publications" { "All copies" } }))
            (entry::summary(entry))
            section.card.stack.stack--8 {
                div.row { (copies::tag(view.copy.standing)) }
                p { (view.copy.says) }
                p.small.muted { @match &view.whose { Some(whose) => { "Of " a href=(whose.href) { (whose.says) } }, None => "Of somebody whose record was erased" } }
                @if !view.photographs.is_empty() { p.row { @for photograph in &view.photographs { a.btn href=(photograph.href) { (photograph.says) } } } }
                @match &view.hash { Some(hash) => p.small.muted { "SHA-256 of the file: " span.digest { (hash) } }, None => p.small.muted { "The file was not made here, so its hash is not known." } }
            }
            @if let Some(action) = &view.put_up { (place(action, "Say where it is shown", "Keep it", view, entry)) }
            @if let Some(action) = &view.take_down {
                form.card.stack action=(action) method="post" {
                    h2.h-lg { "Note that it is gone" }
                    (entry::lines(entry, "proof", "What did you look at to know it?", "“Loaded the page again”, “asked the printer, no leaflet is left”. No names."))
                    button.btn.btn--primary type="submit" { "It is gone" }
                    p.small.muted { "The patient sees when it was taken down." }
                }
            }
        }
    };
    super::document(site, frame, &body)
}

fn place(action: &str, title: &str, button: &str, view: &One, entry: &Entry) -> Markup {
    html! {
        form.card.stack action=(action) method="post" {
            h2.h-lg { (title) }
            (fields(&view.channels, entry))
            button.btn.btn--primary type="submit" { (button) }
        }
    }
}

fn fields(channels: &[(String, String)], entry: &Entry) -> Markup {
    html! {
        (entry::select(entry, "channel", "Through what", channels))
        (entry::line(entry, Line { name: "place", label: "Where", hint: "So that somebody else finds it: “clinic web site, page before and after”. No names.", kind: "text", autocomplete: "off" }))
        (entry::line(entry, Line { name: "since", label: "Since", hint: "", kind: "date", autocomplete: "off" }))
    }
}

/// Entering a copy that was made elsewhere.
#[derive(Debug, Clone)]
pub struct Enter {
    /// Whose photograph it is.
    pub person: Person,
    /// Which photograph.
    pub title: String,
    /// Where the form goes.
    pub action: String,
    /// Uses to choose from.
    pub purposes: Vec<(String, String)>,
    /// Channels to choose from.
    pub channels: Vec<(String, String)>,
    /// The photograph's page.
    pub back: String,
}

/// Entering a copy that was made elsewhere.
pub fn enter(site: &Site, frame: &Frame, view: &Enter, entry: &Entry) -> Markup {
    let body = html! {
        div.page.room.room--narrow {
            (person::head(&view.person, "a copy made elsewhere", &html! { a.btn href=(view.back) { "Back to the photograph" } }))
            (entry::summary(entry))
            p.muted { (view.title) ". Enter every copy that is out, also one that the patient does not allow: it is put on the list to be taken down." }
            form.card.stack action=(view.action) method="post" {
                (entry::options(entry, Options::One, "use", "What for", &view.purposes))
                (fields(&view.channels, entry))
                button.btn.btn--primary type="submit" { "Enter it" }
            }
        }
    };
    super::document(site, frame, &body)
}
