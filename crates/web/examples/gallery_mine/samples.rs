//! Invented views of a patient's pages, for the gallery and for the tests. Nobody in them exists.

use maud::Markup;
use percuta_web::Site;

#[path = "samples/course.rs"]
mod course;
#[path = "samples/days.rs"]
mod days;
#[path = "samples/visiting.rs"]
mod visiting;

/// Every page by a name for its file.
pub(crate) fn pages(site: &Site) -> Vec<(&'static str, Markup)> {
    let mut all = days::pages(site);
    all.extend(course::pages(site));
    all.extend(visiting::pages(site));
    all
}
