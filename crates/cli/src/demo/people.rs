//! The people of the demo. All of them are invented; telephone numbers are from ranges that are given to nobody.

use std::collections::BTreeSet;

use percuta_chart::{
    clinic::{Clinic, Price, PriceList},
    person::Part,
};
use percuta_practice::{
    Actor, No, Practice,
    account::{Invitation, SetUp},
    settings::{default_clinic, default_consent_form},
    sites::first_calendar,
};
use percuta_record::PersonId;
use zeroize::Zeroizing;

use super::{PASSWORD, places};

pub(crate) const OLU: &str = "olu@linden.example";
pub(crate) const ADA: &str = "ada@linden.example";
pub(crate) const BEN: &str = "ben@linden.example";
pub(crate) const CY: &str = "cy@linden.example";
pub(crate) const FAY: &str = "fay@linden.example";
const EVA: &str = "eva@linden.example";
/// The patient as whom one may look around.
pub(crate) const SHOWN: &str = "Maya Osei";

/// The clinic's people.
pub(crate) struct Staff {
    /// Owner.
    pub(crate) olu: Actor,
    /// Medical lead and dermatologist.
    pub(crate) ada: Actor,
    /// Practitioner, nurse.
    pub(crate) ben: Actor,
    /// Practitioner, aesthetician.
    pub(crate) eva: Actor,
    /// Assistant.
    pub(crate) cy: Actor,
    /// Front desk.
    pub(crate) fay: Actor,
}

impl Staff {
    /// A practitioner by who they are.
    pub(crate) fn member(&self, person: PersonId) -> Actor {
        let able = [&self.ada, &self.ben, &self.eva];
        let found = able.into_iter().find(|actor| actor.person == person);
        found.unwrap_or(&self.ada).clone()
    }
}

/// Sets the clinic up and takes everybody in.
pub(crate) async fn set_up(practice: &Practice) -> Result<Staff, No> {
    let clinic = Clinic {
        address: "12 Linden Walk\nExampleton EX1 2LW".to_owned(),
        out_of_hours: "Out of hours: the urgent line, 020 7946 0199, 24 hours.".to_owned(),
        emergency_number: "999".to_owned(),
        ..default_clinic("Linden Skin Clinic", "020 7946 0123", "Europe/London")
    };
    let calendar = places::first(first_calendar(&clinic.name, &clinic.time_zone));
    let price = |service: &str, title: &str, minor| Price {
        service: service.to_owned(),
        title: title.to_owned(),
        minor,
    };
    let prices = PriceList {
        currency: "GBP".to_owned(),
        prices: vec![
            price("consultation", "Consultation, 30 minutes", 4_500),
            price("pen", "Pen session, numbing and aftercare included", 22_000),
            price("rf", "RF session, numbing and aftercare included", 38_000),
        ],
    };
    let given = SetUp {
        clinic,
        calendar,
        prices,
        consent_form: default_consent_form(),
        name: "Olu Grant".to_owned(),
        credentials: String::new(),
        email: OLU.to_owned(),
        parts: BTreeSet::from([Part::Owner]),
        qualifications: BTreeSet::new(),
        password: Zeroizing::new(PASSWORD.to_owned()),
    };
    let (_, cookie) = practice.set_up(given).await?;
    let olu = practice.who(&cookie).await?.ok_or(No::NotFound)?;
    let take_in = async |name: &str,
                         credentials: &str,
                         email: &str,
                         parts: &[Part],
                         qualifications: &[&str],
                         depth| {
        let invitation = Invitation {
            name: name.to_owned(),
            credentials: credentials.to_owned(),
            email: email.to_owned(),
            parts: parts.iter().copied().collect(),
            qualifications: qualifications.iter().map(|word| (*word).to_owned()).collect(),
            depth_mm_max: depth,
        };
        let link = practice.invite(&olu, invitation).await?;
        let cookie = practice.accept(&link, name, Zeroizing::new(PASSWORD.to_owned())).await?;
        practice.who(&cookie).await?.ok_or(No::NotFound)
    };
    let lead = [Part::MedicalLead, Part::Practitioner];
    let doctor = ["dermatologist", "physician", "prescriber"];
    let ada =
        take_in("Dr Ada Kovar", "consultant dermatologist", ADA, &lead, &doctor, Some(2.5)).await?;
    let ben =
        take_in("Ben Hale", "RN", BEN, &[Part::Practitioner], &["prescriber"], Some(1.5)).await?;
    let eva = take_in("Eva Lund", "", EVA, &[Part::Practitioner], &[], Some(1.0)).await?;
    let cy = take_in("Cy Moran", "", CY, &[Part::Assistant], &[], None).await?;
    let fay = take_in("Fay Ito", "", FAY, &[Part::FrontDesk], &[], None).await?;
    let staff = Staff { olu, ada, ben, eva, cy, fay };
    places::furnish(practice, &staff).await?;
    Ok(staff)
}

/// Given names and family names, joined in order: sixty people.
const GIVEN: [&str; 20] = [
    "Aisha", "Bruno", "Carmen", "Daniel", "Elif", "Farid", "Greta", "Hana", "Ivo", "Jun", "Kemi",
    "Lena", "Mateo", "Nadia", "Oscar", "Priya", "Quentin", "Rosa", "Selim", "Thandi",
];
const FAMILY: [&str; 15] = [
    "Abara",
    "Brandt",
    "Costa",
    "Duarte",
    "Eze",
    "Fontaine",
    "Greene",
    "Haddad",
    "Ibarra",
    "Jansen",
    "Kaya",
    "Lindqvist",
    "Mbeki",
    "Novak",
    "Okafor",
];

/// The name of a patient by their number.
pub(crate) fn name(number: usize) -> String {
    let given = GIVEN.get(number % GIVEN.len()).copied().unwrap_or("Sam");
    // Seven is prime to fifteen, so that sixty pairs are all different.
    let family =
        FAMILY.get((number * 7 + number / GIVEN.len()) % FAMILY.len()).copied().unwrap_or("Vale");
    format!("{given} {family}")
}
