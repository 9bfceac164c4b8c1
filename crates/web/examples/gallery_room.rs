//! Renders the sample pages of the treatment room into a folder, for looking at them:
//! `cargo run -p percuta-web --example gallery_room -- target/gallery`.
#![expect(clippy::print_stdout, reason = "a tool for the desk: it writes files and says which")]

use std::{fs, path::Path, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use tower::ServiceExt as _;

#[path = "../tests/room/samples.rs"]
mod samples;

/// What stands for a photograph: nobody is shown.
const PICTURE: &str = concat!(
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300"><rect width="300" height="300" fill="#a97f66"/>"##,
    r##"<ellipse cx="120" cy="150" rx="70" ry="60" fill="#9c5d4a" opacity=".45"/>"##,
    r##"<ellipse cx="200" cy="190" rx="50" ry="40" fill="#9c5d4a" opacity=".3"/></svg>"##,
);

/// No asset is larger.
const ASSET_BYTES_MAX: usize = 4 << 20;

#[tokio::main]
async fn main() -> Result<(), samples::Fault> {
    let folder = std::env::args().nth(1).ok_or("name the folder to write to")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("assets"))?;
    let app = percuta_web::app(Arc::new(samples::site()?));
    for (name, html) in samples::all()? {
        for address in html.split('"').filter(|text| text.starts_with("/assets/")) {
            let answer = app.clone().oneshot(Request::get(address).body(Body::empty())?).await?;
            let bytes = to_bytes(answer.into_body(), ASSET_BYTES_MAX).await?;
            fs::write(folder.join(address.trim_start_matches('/')), bytes)?;
        }
        for address in html.split('"').filter_map(|text| text.strip_prefix("/photographs/")) {
            fs::write(folder.join(address), PICTURE)?;
        }
        let file = folder.join(format!("{name}.html"));
        let html = html.replace("\"/assets/", "\"assets/").replace("\"/photographs/", "\"");
        fs::write(&file, html)?;
        println!("{}", file.display());
    }
    Ok(())
}
