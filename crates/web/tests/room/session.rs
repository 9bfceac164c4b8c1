//! Sample sessions: one that is charted, one that was refused a depth, one off the face, one at its end, one signed.

use percuta_clinical::answer::Disposition;
use percuta_web::{
    Site,
    page::{
        entry::Entry,
        map::{Side, Spot, short},
        staff::{
            Room,
            person::Person,
            screening::SourceSays,
            session::{
                self, Addendum, Applied, AppliedState, Cartridges, Check, CheckState, Cite,
                EndView, Endpoint, Next, Numbing, Pick, Piece, SignedView, Step, Stepper, Undo,
                View, ZoneForm, ZoneRow,
            },
        },
    },
};

use super::{Shown, entry, frame, pairs, words};

pub(crate) fn daniel() -> Person {
    Person {
        name: "Daniel Okafor".to_owned(),
        href: "/patients/5e02".to_owned(),
        facts: pairs(&[("Age", "31"), ("Skin type", "V"), ("Course", "acne scars, cheeks")]),
    }
}

struct Charted(&'static str, Option<Side>, f64, f64, &'static str, &'static str, &'static str);

fn row(charted: &Charted, base: &str) -> ZoneRow {
    let Charted(code, side, depth, limit, passes, endpoint, state) = *charted;
    let plain = code.replace('-', " ");
    let name = match side {
        Some(Side::Right) => format!("Right {plain}"),
        Some(Side::Left) => format!("Left {plain}"),
        None => plain.replacen(
            |_: char| true,
            &plain.chars().take(1).flat_map(char::to_uppercase).collect::<String>(),
            1,
        ),
    };
    let at = side.map_or_else(|| code.to_owned(), |side| format!("{code}-{}", side.word()));
    let is_current = state == "Charting" && !base.is_empty();
    ZoneRow {
        spot: Spot {
            code: code.to_owned(),
            side,
            depth_mm: Some(depth),
            says: format!("{name}: {depth} millimetres, limit {limit}, {passes} passes, {state}"),
            href: if base.is_empty() { String::new() } else { format!("{base}/{at}#zone") },
            is_current,
        },
        name,
        depth: format!("{} mm", short(depth)),
        limit: short(limit),
        passes: passes.to_owned(),
        endpoint: endpoint.to_owned(),
        with: if state.starts_with("Done") { "26F-0418" } else { "" }.to_owned(),
        state: state.to_owned(),
    }
}

fn face(base: &str) -> Vec<ZoneRow> {
    let (right, left) = (Some(Side::Right), Some(Side::Left));
    let none = "Not yet";
    [
        Charted("forehead", None, 0.5, 0.5, "2 of 2", "Even redness", "Done 11:08"),
        Charted("temple", right, 0.5, 0.5, "2 of 2", "Even redness", "Done 11:08"),
        Charted("temple", left, 0.5, 0.5, "2 of 2", "Even redness", "Done 11:09"),
        Charted("periorbital", right, 0.25, 0.5, "0 of 1", none, "To do"),
        Charted("periorbital", left, 0.25, 0.5, "0 of 1", none, "To do"),
        Charted("nose", None, 0.5, 0.5, "0 of 2", none, "To do"),
        Charted("cheek", right, 1.5, 1.5, "3 of 4", "Even redness", "Charting"),
        Charted("cheek", left, 1.5, 1.5, "4 of 4", "Pinpoint bleeding", "Done 11:12"),
        Charted("upper-lip", None, 0.5, 0.5, "0 of 2", none, "To do"),
        Charted("lower-lip", None, 0.5, 0.5, "0 of 2", none, "To do"),
        Charted("chin", None, 0.75, 1.0, "0 of 2", none, "To do"),
        Charted("jaw", right, 0.5, 0.5, "2 of 2", "Even redness", "Done 11:14"),
        Charted("jaw", left, 0.5, 0.5, "2 of 2", "Even redness", "Done 11:14"),
        Charted("neck", None, 0.5, 0.5, "0 of 2", none, "Numbing to 11:30"),
    ]
    .iter()
    .map(|charted| row(charted, base))
    .collect()
}

