//! A clinic with somebody who treats, a front desk and a patient, as their browsers see it; and what brings a patient as
//! far as the treatment room.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use jiff::{SignedDuration, Timestamp};
use percuta_chart::person::Part;
use percuta_practice::account::{Invitation, Secret};
use percuta_record::PatientId;

use crate::{
    clinic::{Clinic, Page, cookie, hidden},
    house::{House, now, pass, password},
};

/// A clinic with somebody who treats, a front desk and a patient.
pub(crate) struct Room {
    pub(crate) clinic: Clinic,
    pub(crate) nurse: Secret,
    pub(crate) desk: Secret,
    pub(crate) patient: PatientId,
    pub(crate) themselves: Secret,
}

impl Room {
    pub(crate) async fn open() -> Self {
        let house = House::open().await;
        let given = Invitation {
            name: "Nell Invented".to_owned(),
            credentials: "RN".to_owned(),
            email: "nell@clinic.example".to_owned(),
            parts: BTreeSet::from([Part::Practitioner]),
            qualifications: BTreeSet::new(),
            depth_mm_max: Some(1.5),
        };
        let link = house.practice.invite(&house.owner, given).await.unwrap();
        let nurse = house.practice.accept(&link, "Nell Invented", password()).await.unwrap();
        let desk = house.member(Part::FrontDesk).await.1;
        let patient = house.patient("Ada Invented").await;
        let themselves = house.signed_in(patient).await.1;
        Self { clinic: Clinic::of(house), nurse, desk, patient, themselves }
    }

    /// Somebody else who may treat as deep.
    pub(crate) async fn colleague(&self) -> Secret {
        let given = Invitation {
            name: "Olga Invented".to_owned(),
            credentials: "RN".to_owned(),
            email: "olga@clinic.example".to_owned(),
            parts: BTreeSet::from([Part::Practitioner]),
            qualifications: BTreeSet::new(),
            depth_mm_max: Some(1.5),
        };
        let practice = &self.clinic.rooms.practice;
        let who = practice.who(&self.clinic.owner).await.unwrap().unwrap();
        let link = practice.invite(&who, given).await.unwrap();
        practice.accept(&link, "Olga Invented", password()).await.unwrap()
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/patients/{}{rest}", self.patient)
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.clinic.get(&self.nurse, path).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.clinic.post(&self.nurse, path, fields).await
    }

    /// Sends an intake that nothing speaks against, with some fields more.
    pub(crate) async fn asked(&self, more: &[(&str, &str)]) -> Page {
        let form = self.get(&self.path("/intake")).await;
        assert_eq!(form.status, StatusCode::OK);
        let mut fields = clear();
        fields.extend_from_slice(more);
        self.post(&action(&form.body, "/intake"), &fields).await
    }
}

/// Where the form of a page goes whose path has these words.
pub(crate) fn action(body: &str, words: &str) -> String {
    let found = body
        .split("action=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .find(|path| path.contains(words));
    found.unwrap_or_else(|| panic!("no form leads to {words}: {body}")).replace("&amp;", "&")
}

pub(crate) fn clear() -> Vec<(&'static str, &'static str)> {
    let mut fields = vec![
        ("step", "screen"),
        ("concern", "acne-scar"),
        ("region", "cheek"),
        ("modality", "pen"),
        ("sex", "male"),
        ("phototype", "2"),
        ("pregnancy", "not-applicable"),
        ("breastfeeding", "not-applicable"),
        ("products-1-", "sterile-hyaluronate-gel"),
    ];
    fields.extend([
        ("medicines-asked", "all"),
        ("conditions-asked", "all"),
        ("procedures-asked", "all"),
        ("exposures-asked", "all"),
        ("allergies-asked", "all"),
        ("skin_today-asked", "all"),
        ("products-asked", "all"),
        ("clearances-asked", "all"),
    ]);
    fields
}

/// A picture of nobody.
pub(crate) fn jpeg() -> Vec<u8> {
    let skin = image::RgbImage::from_fn(900, 1200, |x, y| {
        image::Rgb([200, u8::try_from(x % 256).unwrap(), u8::try_from(y % 256).unwrap()])
    });
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut bytes).encode_image(&skin).unwrap();
    bytes
}

impl Room {
    /// An accepted plan and its first session booked: the visit's path, and when it begins.
    pub(crate) async fn booked(&self) -> (String, Timestamp) {
        self.planned().await;
        self.book_next().await
    }

    /// An accepted plan.
    pub(crate) async fn planned(&self) {
        self.asked(&[]).await;
        let wish = [("concern-1", "acne-scar"), ("region-1", "cheek")];
        let course = self.post(&self.path("/plan"), &wish).await.location().to_owned();
        let page = self.get(&course).await;
        let sure = self.post(&action(&page.body, "/offer"), &[]).await;
        self.post(&action(&sure.body, "/offer"), &[("sure", "yes")]).await;
        let page = self.get(&course).await;
        self.post(&action(&page.body, "/accept"), &[]).await;
    }

