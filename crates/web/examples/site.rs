//! Serves the public site over the default rulebook on 127.0.0.1:18080, for looking at it while working on pages.
//!
//! It is not how the program is run: that is the binary's part.

use std::{io, sync::Arc};

use percuta_clinical::Rulebook;
use percuta_web::Site;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    #[expect(
        clippy::disallowed_methods,
        reason = "an example may read the clock, to say how long starting took"
    )]
    let begun = std::time::Instant::now();
    let files =
        percuta_rulebook::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let book = Rulebook::load(files.collect()).map_err(|faults| {
        io::Error::other(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })?;
    let loaded = begun.elapsed();
    let site = Arc::new(Site::new(Arc::new(book)));
    let app = percuta_web::app(Arc::clone(&site));
    let ready = begun.elapsed();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:18080").await?;
    #[expect(clippy::print_stdout, reason = "an example speaks to whoever runs it")]
    {
        println!(
            "rulebook in {loaded:?}, site in {:?}, {} pages",
            ready.saturating_sub(loaded),
            site.paths().count()
        );
        println!("http://127.0.0.1:18080/");
    }
    axum::serve(listener, app).await?;
    Ok(())
}
