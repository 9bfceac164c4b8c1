//! The style sheet, the small script and the mark, each under a name that changes with its content.

use crate::reply::{Ready, short_digest};

const STYLE: &str = concat!(
    include_str!("../assets/tokens.css"),
    include_str!("../assets/components.css"),
    include_str!("../assets/site.css"),
    include_str!("../assets/check.css"),
    include_str!("../assets/room.css"),
    include_str!("../assets/staff.css"),
    include_str!("../assets/day.css"),
    include_str!("../assets/settings.css"),
    include_str!("../assets/mine.css"),
    include_str!("../assets/records.css"),
    include_str!("../assets/compare.css"),
);
const SCRIPT: &str = concat!(
    include_str!("../assets/site.js"),
    include_str!("../assets/board.js"),
    include_str!("../assets/compare.js"),
);
const MARK: &str = include_str!("../assets/favicon.svg");

/// The assets and their names.
#[derive(Debug)]
pub(crate) struct Assets {
    style: (String, Ready),
    script: (String, Ready),
    mark: (String, Ready),
}

fn named(stem: &str, ending: &str, text: &str, kind: &'static str) -> (String, Ready) {
    let name = format!("{stem}-{}.{ending}", short_digest(text.as_bytes()));
    (name, Ready::new(text.to_owned(), kind))
}

impl Assets {
    pub(crate) fn new() -> Self {
        Self {
            style: named("site", "css", STYLE, "text/css; charset=utf-8"),
            script: named("site", "js", SCRIPT, "text/javascript; charset=utf-8"),
            mark: named("mark", "svg", MARK, "image/svg+xml"),
        }
    }

    /// The asset of a name.
    pub(crate) fn find(&self, name: &str) -> Option<&Ready> {
        let all = [&self.style, &self.script, &self.mark];
        all.into_iter().find(|(known, _)| known == name).map(|(_, ready)| ready)
    }

    pub(crate) fn mark(&self) -> &Ready {
        &self.mark.1
    }

    /// Where the style sheet is.
    pub(crate) fn style_href(&self) -> String {
        format!("/assets/{}", self.style.0)
    }

    /// Where the script is.
    pub(crate) fn script_href(&self) -> String {
        format!("/assets/{}", self.script.0)
    }

    /// Where the mark is.
    pub(crate) fn mark_href(&self) -> String {
        format!("/assets/{}", self.mark.0)
    }
}
