//! The rooms behind the sign-in: which door leads where, who may pass, and what a handler is given.
//!
//! ```text
//! request ── door (cookie → Actor → may?) ── handler ──┬── practice (use case)
//!                                                      └── page::staff / page::mine (plain values → HTML)
//! ```
//!
//! A handler reads the form, calls one use case and answers; medicine is in `clinical`, writing in `practice`, words in
//! `page`. Every route is laid with what it needs ([`door::Needs`]); a test prints the matrix of routes and roles into a
//! golden file.
//!
//! PRIVACY: nothing about a person is in an address, a log line or an error page. Pages here are never kept by a
//! browser or a proxy (`no-store`).

use std::sync::Arc;

use axum::{
    Router,
    extract::{FromRequestParts, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
};
use maud::Markup;
use percuta_chart::clinic::Clinic;
use percuta_practice::{Act, Actor, No, Opened, Practice, Wrong};
use percuta_record::PatientId;

use crate::{
    Site,
    page::{entry::Entry, mine, staff},
    reply::HTML,
};

mod after;
mod booking;
mod choosing;
pub mod demo;
mod desk;
pub mod door;
mod entrance;
mod feeds;
mod intake;
mod keep;
mod link;
mod money;
pub mod notice;
mod own;
mod permits;
mod plan;
mod screening;
mod session;
mod subject;
mod visit;
mod waiting;

pub use door::{Door, Needs};
pub use entrance::{Peer, Phrase};

use door::Doors;
pub use notice::Done;

/// Everything that the rooms need.
#[derive(Debug)]
pub struct Rooms {
    /// The public site, for its rulebook, style and error pages.
    pub site: Arc<Site>,
    /// The use cases.
    pub practice: Practice,
    /// How the rooms are run.
    pub settings: Settings,
}

/// How the rooms are run.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Whether whoever ends the encryption stands in front: cookies are then sent over HTTPS only.
    pub is_https: bool,
    /// In a demo, who may be signed in with one button.
    pub demo: Option<demo::Demo>,
    /// The recovery phrase, until it was shown once at set-up.
    pub phrase: Phrase,
    /// Where a failure is told, for who runs the program. It names documents and no person.
    pub tell: Tell,
}

/// Tells a failure to who runs the program.
#[derive(Debug, Clone, Copy)]
pub struct Tell(pub fn(&str));

impl Default for Tell {
    fn default() -> Self {
        Self(|_nobody_listens| {})
    }
}

/// The public site and the rooms, under one set of guards.
pub fn app(rooms: &Arc<Rooms>) -> Router {
    let site = Arc::clone(&rooms.site);
    let inside: Router<Arc<Site>> = doors(rooms).into_router().with_state(Arc::clone(rooms));
    let words = from_fn_with_state(Arc::clone(rooms), worded);
    let public = crate::routes().layer(from_fn_with_state(Arc::clone(rooms), keep::offered));
    crate::guarded(site, public.merge(inside.layer(words)))
}

/// Every door.
pub(crate) fn doors(rooms: &Arc<Rooms>) -> Doors {
    let doors = Doors::new(Arc::clone(rooms));
    let doors = entrance::doors(doors);
    let doors = demo::doors(doors);
    let doors = intake::doors(doors);
    let doors = screening::doors(doors);
    let doors = plan::doors(doors);
    let doors = booking::doors(doors);
    let doors = waiting::doors(doors);
    let doors = visit::doors(doors);
    let doors = session::doors(doors);
    let doors = keep::doors(doors);
    let doors = link::doors(doors);
    let doors = own::doors(doors);
    let doors = feeds::doors(doors);
    let doors = after::doors(doors);
    let doors = permits::doors(doors);
    desk::doors(doors)
}

/// What each route needs: the rows of the matrix of routes and roles.
pub fn matrix(rooms: &Arc<Rooms>) -> Vec<Door> {
    doors(rooms).into_list()
}

/// A refusal as an answer: its status, and nothing of what was asked. The guards lay the page of the status over it.
#[derive(Debug)]
pub(crate) struct Refused(pub(crate) No);

impl From<No> for Refused {
    fn from(no: No) -> Self {
        Self(no)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = match &self.0 {
            No::NotAllowed => StatusCode::FORBIDDEN,
            No::NotFound => StatusCode::NOT_FOUND,
            No::Conflict | No::Taken | No::Closed(_) => StatusCode::CONFLICT,
            No::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
            No::Wait { seconds: _ } => StatusCode::TOO_MANY_REQUESTS,
            No::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(Arc::new(self.0));
        response
    }
}

/// A handler's answer.
pub(crate) type Answered = Result<Response, Refused>;

/// What a handler of the clinic's rooms is given.
pub(crate) struct Desk {
    /// The rooms.
    pub(crate) rooms: Arc<Rooms>,
    /// Who asks.
    pub(crate) actor: Actor,
    /// What was just done, from the request before.
    done: Option<Done>,
}

impl FromRequestParts<Arc<Rooms>> for Desk {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        rooms: &Arc<Rooms>,
    ) -> Result<Self, Self::Rejection> {
        match parts.extensions.get::<Actor>() {
            Some(actor) => {
                let done = notice::read(&parts.headers);
                Ok(Self { rooms: Arc::clone(rooms), actor: actor.clone(), done })
            }
            None => Err(Refused(No::NotAllowed).into_response()),
        }
    }
}

