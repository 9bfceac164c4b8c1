//! Making a copy that leaves: the use and the cover, what it would look like, one page to confirm, and the file.
//!
//! Everything that was chosen stands in the address as ids, words of ours and numbers, so that the pages work without
//! script and the preview shows what is confirmed.

use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use percuta_chart::permission::Purpose;
use percuta_practice::{
    Act, No,
    exports::{Block, Cover, Wish},
    zone_of,
};
use percuta_record::DocumentId;

use super::{
    desk::{Found, find},
    named, purpose, purposes,
};
use crate::{
    page::{
        entry::Entry,
        staff::{Room, permission as page},
    },
    rooms::{
        Answered, Desk, Needs, Refused,
        choosing::{Asked, asked},
        door::Doors,
        entrance::{Filled, entry},
        refuse, shown, subject,
    },
};

pub(super) fn doors(doors: Doors) -> Doors {
    let keeps = Needs::Member(Act::Publish);
    doors
        .get("/photos/{photograph}/export", keeps, choose)
        .get("/photos/{photograph}/export/preview", keeps, preview)
        .get("/photos/{photograph}/export/confirm", keeps, confirm)
        .post("/photos/{photograph}/export/confirm", keeps, make)
}

/// Ways to cover: value and words.
const COVERS: [(&str, &str); 3] = [
    ("band", "A solid band over the eyes"),
    ("all-but", "Everything but one area"),
    ("nothing", "Nothing: no face is shown"),
];

/// What was chosen.
struct Chosen {
    photograph: DocumentId,
    wish: Wish,
    cover: Cover,
    /// The word of the cover, and its area in hundredths.
    word: &'static str,
    area: [u16; 4],
}

/// The edges of an area, in hundredths: left, right, top, bottom.
fn edges(cover: &Cover) -> [u16; 4] {
    let of =
        |block: &Block| [block.left, block.right, block.top, block.bottom].map(|edge| edge / 10);
    match cover {
        Cover::Nothing => [0, 100, 0, 100],
        Cover::Blocks(blocks) => blocks.first().map_or([0, 100, 27, 52], of),
        Cover::AllBut(area) => of(area),
    }
}

impl Chosen {
    /// Reads what was chosen. What was not is as it is proposed for the view.
    fn read(entry: &mut Entry, (photograph, found): (DocumentId, &Found)) -> Result<Self, Refused> {
        let mut photographs = vec![photograph];
        if !entry.get("with").is_empty() {
            let with = entry.get("with").parse().map_err(|_no_id| No::NotFound)?;
            photographs.push(with);
        }
        let purpose = Purpose::of(entry.get("use")).unwrap_or(Purpose::Teaching);
        let proposed = Cover::proposed(found.shot.view);
        let word = COVERS.iter().find(|(word, _)| *word == entry.get("cover"));
        let word = word.map_or(
            match proposed {
                Cover::Nothing => "nothing",
                Cover::Blocks(_) | Cover::AllBut(_) => "band",
            },
            |(word, _)| word,
        );
        let beginning = match word {
            "all-but" => [25, 75, 50, 80],
            _ => edges(&proposed),
        };
        let mut area = beginning;
        for (slot, (name, label)) in area.iter_mut().zip(page::EDGES) {
            let typed = entry.get(name).to_owned();
            match typed.parse::<u16>().ok().filter(|hundredths| *hundredths <= 100) {
                Some(hundredths) => *slot = hundredths,
                None if typed.is_empty() => entry.set(name, slot.to_string()),
                None => entry.refuse(name, format!("{label}: write a whole number from 0 to 100.")),
            }
        }
        let [left, right, top, bottom] = area.map(|hundredths| hundredths.saturating_mul(10));
        let block = Block::new(left, top, right, bottom);
        if block.is_none() && word != "nothing" {
            entry.refuse("right", "The area has to end after it begins.");
        }
        let cover = match (word, block) {
            ("band", Some(block)) => Cover::Blocks(vec![block]),
            ("all-but", Some(block)) => Cover::AllBut(block),
            (_, _) => Cover::Nothing,
        };
        if entry.get("use").is_empty() {
            entry.set("use", purpose.word());
        }
        if entry.get("cover").is_empty() {
            entry.set("cover", word);
        }
        Ok(Self { photograph, wish: Wish { photographs, purpose }, cover, word, area })
    }

    fn with(&self) -> Option<DocumentId> {
        self.wish.photographs.get(1).copied()
    }

    /// Names and values that say all of it.
    fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs: Vec<(String, String)> =
            self.with().map(|with| ("with".to_owned(), with.to_string())).into_iter().collect();
        pairs.push(("use".to_owned(), self.wish.purpose.word().to_owned()));
        pairs.push(("cover".to_owned(), self.word.to_owned()));
        let edges = page::EDGES.iter().zip(self.area);
        pairs.extend(edges.map(|((name, _), edge)| ((*name).to_owned(), edge.to_string())));
        pairs
    }

    /// A page with all of it in its address.
    fn at(&self, rest: &str) -> String {
        let query: Vec<String> =
            self.pairs().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("/photos/{}/export{rest}?{}", self.photograph, query.join("&"))
    }

    /// What it shows.
    fn title(&self, found: &Found, zone: &jiff::tz::TimeZone) -> String {
        let with = self.with();
        let later = found.story.photographs.iter().find(|one| Some(one.id) == with);
        match later {
            Some(later) => format!("{}, and {}", named(&found.shot, zone), named(later, zone)),
            None => named(&found.shot, zone),
        }
    }

    fn cover_says(&self) -> String {
        let says = COVERS.iter().find(|(word, _)| *word == self.word).map_or("", |(_, says)| says);
        let [left, right, top, bottom] = self.area;
        match self.cover {
            Cover::Nothing => says.to_owned(),
            Cover::Blocks(_) | Cover::AllBut(_) => {
                format!("{says}: {left} to {right} across, {top} to {bottom} down, in hundredths")
            }
        }
    }
}

