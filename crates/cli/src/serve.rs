//! `serve` and `demo`: the site on an address, until it is told to stop.

use std::{io::Write as _, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use axum::Extension;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_clinical::Rulebook;
use percuta_practice::{Cost, Ports, Practice};
use percuta_web::{
    Site,
    rooms::{Peer, Phrase, Rooms, Settings, Tell},
};
use tokio::{net::TcpListener, runtime, signal, sync::Semaphore};

use crate::{Failure, Listen, demo, input, post::Post, record};

/// What is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Serve,
    Demo,
}

/// Today on this machine's calendar, for the public pages.
fn today() -> Date {
    now().to_zoned(TimeZone::system()).date()
}

/// The same by the demo's clock, so that a self-check that is kept there is not from another day.
fn today_in_demo() -> Date {
    demo::now().to_zoned(TimeZone::system()).date()
}

/// The one place where the clock is read.
#[expect(
    clippy::disallowed_methods,
    reason = "the binary is where the clock is read and handed on"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// Serves until a signal comes.
pub(crate) fn run(listen: &Listen, mode: Mode) -> Result<(), Failure> {
    let address: SocketAddr = listen.listen.parse().map_err(|_not_an_address| {
        let given: String = listen.listen.chars().take(60).collect();
        Failure::unusable(format!("`{given}` is no address: write it as 127.0.0.1:8080"))
    })?;
    let book = Arc::new(input::rulebook(listen.rulebook.as_deref())?);
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
        let stop = Stop::listen()
            .map_err(|error| Failure::unusable(format!("cannot listen for signals: {error}")))?;
        let post = listen.mail_file.as_deref().map(Post::open).transpose()?;
        let (rooms, scratch) = rooms(listen, mode, book, post.is_some()).await?;
        input::say(&welcome(&rooms, bound, mode).await?)?;
        std::io::stdout()
            .flush()
            .map_err(|error| Failure::unusable(format!("cannot write the address: {error}")))?;
        let posting = post.map(|post| tokio::spawn(post.run(Arc::clone(&rooms))));
        let sweeping = match mode {
            Mode::Serve => Some(tokio::spawn(sweep(Arc::clone(&rooms)))),
            // What a demo keeps is gone with it.
            Mode::Demo => None,
        };
        accept(listener, percuta_web::rooms::app(&rooms), stop).await;
        if let Some(sweeping) = sweeping {
            sweeping.abort();
        }
        if let Some(posting) = posting {
            // A letter that was under way is handed out again at the next start.
            posting.abort();
        }
        let closed = rooms.practice.store().close().await;
        drop(scratch);
        closed.map_err(|error| record::unusable("close the record", &error))
    })
}

/// Takes away what uploads left lying, now and every hour.
async fn sweep(rooms: Arc<Rooms>) {
    loop {
        if let Err(failure) = rooms.practice.sweep_uploads().await {
            // It names documents and no person; the next hour tries again.
            input::complain(&failure.to_string());
        }
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

/// How often what uploads left lying is taken away.
const SWEEP_EVERY: Duration = Duration::from_secs(3_600);

/// Opens the record and lays the rooms. The folder of a demo goes with the second value.
async fn rooms(
    listen: &Listen,
    mode: Mode,
    book: Arc<Rulebook>,
    is_posting: bool,
) -> Result<(Arc<Rooms>, Option<Scratch>), Failure> {
    let (opened, scratch) = match mode {
        Mode::Serve => (record::open(&listen.keep).await?, None),
        Mode::Demo => {
            let scratch = Scratch::new()?;
            (record::in_memory(scratch.0.clone()).await?, Some(scratch))
        }
    };
    let ports = Ports {
        store: opened.store,
        keys: opened.keys,
        book: Arc::clone(&book),
        now: match mode {
            Mode::Serve => now,
            Mode::Demo => demo::now,
        },
        random: record::random,
        password_cost: match mode {
            Mode::Serve => Cost::RECOMMENDED,
            // The passwords of a demo are public.
            Mode::Demo => Cost::CHEAP,
        },
        is_demo: mode == Mode::Demo,
    };
    let practice =
        Practice::open(ports).await.map_err(|error| record::unusable("open the record", &error))?;
    let practice = if is_posting { practice.with_letters() } else { practice };
    let settings = Settings {
        is_https: listen.behind_https,
        demo: match mode {
            Mode::Serve => None,
            Mode::Demo => Some(demo::fill(&practice).await?),
        },
        phrase: opened.phrase.map_or_else(Phrase::default, Phrase::new),
        tell: Tell(input::complain),
    };
    let site = Arc::new(Site::new(
        book,
        match mode {
            Mode::Serve => today,
            Mode::Demo => today_in_demo,
        },
    ));
    Ok((Arc::new(Rooms { site, practice, settings }), scratch))
}

/// What is said at the start.
async fn welcome(rooms: &Rooms, bound: SocketAddr, mode: Mode) -> Result<String, Failure> {
    let mut words = format!("http://{bound}\n");
    let is_set_up = rooms.practice.is_set_up().await;
    let is_set_up =
        is_set_up.map_err(|_unreachable| Failure::unusable("the record cannot be read"))?;
    match mode {
        Mode::Demo => words.push_str(
            "Open this address in a browser; /sign-in has a button for each role. Everything is invented, and gone when \
             this stops. Stop with Ctrl+C.\n",
        ),
        Mode::Serve if !is_set_up => {
            words.push_str("The record is empty: open /set-up at this address. Stop with Ctrl+C.\n");
        }
        Mode::Serve => {}
    }
    Ok(words)
}

/// A folder that is gone when the demo stops.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Failure> {
        let mut name = [0; 8];
        record::random(&mut name).map_err(|error| record::unusable("begin the demo", &error))?;
        let name = percuta_seal::hex::write(&name);
        Ok(Self(std::env::temp_dir().join(format!("percuta-demo-{name}"))))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if std::fs::remove_dir_all(&self.0).is_err() {
            // Nothing was put there, or somebody else has cleaned up.
        }
    }
}

/// Takes connections until a signal comes, then lets those under way finish.
///
/// A request's head must arrive within [`HEAD_WITHIN`], and no more than [`CONNECTIONS_MAX`] connections are held, so
/// that a slow or greedy client cannot keep the others out.
async fn accept(listener: TcpListener, site: axum::Router, stop: Stop) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut stop = std::pin::pin!(stop.wait());
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            () = &mut stop => break,
        };
        let Ok(place) = place else { break };
        let (stream, from) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                // Out of descriptors, or a client that went away: the next one may do better.
                Err(_refused) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let service = TowerToHyperService::new(site.clone().layer(Extension(Peer(from.ip()))));
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

/// Ctrl+C and, where there is such a thing, a request to terminate. They are heard from when this is made, so that
/// whoever has read the address can already end the site properly.
struct Stop {
    #[cfg(unix)]
    signals: [signal::unix::Signal; 2],
}

impl Stop {
    fn listen() -> std::io::Result<Self> {
        #[cfg(unix)]
        {
            use signal::unix::{SignalKind, signal};
            let signals = [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?];
            Ok(Self { signals })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    #[cfg(unix)]
    async fn wait(self) {
        let [mut interrupt, mut terminate] = self.signals;
        tokio::select! {
            _heard = interrupt.recv() => {}
            _heard = terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn wait(self) {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