    /// Books the next session at the first start of the first week that has one.
    pub(crate) async fn book_next(&self) -> (String, Timestamp) {
        let week = self.get(&self.path("/book")).await;
        let start = week.body.split("name=\"start\" value=\"").nth(1).unwrap();
        let start = start.split('"').next().unwrap();
        let kept = self.post(&action(&week.body, "/book?"), &[("start", start)]).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
        let booked = self
            .post(
                &action(&week.body, "/book?").replace("/book?", "/book/kept?"),
                &[("start", start)],
            )
            .await;
        assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.body);
        let at = start.split('~').next().unwrap().parse().unwrap();
        (booked.location().to_owned(), at)
    }

    /// The patient comes to a visit, everything is there, and the session begins: its path.
    pub(crate) async fn begun(&mut self, (visit, at): (&str, Timestamp)) -> String {
        self.goes_to(at).await;
        self.clinic.post(&self.desk, &format!("{visit}/arrival"), &[]).await;
        self.screened_today().await;
        self.signs_consent().await;
        assert_eq!(self.photographed().await.status, StatusCode::SEE_OTHER);
        for what in ["identity", "preparation", "precautions"] {
            let day = self.get(visit).await;
            if day.body.contains(&format!("/check/{what}?")) {
                self.post(&action(&day.body, &format!("/check/{what}")), &[]).await;
            }
        }
        let begun = self.post(&format!("{visit}/session"), &[]).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
        begun.location().to_owned()
    }

    /// Everything that can have changed is asked, and answered with no.
    pub(crate) async fn screened_today(&self) {
        let there = self.path("/screening/today");
        let page = self.get(&there).await;
        let names = page.body.split("type=\"radio\"").skip(1).filter_map(|rest| {
            let name = rest.split("name=\"").nth(1)?.split('"').next()?;
            rest.split('>').next()?.contains("value=\"no\"").then_some((name, "no"))
        });
        let said: Vec<(&str, &str)> = names.collect();
        assert!(!said.is_empty(), "{}", page.body);
        let done = self.post(&there, &said).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    }

    /// The patient reads and signs, and allows that photographs are kept; nothing where it is signed already.
    pub(crate) async fn signs_consent(&self) {
        let list = self.clinic.get(&self.themselves, "/me/consents").await;
        let Some(rest) = list.body.split("/me/consents/for/").nth(1) else { return };
        let there = format!("/me/consents/for/{}", rest.split('"').next().unwrap());
        let text = self.clinic.get(&self.themselves, &there).await;
        let digest = hidden(&text.body, "digest");
        let fields = [
            ("digest", digest.as_str()),
            ("photo-record", "yes"),
            ("photo-clinic", "no"),
            ("photo-teaching", "no"),
            ("photo-public", "no"),
            ("read", "yes"),
            ("signature", "Ada Invented"),
        ];
        let signed = self.clinic.post(&self.themselves, &there, &fields).await;
        assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.body);
    }

    /// Adds a photograph from the front.
    pub(crate) async fn photographed(&self) -> Page {
        let (path, fields) = (self.path("/photographs"), [("view", "front")]);
        self.upload(&self.nurse, &path, (&fields, &jpeg())).await
    }

    /// The patient sends a check-in without a photograph.
    pub(crate) async fn sends_check_in(&self, fields: &[(&str, &str)]) -> Page {
        self.upload(&self.themselves, "/me/check-in", (fields, b"")).await
    }

    /// A form of several parts, the file last.
    pub(crate) async fn upload(
        &self,
        who: &Secret,
        path: &str,
        (fields, file): (&[(&str, &str)], &[u8]),
    ) -> Page {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!(
                "--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        body.extend_from_slice(
            b"--edge\r\nContent-Disposition: form-data; name=\"photograph\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n",
        );
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let request = Request::post(path)
            .header(header::COOKIE, cookie(who))
            .header(header::HOST, "clinic.example")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_LENGTH, body.len())
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
        self.clinic.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Charts a step of a zone on the version of the page.
    pub(crate) async fn charts(&self, zone: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.get(zone).await;
        self.post(&action(&page.body, "/zones/"), fields).await
    }

    /// Everything that a session needs before it can be signed.
    pub(crate) async fn charted(&self, session: &str) {
        let page = self.get(session).await;
        let lot = [("lot", "A-1"), ("expiry", "2027-08-31")];
        self.post(&action(&page.body, "/cartridge"), &lot).await;
        let zone = format!("{session}/zones/cheek.right");
        let done = [("depth", "1"), ("passes", "3"), ("endpoint", "pinpoint")];
        assert_eq!(self.charts(&zone, &done).await.status, StatusCode::SEE_OTHER);
        for code in ["aftercare", "sharps"] {
            let page = self.get(session).await;
            self.post(&action(&page.body, "/confirm"), &[("done", code)]).await;
        }
    }

    /// Lets so many minutes pass.
    pub(crate) async fn waits(&mut self, minutes: i64) {
        self.goes_to(now().checked_add(SignedDuration::from_mins(minutes)).unwrap()).await;
    }

    /// Goes to a time; whoever's sign-in has ended meanwhile signs in again.
    pub(crate) async fn goes_to(&mut self, at: Timestamp) {
        pass(at.duration_since(now()));
        let practice = &self.clinic.rooms.practice;
        let sign_in =
            async |email: &str| practice.sign_in(email, password(), "here").await.unwrap();
        self.nurse = sign_in("nell@clinic.example").await;
        self.desk = sign_in("front-desk@clinic.example").await;
        self.clinic.owner = sign_in("ines@clinic.example").await;
    }
}
