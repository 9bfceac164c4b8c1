//! Doors: every route with what it needs, and the guard that asks for it.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    handler::Handler,
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{self, MethodRouter},
};
use percuta_chart::person::Part;
use percuta_practice::{
    Act, Actor, No,
    account::Secret,
    actor::{Who, may},
};

use super::{Refused, Rooms, see};

/// What passing a door needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: sign-in, set-up, a link.
    Nothing,
    /// A member who may do this.
    Member(Act),
    /// The patient whose pages they are.
    Patient,
}

/// A route and what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// The method.
    pub method: Method,
    /// The path, with its captures.
    pub path: &'static str,
    /// What it needs.
    pub needs: Needs,
}

impl Door {
    /// Who may pass: nobody in particular, each part, the patient. A row of the matrix.
    pub fn row(&self) -> String {
        let mut row = format!("{:5} {:46}", self.method.as_str(), self.path);
        let passes = |yes: bool| if yes { " yes" } else { "  - " };
        row.push_str(passes(self.needs == Needs::Nothing));
        for part in Part::ALL {
            row.push_str(passes(match self.needs {
                Needs::Nothing => true,
                Needs::Member(act) => may(part, act),
                Needs::Patient => false,
            }));
        }
        row.push_str(passes(matches!(self.needs, Needs::Nothing | Needs::Patient)));
        row.trim_end().to_owned()
    }
}

/// Doors being laid.
pub(crate) struct Doors {
    rooms: Arc<Rooms>,
    router: Router<Arc<Rooms>>,
    list: Vec<Door>,
}

impl Doors {
    pub(crate) fn new(rooms: Arc<Rooms>) -> Self {
        Self { rooms, router: Router::new(), list: Vec::new() }
    }

    /// A page.
    pub(crate) fn get<H, T>(self, path: &'static str, needs: Needs, handler: H) -> Self
    where
        H: Handler<T, Arc<Rooms>>,
        T: 'static,
    {
        self.lay(Method::GET, path, needs, routing::get(handler))
    }

    /// A form.
    pub(crate) fn post<H, T>(self, path: &'static str, needs: Needs, handler: H) -> Self
    where
        H: Handler<T, Arc<Rooms>>,
        T: 'static,
    {
        self.lay(Method::POST, path, needs, routing::post(handler))
    }

    /// A form whose body may be larger, such as a photograph.
    pub(crate) fn lay(
        mut self,
        method: Method,
        path: &'static str,
        needs: Needs,
        route: MethodRouter<Arc<Rooms>>,
    ) -> Self {
        let guard = from_fn_with_state((Arc::clone(&self.rooms), needs), pass);
        self.router = self.router.route(path, route.route_layer(guard));
        self.list.push(Door { method, path, needs });
        self
    }

    pub(crate) fn into_router(self) -> Router<Arc<Rooms>> {
        self.router
    }

    pub(crate) fn into_list(self) -> Vec<Door> {
        self.list
    }
}

/// The name of the cookie. Behind HTTPS it is one that no other host and no unencrypted page can set.
pub(crate) fn cookie_name(is_https: bool) -> &'static str {
    if is_https { "__Host-percuta" } else { "percuta" }
}

/// The cookie of a sign-in.
pub(crate) fn cookie(asked: &HeaderMap, is_https: bool) -> Option<Secret> {
    named(asked, cookie_name(is_https)).and_then(Secret::read)
}

/// A cookie's value by its name.
pub(crate) fn named<'a>(asked: &'a HeaderMap, name: &str) -> Option<&'a str> {
    asked
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// Puts the cookie of a sign-in on an answer.
pub(crate) fn put_cookie(response: &mut Response, secret: &Secret, is_https: bool) {
    let secure = if is_https { "; Secure" } else { "" };
    let name = cookie_name(is_https);
    let text = format!("{name}={}; Path=/; HttpOnly; SameSite=Lax{secure}", secret.reveal());
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Takes the cookie of a sign-in back.
pub(crate) fn take_cookie(response: &mut Response, is_https: bool) {
    let secure = if is_https { "; Secure" } else { "" };
    let name = cookie_name(is_https);
    let text = format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Asks at the door.
async fn pass(
    State((rooms, needs)): State<(Arc<Rooms>, Needs)>,
    mut request: Request,
    next: Next,
) -> Response {
    let secret = cookie(request.headers(), rooms.settings.is_https);
    let had_cookie = secret.is_some();
    let actor = match secret {
        Some(secret) => match rooms.practice.who(&secret).await {
            Ok(actor) => actor,
            Err(no) => return Refused(no).into_response(),
        },
        None => None,
    };
    let Some(actor) = actor else {
        return match needs {
            Needs::Nothing => next.run(request).await,
            Needs::Member(_) | Needs::Patient => {
                let is_mine = request.uri().path().starts_with("/me");
                turned_away(&rooms, is_mine, had_cookie).await
            }
        };
    };
    let is_welcome = match needs {
        Needs::Nothing => true,
        Needs::Member(act) => matches!(actor.who, Who::Member { .. }) && actor.may(act),
        Needs::Patient => actor.patient().is_some(),
    };
    if !is_welcome {
        return match rooms.practice.refused_at_door(&actor).await {
            Ok(()) => lost(&actor, needs),
            Err(no) => Refused(no).into_response(),
        };
    }
    request.extensions_mut().insert(actor);
    next.run(request).await
}

/// Whoever is signed in as somebody else sees that they may not; a patient at a staff door, that there is nothing.
fn lost(actor: &Actor, needs: Needs) -> Response {
    let no = match (&actor.who, needs) {
        (Who::Patient(_), Needs::Member(_)) | (Who::Member { .. }, Needs::Patient) => No::NotFound,
        (Who::Patient(_) | Who::Member { .. }, _) => No::NotAllowed,
    };
    Refused(no).into_response()
}

/// Nobody is signed in: to the set-up of an empty record, else to the sign-in.
async fn turned_away(rooms: &Rooms, is_mine: bool, had_cookie: bool) -> Response {
    match rooms.practice.is_set_up().await {
        Err(no) => return Refused(no).into_response(),
        Ok(false) => return see("/set-up"),
        Ok(true) => {}
    }
    let mut response = match (is_mine, had_cookie) {
        (true, _) => see("/link"),
        (false, true) => see("/sign-in?ended"),
        (false, false) => see("/sign-in"),
    };
    if had_cookie {
        take_cookie(&mut response, rooms.settings.is_https);
    }
    response
}
