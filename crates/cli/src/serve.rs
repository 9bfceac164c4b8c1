//! `serve` and `demo`: the site on an address, until it is told to stop.

use std::{io::Write as _, net::SocketAddr, sync::Arc, time::Duration};

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use jiff::{Zoned, civil::Date};
use percuta_web::Site;
use tokio::{net::TcpListener, runtime, signal, sync::Semaphore};

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
        std::io::stdout()
            .flush()
            .map_err(|error| Failure::unusable(format!("cannot write the address: {error}")))?;
        accept(listener, percuta_web::app(site)).await;
        Ok(())
    })
}

/// Takes connections until a signal comes, then lets those under way finish.
///
/// A request's head must arrive within [`HEAD_WITHIN`], and no more than [`CONNECTIONS_MAX`] connections are held, so
/// that a slow or greedy client cannot keep the others out.
async fn accept(listener: TcpListener, site: axum::Router) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut stop = std::pin::pin!(stop());
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            () = &mut stop => break,
        };
        let Ok(place) = place else { break };
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                // Out of descriptors, or a client that went away: the next one may do better.
                Err(_refused) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let service = TowerToHyperService::new(site.clone());
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // A connection that breaks concerns only its client; nothing of it is logged.
            let _broken = connection.await.is_err();
            drop(place);
        });
    }
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(FINISH_WITHIN) => {}
    }
}

/// The head of a request arrives within this.
const HEAD_WITHIN: Duration = Duration::from_secs(15);
/// What is under way when the site stops may take this long.
const FINISH_WITHIN: Duration = Duration::from_secs(10);
/// No more connections are held at once.
const CONNECTIONS_MAX: usize = 1_024;

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
