//! Writes a patient's pages with invented views into a folder, with the style sheet, to be looked at in a browser:
//! `cargo run -p percuta-web --example gallery_mine FOLDER`, then any file server over that folder.

use std::{error::Error, fs, path::Path, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use percuta_clinical::Rulebook;
use percuta_web::Site;
use tower::ServiceExt as _;

mod samples;

/// Pictures that stand for photographs: plain grounds, no person.
const PICTURES: [&str; 3] = [
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300"><rect width="300" height="300" fill="#c9947a"/><circle cx="130" cy="150" r="70" fill="#b5604a" opacity=".25"/></svg>"##,
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300"><rect width="300" height="300" fill="#c9947a"/><circle cx="130" cy="150" r="90" fill="#b5382f" opacity=".45"/></svg>"##,
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300"><rect width="300" height="300" fill="#c9947a"/><circle cx="130" cy="150" r="80" fill="#b5382f" opacity=".3"/></svg>"##,
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder to write into")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("assets"))?;
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let book = Rulebook::load(files.collect()).map_err(|faults| format!("{faults:?}"))?;
    let site = Arc::new(Site::new(Arc::new(book), || jiff::civil::Date::constant(2026, 11, 20)));
    for (number, picture) in PICTURES.iter().enumerate() {
        fs::write(folder.join(format!("skin-{number}.svg")), picture)?;
    }
    let mut assets = Vec::new();
    for (name, page) in samples::pages(&site) {
        let text = page.into_string();
        let linked = text.split('"').filter(|piece| piece.starts_with("/assets/"));
        assets.extend(linked.map(str::to_owned));
        fs::write(folder.join(format!("{name}.html")), text)?;
    }
    assets.sort();
    assets.dedup();
    let app = percuta_web::app(site);
    for asset in assets {
        let answer = app.clone().oneshot(Request::get(&asset).body(Body::empty())?).await?;
        let body = to_bytes(answer.into_body(), 8 << 20).await?;
        fs::write(folder.join(asset.trim_start_matches('/')), body)?;
    }
    Ok(())
}
