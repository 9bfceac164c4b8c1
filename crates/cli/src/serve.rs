//! `serve` and `demo`: the site on an address, until it is told to stop.

use std::{io::Write as _, net::SocketAddr, sync::Arc};

use jiff::{Zoned, civil::Date};
use percuta_web::Site;
use tokio::{net::TcpListener, runtime, signal};

use crate::{Failure, Listen, input};

/// What is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Serve,
    Demo,
}

/// Today on the clinic's calendar: the one place where the clock is read.
#[expect(
    clippy::disallowed_methods,
    reason = "the binary is where the clock is read and handed on"
)]
fn today() -> Date {
    Zoned::now().date()
}

/// Serves until a signal comes.
pub(crate) fn run(listen: &Listen, mode: Mode) -> Result<(), Failure> {
    if listen.data.is_some() {
        input::complain("the site keeps nothing yet, so that --data is not used");
    }
    let address: SocketAddr = listen.listen.parse().map_err(|_not_an_address| {
        let given: String = listen.listen.chars().take(60).collect();
        Failure::unusable(format!("`{given}` is no address: write it as 127.0.0.1:8080"))
    })?;
    let book = input::rulebook(listen.rulebook.as_deref())?;
    let site = Arc::new(Site::new(Arc::new(book), today));
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::unusable(format!("cannot start: {error}")))?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| Failure::unusable(format!("cannot listen on {address}: {error}")))?;
        let bound = listener
            .local_addr()
            .map_err(|error| Failure::unusable(format!("cannot listen on {address}: {error}")))?;
        let mut words = format!("http://{bound}\n");
        if mode == Mode::Demo {
            words.push_str(
                "Open this address in a browser. The public pages need no sign-in; rooms for staff come with the record.\n\
                 Everything is invented, nothing is stored. Stop with Ctrl+C.\n",
            );
        }
        input::say(&words)?;
        if std::io::stdout().flush().is_err() {}
        axum::serve(listener, percuta_web::app(site))
            .with_graceful_shutdown(stop())
            .await
            .map_err(|error| Failure::unusable(format!("the site stopped: {error}")))
    })
}

/// Waits for Ctrl+C or, where there is such a thing, a request to terminate.
async fn stop() {
    let interrupt = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        let terminate = async {
            match signal::unix::signal(signal::unix::SignalKind::terminate()) {
                Ok(mut stream) => {
                    stream.recv().await;
                }
                Err(_no_signals) => std::future::pending::<()>().await,
            }
        };
        tokio::select! {
            () = interrupt => {}
            () = terminate => {}
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}