fn zone(name: &str, action: &str) -> ZoneForm {
    let endpoint = |value: &str, says: &str| Endpoint {
        value: value.to_owned(),
        says: says.to_owned(),
        is_seen: value == "redness",
    };
    let source = |name: &str, id: &str, says: &str| SourceSays {
        name: name.to_owned(),
        href: format!("/evidence/sources/{id}"),
        says: says.to_owned(),
    };
    ZoneForm {
        name: name.to_owned(),
        action: action.to_owned(),
        depth: Stepper {
            value: "1.5".to_owned(),
            note: "mm, at the limit".to_owned(),
            less: Some("1.25".to_owned()),
            more: None,
            at_limit: "the limit here is 1.5 millimetres".to_owned(),
        },
        passes: Stepper {
            value: "3".to_owned(),
            note: "of 4 planned".to_owned(),
            less: Some("2".to_owned()),
            more: Some("4".to_owned()),
            at_limit: String::new(),
        },
        limit: "Limit 1.5 mm: the lower of the device label (1.5) and the site limit for acne scars (1.5). Going past it needs a prescriber and a device labelled for it.".to_owned(),
        cite: Some(Cite {
            label: "Depth limit, 2 sources".to_owned(),
            sources: vec![
                source("Device manual", "I.skinpen", "1.5 mm at most."),
                source("Ultrasound 2022", "L.us2022", "Cheek skin of 1.07 to 1.33 mm on average."),
            ],
        }),
        aim: "This plan aims at uniform pinpoint bleeding, as in the scar studies. More than pinpoint: stop.".to_owned(),
        as_last_time: Some(Step {
            says: "As last time: 1.25 mm, 4 passes".to_owned(),
            fields: pairs(&[("depth", "1.25"), ("passes", "4")]),
        }),
        with: vec![
            Pick { says: "26F-0418".to_owned(), value: "2".to_owned(), is_on: true },
            Pick { says: "26F-0422".to_owned(), value: "1 2".to_owned(), is_on: false },
        ],
        noun: "cartridge".to_owned(),
        endpoints: vec![
            endpoint("none", "None yet"),
            endpoint("redness", "Even redness"),
            endpoint("pinpoint", "Pinpoint bleeding"),
            endpoint("more", "More: stop"),
        ],
        refused: None,
    }
}

fn cartridges() -> Cartridges {
    let piece = |lot: &str, zones: &str| Piece {
        lot: lot.to_owned(),
        expiry: "31 August 2027".to_owned(),
        zones: zones.to_owned(),
    };
    Cartridges {
        noun: "cartridge".to_owned(),
        taken: vec![piece("26F-0418", "Forehead, left cheek, right cheek"), piece("26F-0422", "")],
        says: "Each is sterile and for this patient only.".to_owned(),
    }
}

fn numbing() -> Numbing {
    Numbing {
        action: "/sessions/91ce/numbing".to_owned(),
        applied: vec![
            Applied {
                place: "Face, lidocaine 4% cream".to_owned(),
                started: "10:23".to_owned(),
                state: AppliedState::Off { says: "11:04, after 41 minutes".to_owned() },
            },
            Applied {
                place: "Neck, lidocaine 4% cream".to_owned(),
                started: "10:30".to_owned(),
                state: AppliedState::On {
                    until: "by 11:30".to_owned(),
                    end: "/sessions/91ce/numbing/2/end".to_owned(),
                },
            },
        ],
        products: pairs(&[("lmx4", "Lidocaine 4% cream"), ("emla", "Lidocaine and prilocaine")]),
        places: pairs(&[("face", "Face"), ("neck", "Neck")]),
        limits: "20 to 60 minutes by the label".to_owned(),
    }
}

fn checks() -> Vec<Check> {
    let check = |name: &str, says: &str, detail: &str, state: CheckState| Check {
        name: name.to_owned(),
        says: says.to_owned(),
        detail: detail.to_owned(),
        state,
    };
    vec![
        check("lot", "Cartridge lot and expiry entered", "26F-0418, 2027-08", CheckState::Shown),
        check(
            "sharps",
            "Cartridge in the sharps bin",
            "never used again, not even for the same person",
            CheckState::Open,
        ),
        check("wiped", "All numbing cream wiped off", "the neck is still on", CheckState::Lacking),
        check(
            "gel",
            "Only sterile gel on the skin",
            "hyaluronate; no serum for 72 h",
            CheckState::Said,
        ),
        check("after", "Photographs after, 3 views", "same light as before", CheckState::Open),
        check(
            "aftercare",
            "Aftercare given and explained",
            "with pigment risk and sun cover",
            CheckState::Open,
        ),
    ]
}

