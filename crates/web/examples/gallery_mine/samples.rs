//! Invented views of a patient's pages, for the gallery and for the tests. Nobody in them exists.

use maud::Markup;
use percuta_web::Site;

mod days;

/// Pictures that stand for photographs: plain grounds, no person.
pub(crate) const PICTURES: [&str; 3] = [
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300"><rect width="300" height="300" fill="#c9947a"/><circle cx="130" cy="150" r="70" fill="#b5604a" opacity=".25"/></svg>"##,
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300"><rect width="300" height="300" fill="#c9947a"/><circle cx="130" cy="150" r="90" fill="#b5382f" opacity=".45"/></svg>"##,
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300"><rect width="300" height="300" fill="#c9947a"/><circle cx="130" cy="150" r="80" fill="#b5382f" opacity=".3"/></svg>"##,
];

/// Every page by a name for its file.
pub(crate) fn pages(site: &Site) -> Vec<(&'static str, Markup)> {
    days::pages(site)
}