impl Desk {
    /// The use cases.
    pub(crate) fn practice(&self) -> &Practice {
        &self.rooms.practice
    }

    /// The public site.
    pub(crate) fn site(&self) -> &Site {
        &self.rooms.site
    }

    /// The frame of a page: the rooms that this person may enter, and how much waits in the inbox.
    pub(crate) async fn frame(
        &self,
        room: Option<staff::Room>,
        title: impl Into<String>,
    ) -> Result<staff::Frame, Refused> {
        let inbox = if self.actor.may(Act::AnswerCheckIns) {
            self.practice().open_check_ins().await?
        } else {
            0
        };
        let rooms = staff::Room::ALL
            .into_iter()
            .filter(|room| needed(*room).is_none_or(|act| self.actor.may(act)))
            .collect();
        Ok(staff::Frame {
            title: title.into(),
            room,
            rooms,
            who: self.actor.name.clone(),
            inbox,
            is_demo: self.rooms.settings.demo.is_some(),
            notice: self.done.as_ref().map(Done::notice),
        })
    }
}

/// What entering a room of the bar needs.
fn needed(room: staff::Room) -> Option<Act> {
    match room {
        staff::Room::Today => Some(Act::SeeDay),
        staff::Room::Patients => Some(Act::FindPatients),
        staff::Room::Inbox => Some(Act::AnswerCheckIns),
        staff::Room::Evidence => None,
        staff::Room::Audit => Some(Act::SeeAudit),
        staff::Room::Settings => Some(Act::ManageSettings),
    }
}

/// What a handler of a patient's own pages is given.
pub(crate) struct Mine {
    /// The rooms.
    pub(crate) rooms: Arc<Rooms>,
    /// Who asks.
    pub(crate) actor: Actor,
    /// Their own record.
    pub(crate) patient: PatientId,
    /// What was just done, from the request before.
    done: Option<Done>,
}

impl FromRequestParts<Arc<Rooms>> for Mine {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        rooms: &Arc<Rooms>,
    ) -> Result<Self, Self::Rejection> {
        let actor = parts.extensions.get::<Actor>();
        match actor.and_then(|actor| Some((actor.clone(), actor.patient()?))) {
            Some((actor, patient)) => {
                let done = notice::read(&parts.headers);
                Ok(Self { rooms: Arc::clone(rooms), actor, patient, done })
            }
            None => Err(Refused(No::NotAllowed).into_response()),
        }
    }
}

impl Mine {
    /// The use cases.
    pub(crate) fn practice(&self) -> &Practice {
        &self.rooms.practice
    }

    /// The public site.
    pub(crate) fn site(&self) -> &Site {
        &self.rooms.site
    }

    /// The frame of a page.
    pub(crate) fn frame(
        &self,
        clinic: &Opened<Clinic>,
        tab: Option<mine::Tab>,
        title: impl Into<String>,
    ) -> mine::Frame {
        mine::Frame {
            title: title.into(),
            tab,
            clinic: clinic.name.clone(),
            telephone: clinic.telephone.clone(),
            is_demo: self.rooms.settings.demo.is_some(),
            notice: self.done.as_ref().map(Done::notice),
        }
    }
}

/// The whole address of a page, for a link that is shown. Whoever asks reads it, and nobody else.
pub(crate) fn whole_address(rooms: &Rooms, asked: &HeaderMap, path: &str) -> String {
    let host = asked.get(header::HOST).and_then(|host| host.to_str().ok());
    let is_plain = |host: &&str| {
        host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
    };
    let scheme = if rooms.settings.is_https { "https" } else { "http" };
    match host.filter(is_plain) {
        Some(host) => format!("{scheme}://{host}{path}"),
        None => path.to_owned(),
    }
}

/// Says beneath the fields what is wrong with them.
pub(crate) fn refuse(entry: &mut Entry, wrong: Vec<Wrong>) {
    for one in wrong {
        entry.refuse(&one.field, one.says);
    }
}

/// A page that nobody keeps. What was just done was shown on it, so it is forgotten.
pub(crate) fn shown(status: StatusCode, page: Markup) -> Response {
    let mut response = (status, page.into_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(HTML));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    notice::forget(headers);
    response
}

/// Another page, after something was done: a reload then sends nothing twice.
pub(crate) fn see(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, path);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Another page that says what was done.
pub(crate) fn see_done(path: &str, done: Done) -> Response {
    let mut response = see(path);
    notice::put(response.headers_mut(), done);
    response
}

/// Lays the page of a status over a refusal. Only what is broken is logged, and nothing about a person.
async fn worded(
    State(rooms): State<Arc<Rooms>>,
    asked: HeaderMap,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    let response = next.run(request).await;
    let Some(no) = response.extensions().get::<Arc<No>>() else { return response };
    if let No::Failed(failure) = no.as_ref() {
        let mut says = failure.to_string();
        let mut cause = std::error::Error::source(failure);
        while let Some(deeper) = cause {
            says.push_str(": ");
            says.push_str(&deeper.to_string());
            cause = deeper.source();
        }
        (rooms.settings.tell.0)(&says);
    }
    let mut page = rooms.site.status(&asked, response.status());
    if let No::Wait { seconds } = no.as_ref() {
        page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
    }
    page
}