fn charting() -> View {
    View {
        person: daniel(),
        title: "session 2 of 4".to_owned(),
        lead: "Acne scars, cheeks. Skin type V, aged 31. L. Fischer, nurse. 42 days since session 1 (28 at least).".to_owned(),
        disposition: Disposition::ProceedWithPrecautions,
        back: "/visits/31ab".to_owned(),
        zones: face("/sessions/91ce/zones"),
        open: Some(zone("Right cheek", "/sessions/91ce/zones/cheek-right")),
        closed: None,
        cartridges: cartridges(),
        cartridge_action: "/sessions/91ce/cartridges".to_owned(),
        numbing: numbing(),
        checks: checks(),
        checks_action: "/sessions/91ce/checks".to_owned(),
        undo: Some(Undo {
            what: "right cheek".to_owned(),
            action: "/sessions/91ce/undo".to_owned(),
        }),
        photographs: "/visits/31ab/photographs".to_owned(),
        reaction: "/sessions/91ce/reactions/new".to_owned(),
        next: Next::Zone {
            name: "nose".to_owned(),
            href: "/sessions/91ce/zones/nose".to_owned(),
        },
        clash: None,
    }
}

/// A depth that was refused, no cartridge, numbing over its time.
fn refused() -> (View, Entry) {
    let mut view = charting();
    let mut open = zone("Nose", "/sessions/91ce/zones/nose");
    open.depth.value = "0.5".to_owned();
    open.depth.less = Some("0.25".to_owned());
    open.refused = Some("0.75 mm was not recorded: the limit here is 0.5 mm, the lower of the site limit (0.5) and the device label (1.5). It stays at 0.5 mm.".to_owned());
    view.open = Some(open);
    view.cartridges.taken.clear();
    view.numbing.applied.truncate(1);
    view.numbing.applied.push(Applied {
        place: "Neck, lidocaine 4% cream".to_owned(),
        started: "10:30".to_owned(),
        state: AppliedState::Over {
            since: "since 11:30, 60 minutes by the label".to_owned(),
            end: "/sessions/91ce/numbing/2/end".to_owned(),
        },
    });
    view.next = Next::Waits { says: "Numbing on the neck is over its time.".to_owned() };
    let mut given = entry(&[("lot", "26F-0418"), ("expiry", "2026-08-31")]);
    given.refuse("expiry", "This cartridge expired in August 2026: take another.");
    (view, given)
}

/// The pages.
pub(crate) fn pages(site: &Site) -> Vec<Shown> {
    let frame = frame("Session 2 of 4", Room::Patients);
    let none = Entry::default();
    let (over, wrong) = refused();
    let mut body = charting();
    body.zones = [("abdomen", "Done 11:20"), ("flank", "Charting")]
        .iter()
        .map(|(code, state)| {
            row(
                &Charted(code, None, 1.5, 2.0, "2 of 4", "Even redness", state),
                "/sessions/91ce/zones",
            )
        })
        .collect();
    body.numbing.applied.clear();
    body.open = None;
    body.undo = None;
    body.next = Next::End { href: "/sessions/91ce/end".to_owned() };
    let ending = EndView {
        person: daniel(),
        title: "session 2 of 4".to_owned(),
        back: "/sessions/91ce".to_owned(),
        zones: face(""),
        cartridges: cartridges(),
        numbing: words(&["Face, lidocaine 4% cream, 10:23 to 11:04, 41 minutes."]),
        differs: words(&["Right cheek: 3 passes, 4 were planned."]),
        missing: Vec::new(),
        action: "/sessions/91ce/signature".to_owned(),
        signer: "L. Fischer".to_owned(),
    };
    let lacking = EndView {
        missing: words(&[
            "Numbing on the neck has no end: record when it was wiped off.",
            "Photographs after the session are missing: take front, left and right.",
        ]),
        ..ending.clone()
    };
    let signed = SignedView {
        person: daniel(),
        title: "session 2 of 4".to_owned(),
        signed: "Signed by L. Fischer, 20 November 2026, 11:41".to_owned(),
        zones: face(""),
        cartridges: cartridges(),
        numbing: ending.numbing.clone(),
        note: "Settled well in the room. Redness even on both cheeks.".to_owned(),
        addenda: vec![Addendum {
            by: "L. Fischer, 21 November 2026, 09:05".to_owned(),
            says: "The right cheek had 4 passes, not 3: counted from the photograph.".to_owned(),
        }],
        action: Some("/sessions/91ce/addenda".to_owned()),
    };
    let mut password = entry(&[("note", "Settled well.")]);
    password.refuse("password", "That is not your password. Nothing was signed.");
    vec![
        ("session", session::page(site, &frame, &charting(), &none).into_string()),
        ("session-refused", session::page(site, &frame, &over, &wrong).into_string()),
        ("session-body", session::page(site, &frame, &body, &none).into_string()),
        ("session-end", session::end(site, &frame, &ending, &password).into_string()),
        ("session-lacking", session::end(site, &frame, &lacking, &none).into_string()),
        ("session-signed", session::signed(site, &frame, &signed, &none).into_string()),
    ]
}