async fn choose(desk: Desk, Path(photograph): Path<DocumentId>, query: Asked) -> Answered {
    let mut entry = asked(query);
    let found = find(&desk, photograph).await?;
    let clinic = desk.practice().clinic().await?;
    let chosen = Chosen::read(&mut entry, (photograph, &found))?;
    let offer = desk.practice().offer_export(&desk.actor, &chosen.wish).await?;
    let is_ready = entry.is_fine() && offer.refused.is_empty();
    let view = page::Make {
        person: subject::about(&found.story.patient, &clinic, desk.practice().now()),
        title: chosen.title(&found, &zone_of(&clinic)),
        action: format!("/photos/{photograph}/export"),
        hidden: chosen
            .with()
            .map(|with| ("with".to_owned(), with.to_string()))
            .into_iter()
            .collect(),
        purposes: purposes(),
        covers: COVERS.map(|(word, says)| (word.to_owned(), says.to_owned())).to_vec(),
        refused: offer.refused,
        caption: offer.caption,
        ready: is_ready.then(|| (chosen.at("/preview"), chosen.at("/confirm"))),
        back: format!("/photos/{photograph}/permission"),
    };
    let frame = desk.frame(Some(Room::Patients), "A copy that leaves").await?;
    let status = if entry.is_fine() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(shown(status, page::make(desk.site(), &frame, &view, &entry)))
}

async fn preview(desk: Desk, Path(photograph): Path<DocumentId>, query: Asked) -> Answered {
    let mut entry = asked(query);
    let found = find(&desk, photograph).await?;
    let chosen = Chosen::read(&mut entry, (photograph, &found))?;
    if !entry.is_fine() {
        return Err(No::NotFound.into());
    }
    let made = desk.practice().preview_export(&desk.actor, &chosen.wish, &chosen.cover).await?;
    Ok(picture(made.bytes, HeaderValue::from_static("inline")))
}

/// A picture, kept by nobody.
fn picture(bytes: Vec<u8>, disposition: HeaderValue) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    response
}

async fn confirm(desk: Desk, Path(photograph): Path<DocumentId>, query: Asked) -> Answered {
    let mut entry = asked(query);
    let found = find(&desk, photograph).await?;
    let chosen = Chosen::read(&mut entry, (photograph, &found))?;
    if !entry.is_fine() {
        return Err(No::NotFound.into());
    }
    let once = desk.practice().form_id()?;
    confirm_page(&desk, (&found, &chosen), once, (&Entry::default(), StatusCode::OK)).await
}

async fn confirm_page(
    desk: &Desk,
    (found, chosen): (&Found, &Chosen),
    once: DocumentId,
    (entry, status): (&Entry, StatusCode),
) -> Answered {
    let clinic = desk.practice().clinic().await?;
    let offer = desk.practice().offer_export(&desk.actor, &chosen.wish).await?;
    let mut hidden = chosen.pairs();
    hidden.push(("once".to_owned(), once.to_string()));
    let view = page::Confirm {
        person: subject::about(&found.story.patient, &clinic, desk.practice().now()),
        title: chosen.title(found, &zone_of(&clinic)),
        purpose: purpose(chosen.wish.purpose).to_owned(),
        cover: chosen.cover_says(),
        caption: offer.caption,
        preview: chosen.at("/preview"),
        action: format!("/photos/{}/export/confirm", chosen.photograph),
        hidden,
        back: chosen.at(""),
    };
    let title = if entry.is_fine() { "This leaves the clinic" } else { "Error: this leaves" };
    let frame = desk.frame(Some(Room::Patients), title).await?;
    Ok(shown(status, page::confirm(desk.site(), &frame, &view, entry)))
}

async fn make(desk: Desk, Path(photograph): Path<DocumentId>, form: Filled) -> Answered {
    let mut entry = entry(form);
    let found = find(&desk, photograph).await?;
    let chosen = Chosen::read(&mut entry, (photograph, &found))?;
    let once: DocumentId = entry.get("once").parse().map_err(|_no_id| No::NotFound)?;
    if !entry.has("looked", "yes") {
        entry.refuse("looked", "Look at the picture, and tick this.");
    }
    if entry.is_fine() {
        match desk.practice().export(&desk.actor, once, (&chosen.wish, &chosen.cover)).await {
            Ok(made) => {
                // The name of the file is the entry's: it names nobody, and whoever finds it finds the entry.
                let name = format!("attachment; filename=\"{}.jpg\"", made.publication);
                let name = HeaderValue::from_str(&name)
                    .unwrap_or_else(|_no_header| HeaderValue::from_static("attachment"));
                return Ok(picture(made.file.bytes, name));
            }
            Err(No::Wrong(mut wrong)) => {
                wrong.iter_mut().for_each(|one| "looked".clone_into(&mut one.field));
                refuse(&mut entry, wrong);
            }
            Err(No::Conflict) => {
                entry.refuse("looked", "This file was made already: it is in the register of copies. To make another, begin again.");
            }
            Err(no) => return Err(no.into()),
        }
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    confirm_page(&desk, (&found, &chosen), once, (&entry, status)).await
}
