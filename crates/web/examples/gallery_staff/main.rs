//! Writes the pages of the clinic's people, with invented people in every state, into a folder, to be looked at.
//!
//! `cargo run -p percuta-web --example gallery_staff -- folder`

use std::{error::Error, fs, path::PathBuf, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use tower::ServiceExt as _;

mod samples;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args().nth(1).ok_or("which folder?")?.into();
    fs::create_dir_all(&folder)?;
    let site = samples::site()?;
    let mut styles = Vec::new();
    for (name, page) in samples::pages(&site) {
        let text = page.into_string();
        styles.extend(text.split('"').find(|part| part.ends_with(".css")).map(str::to_owned));
        fs::write(folder.join(format!("{name}.html")), text.replace("\"/assets/", "\"assets/"))?;
    }
    styles.dedup();
    fs::create_dir_all(folder.join("assets"))?;
    let app = percuta_web::app(Arc::new(site));
    for style in styles {
        let answer = app.clone().oneshot(Request::get(style.as_str()).body(Body::empty())?).await?;
        let bytes = to_bytes(answer.into_body(), 8 << 20).await?;
        fs::write(folder.join(style.trim_start_matches('/')), bytes)?;
    }
    Ok(())
}
