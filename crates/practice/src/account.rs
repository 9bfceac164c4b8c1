//! Who is who: setting up the clinic, signing in and out, invitations, and a patient's signed link.
//!
//! A cookie or a link holds 32 random bytes; the record holds their SHA-256, made with a label, so that a link is no
//! cookie and a stolen database signs nobody in. A link opens nothing before the birth date was given.

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan as _, civil::Date};
use percuta_chart::{
    calendar,
    clinic::{self, Clinic, ConsentForm, PriceList},
    feed::document_of_feed,
    person::{self, Member, Part, Patient, Standing},
};
use percuta_record::{Change, Moment, Owner, PatientId, PersonId};
use percuta_seal::hex;
use percuta_store::SignIn;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{
    Practice,
    actor::{Act, Actor, Who},
    password,
    refusal::{No, Wrong},
    sites::FirstCalendar,
    vault::{FieldTokens, Opened, bytes},
    writing::Draft,
};

/// A member's sign-in ends after so many hours, whatever they do.
const MEMBER_HOURS: i64 = 12;
/// It ends when nothing was asked for so many minutes.
const MEMBER_IDLE_MINUTES: i64 = 120;
/// A patient's sign-in ends after so many days.
const PATIENT_DAYS: i64 = 30;
/// A patient's link, and an invitation, opens for so many days.
pub const LINK_DAYS: i64 = 14;

/// A secret that is handed out once: in a cookie or a link.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secret(…)")
    }
}

impl Secret {
    /// Its text, 64 hexadecimal digits.
    pub fn reveal(&self) -> String {
        hex::write(self.0.as_ref())
    }

    /// A secret as it came back.
    pub fn read(text: &str) -> Option<Self> {
        hex::read_array(text).map(Self)
    }

    /// What is stored of it, for one use.
    pub(crate) fn hash(&self, label: Label) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(label.word());
        hash.update(self.0.as_ref());
        hash.finalize().into()
    }
}

/// What a secret is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Label {
    Cookie,
    Link,
    Invitation,
    Feed,
}

impl Label {
    fn word(self) -> &'static [u8] {
        match self {
            Self::Cookie => b"percuta cookie 1",
            Self::Link => b"percuta link 1",
            Self::Invitation => b"percuta invitation 1",
            Self::Feed => b"percuta feed 1",
        }
    }
}

/// What the first start asks for.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// The clinic, with its settings.
    pub clinic: Clinic,
    /// Where it works, and what it offers.
    pub calendar: FirstCalendar,
    /// Its prices.
    pub prices: PriceList,
    /// Its consent text.
    pub consent_form: ConsentForm,
    /// The first person's name.
    pub name: String,
    /// Letters after it.
    pub credentials: String,
    /// E-mail.
    pub email: String,
    /// The parts that they play; owner is added.
    pub parts: BTreeSet<Part>,
    /// What they are by training.
    pub qualifications: BTreeSet<String>,
    /// Their password.
    pub password: Zeroizing<String>,
}

/// How a patient's link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkStanding {
    /// It opens, with the birth date.
    Open,
    /// Its days are over.
    Expired,
    /// There is no such link, or it was closed.
    Unknown,
}

/// Someone to be invited.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Their name.
    pub name: String,
    /// Letters after it.
    pub credentials: String,
    /// E-mail.
    pub email: String,
    /// The parts that they will play.
    pub parts: BTreeSet<Part>,
    /// What they are by training.
    pub qualifications: BTreeSet<String>,
    /// How deep they may needle.
    pub depth_mm_max: Option<f64>,
}

impl Practice {
    /// Whether the clinic has been set up.
    pub async fn is_set_up(&self) -> Result<bool, No> {
        Ok(self.vault.store().head(clinic::document()).await?.is_some())
    }

    /// Sets up an empty record: the clinic, its prices, its consent text and the first person.
    pub async fn set_up(&self, given: SetUp) -> Result<(PersonId, Secret), No> {
        if self.is_set_up().await? {
            return Err(No::Closed("This clinic is set up already. Sign in instead."));
        }
        let mut wrong = check_person(&given.name, &given.email);
        wrong.extend(check_password(&given.password));
        if given.clinic.name.trim().is_empty() {
            wrong.push(Wrong::new("clinic", "Give the clinic's name."));
        }
        if jiff::tz::TimeZone::get(&given.clinic.time_zone).is_err() {
            wrong.push(Wrong::new("time_zone", "Choose a time zone, such as Europe/London."));
        }
        if !wrong.is_empty() {
            return Err(No::Wrong(wrong));
        }
        let person: PersonId = self.vault.new_id()?;
        let salt = self.vault.draw()?;
        let password = password::hash(given.password, salt, self.password_cost).await?;
        let mut parts = given.parts;
        parts.insert(Part::Owner);
        let member = Member {
            name: given.name,
            credentials: given.credentials,
            email: given.email.trim().to_owned(),
            parts,
            qualifications: given.qualifications,
            depth_mm_max: None,
            standing: Standing::Active { password },
        };
        let actor = actor_of_member(person, &member);
        let document = person::document_of_member(person);
        let draft = Draft::new(Act::ManageSettings, "clinic.set-up", clinic::document())
            .because("first-entry")
            .begin(clinic::document(), Owner::Clinic, &given.clinic)?
            .begin(calendar::document_of_first_site(), Owner::Clinic, &given.calendar.site)?
            .begin(calendar::document_of_first_room(), Owner::Clinic, &given.calendar.room)?
            .begin(calendar::document_of_services(), Owner::Clinic, &given.calendar.services)?
            .begin(clinic::document_of_prices(), Owner::Clinic, &given.prices)?
            .begin(clinic::document_of_consent_form(), Owner::Clinic, &given.consent_form)?
            .begin(document, Owner::Clinic, &member)?
            .tokens(document, FieldTokens::EMAIL, self.email_tokens(&member.email));
        self.commit(&actor, draft).await?;
        let cookie = self.begin_member(person).await?;
        Ok((person, cookie))
    }

    /// Signs a member in. `from` is where the request came from; it is only counted.
    pub async fn sign_in(
        &self,
        email: &str,
        password: Zeroizing<String>,
        from: &str,
    ) -> Result<Secret, No> {
        let now = self.now();
        let (one, place) =
            (format!("email {}", email.trim().to_lowercase()), format!("from {from}"));
        if let Some(seconds) = self.attempts.wait(&one, now).max(self.attempts.wait(&place, now)) {
            return Err(No::Wait { seconds });
        }
        let member = self.member_by_email(email).await?;
        let known = member.as_ref().and_then(|member| match &member.standing {
            Standing::Active { password } => Some(password.clone()),
            Standing::Invited { until: _ } | Standing::Left => None,
        });
        if !password::is_right(password, known, self.password_cost).await? {
            self.attempts.failed(&one, now);
            self.attempts.failed(&place, now);
            self.note(None, "sign-in", member.map(|member| member.id), "refused").await?;
            return Err(No::wrong("password", "This address and password do not fit together."));
        }
        let Some(member) = member else { return Err(No::NotFound) };
        self.attempts.succeeded(&one);
        let person = person::member_of(member.id);
        let actor = actor_of_member(person, &member);
        self.note(Some(&actor), "sign-in", Some(member.id), "done").await?;
        self.begin_member(person).await
    }

    /// Somebody who signs one thing with their own address and password, on a device where another is signed in.
    pub(crate) async fn signer(
        &self,
        email: &str,
        password: Zeroizing<String>,
    ) -> Result<Actor, No> {
        let (now, what) = (self.now(), format!("email {}", email.trim().to_lowercase()));
        if let Some(seconds) = self.attempts.wait(&what, now) {
            return Err(No::Wait { seconds });
        }
        let member = self.member_by_email(email).await?;
        let known = member.as_ref().and_then(|member| match &member.standing {
            Standing::Active { password } => Some(password.clone()),
            Standing::Invited { until: _ } | Standing::Left => None,
        });
        let is_right = password::is_right(password, known, self.password_cost).await?;
        match member.filter(|_| is_right) {
            Some(member) => {
                self.attempts.succeeded(&what);
                Ok(actor_of_member(person::member_of(member.id), &member))
            }
            None => {
                self.attempts.failed(&what, now);
                self.note(None, "password.confirm", None, "refused").await?;
                Err(No::wrong("password", "This address and password do not fit together."))
            }
        }
    }

    /// Whether a password is the actor's own: asked again before a decision that carries their name.
    pub async fn confirm(&self, actor: &Actor, password: Zeroizing<String>) -> Result<(), No> {
        let (now, what) = (self.now(), format!("confirm {}", actor.person));
        if let Some(seconds) = self.attempts.wait(&what, now) {
            return Err(No::Wait { seconds });
        }
        let member = self
            .vault
            .head::<Member>(person::document_of_member(actor.person))
            .await?
            .ok_or(No::NotFound)?;
        let known = match &member.standing {
            Standing::Active { password } => Some(password.clone()),
            Standing::Invited { until: _ } | Standing::Left => None,
        };
        if password::is_right(password, known, self.password_cost).await? {
            self.attempts.succeeded(&what);
            return Ok(());
        }
        self.attempts.failed(&what, now);
        self.note(Some(actor), "password.confirm", Some(member.id), "refused").await?;
        Err(No::wrong("password", "This is not your password."))
    }

    /// Who comes with a cookie; `None` when it opens nothing any more.
    pub async fn who(&self, cookie: &Secret) -> Result<Option<Actor>, No> {
        let (store, now) = (self.vault.store(), self.moment());
        let hash = cookie.hash(Label::Cookie);
        let Some(known) = store.sign_in(hash).await? else { return Ok(None) };
        let Some(actor) = self.actor(known.person).await? else { return Ok(None) };
        let idle_max = match actor.who {
            Who::Member { .. } => minutes(MEMBER_IDLE_MINUTES),
            Who::Patient(_) => i64::MAX,
        };
        let idle = now.0.saturating_sub(known.seen.0);
        if now >= known.ends || idle > idle_max {
            store.end_sign_in(hash).await?;
            return Ok(None);
        }
        // Once a minute is enough to know whether someone is still there.
        if idle > minutes(1) {
            store.seen_sign_in(hash, now).await?;
        }
        Ok(Some(actor))
    }

    /// Ends a sign-in.
    pub async fn sign_out(&self, cookie: &Secret) -> Result<(), No> {
        Ok(self.vault.store().end_sign_in(cookie.hash(Label::Cookie)).await?)
    }

    /// Invites someone. The secret goes into their link, and is shown once.
    pub async fn invite(&self, actor: &Actor, given: Invitation) -> Result<Secret, No> {
        self.allow(actor, Act::ManagePeople, "member.invite", None).await?;
        let mut wrong = check_person(&given.name, &given.email);
        if given.parts.is_empty() {
            wrong.push(Wrong::new("role", "Choose at least one role."));
        }
        if self.member_by_email(&given.email).await?.is_some() {
            wrong.push(Wrong::new("email", "Somebody here has this address already."));
        }
        if !wrong.is_empty() {
            return Err(No::Wrong(wrong));
        }
        let person: PersonId = self.vault.new_id()?;
        let document = person::document_of_member(person);
        let member = Member {
            name: given.name.trim().to_owned(),
            credentials: given.credentials.trim().to_owned(),
            email: given.email.trim().to_owned(),
            parts: given.parts,
            qualifications: given.qualifications,
            depth_mm_max: given.depth_mm_max,
            standing: self.invited_standing(),
        };
        let draft = Draft::new(Act::ManagePeople, "member.invite", document)
            .begin(document, Owner::Clinic, &member)?
            .tokens(document, FieldTokens::EMAIL, self.email_tokens(&member.email));
        self.commit(actor, draft).await?;
        self.begin_invitation(person).await
    }

    /// How somebody stands who is invited now.
    pub(crate) fn invited_standing(&self) -> Standing {
        Standing::Invited { until: self.link_ends() }
    }

    /// Until when a link or an invitation that is made now opens.
    pub fn link_ends(&self) -> Timestamp {
        after_days(self.now(), LINK_DAYS)
    }

    pub(crate) async fn begin_invitation(&self, person: PersonId) -> Result<Secret, No> {
        self.begin(person, Label::Invitation, LINK_DAYS * 24).await
    }

    /// Who was invited with a link; nothing is said of a link that opens nothing.
    pub async fn invited(&self, link: &Secret) -> Result<Opened<Member>, No> {
        let known = self.vault.store().sign_in(link.hash(Label::Invitation)).await?;
        let known = known.filter(|known| self.moment() < known.ends).ok_or(No::NotFound)?;
        let document = person::document_of_member(known.person);
        let member = self.vault.head::<Member>(document).await?.ok_or(No::NotFound)?;
        match member.standing {
            Standing::Invited { until: _ } => Ok(member),
            Standing::Active { password: _ } | Standing::Left => Err(No::NotFound),
        }
    }

    /// The name of whoever wrote an invitation.
    pub async fn invited_by(&self, invited: &Opened<Member>) -> Result<String, No> {
        let by = person::document_of_member(invited.contribution.by);
        let by = self.vault.head::<Member>(by).await?;
        Ok(by.map_or_else(|| "The clinic".to_owned(), |by| by.name.clone()))
    }

    /// Takes up an invitation with a password of one's own.
    pub async fn accept(
        &self,
        link: &Secret,
        name: &str,
        password: Zeroizing<String>,
    ) -> Result<Secret, No> {
        let opened = self.invited(link).await?;
        let mut wrong: Vec<Wrong> = check_password(&password).into_iter().collect();
        if name.trim().is_empty() {
            wrong.push(Wrong::new("name", "Give your name."));
        }
        if !wrong.is_empty() {
            return Err(No::Wrong(wrong));
        }
        let salt = self.vault.draw()?;
        let password = password::hash(password, salt, self.password_cost).await?;
        let (name, standing) = (name.trim().to_owned(), Standing::Active { password });
        let member = Member { name, standing, ..opened.document.clone() };
        let person = person::member_of(opened.id);
        let actor = actor_of_member(person, &member);
        let draft = Draft::new(Act::Own, "member.accept", opened.id).change(
            &opened,
            Change::Write,
            &member,
        )?;
        self.commit(&actor, draft).await?;
        self.vault.store().end_sign_in(link.hash(Label::Invitation)).await?;
        self.begin_member(person).await
    }

    /// In a demo, comes in as a patient without their link. Only a demo allows it.
    pub async fn begin_demo_patient(&self, patient: PatientId) -> Result<Secret, No> {
        if !self.is_demo {
            return Err(No::NotAllowed);
        }
        self.begin_patient(patient).await
    }

    /// Notes that somebody was refused at a door.
    pub async fn refused_at_door(&self, actor: &Actor) -> Result<(), No> {
        self.note(Some(actor), "door", None, "refused").await
    }

    /// Makes a patient's signed link. The secret is shown once.
    pub async fn link_for(&self, actor: &Actor, patient: PatientId) -> Result<Secret, No> {
        let document = person::document_of(patient);
        self.allow(actor, Act::EnterPatient, "patient.link", Some(document)).await?;
        self.vault.head::<Patient>(document).await?.ok_or(No::NotFound)?;
        self.note(Some(actor), "patient.link", Some(document), "done").await?;
        self.begin(person::person_of(patient), Label::Link, LINK_DAYS * 24).await
    }

    /// How a link stands. It tells nothing about whose it is.
    pub async fn link_standing(&self, link: &Secret) -> Result<LinkStanding, No> {
        let known = self.vault.store().sign_in(link.hash(Label::Link)).await?;
        Ok(match known {
            None => LinkStanding::Unknown,
            Some(known) if self.moment() < known.ends => LinkStanding::Open,
            Some(_) => LinkStanding::Expired,
        })
    }

    /// Opens a patient's link with their birth date, and signs them in.
    pub async fn open_link(&self, link: &Secret, born: Date) -> Result<Secret, No> {
        let hash = link.hash(Label::Link);
        let (now, what) = (self.now(), format!("link {}", hex::write(&hash)));
        if let Some(seconds) = self.attempts.wait(&what, now) {
            return Err(No::Wait { seconds });
        }
        let known = self.vault.store().sign_in(hash).await?;
        let known = known.filter(|known| self.moment() < known.ends).ok_or(No::NotFound)?;
        let patient = PatientId::from_bytes(known.person.bytes());
        let document = person::document_of(patient);
        let opened = self.vault.head::<Patient>(document).await?.ok_or(No::NotFound)?;
        if opened.birth_date != born {
            self.attempts.failed(&what, now);
            self.note(None, "link.open", Some(document), "refused").await?;
            return Err(No::wrong(
                "born",
                "This date does not fit this link. Check it, or ask the clinic for a new link.",
            ));
        }
        self.attempts.succeeded(&what);
        let actor = actor_of_patient(patient, &opened);
        self.note(Some(&actor), "link.open", Some(document), "done").await?;
        self.begin_patient(patient).await
    }

    /// Ends every sign-in and link of a patient, and their calendar feed.
    pub async fn close_links(&self, actor: &Actor, patient: PatientId) -> Result<(), No> {
        let document = person::document_of(patient);
        self.allow(actor, Act::EnterPatient, "patient.close-links", Some(document)).await?;
        let person = person::person_of(patient);
        self.vault.store().end_sign_ins_of(person).await?;
        self.close_feed(actor, Act::EnterPatient, document_of_feed(person)).await?;
        self.note(Some(actor), "patient.close-links", Some(document), "done").await
    }

    /// A person as an actor; `None` when they may not sign in.
    pub(crate) async fn actor(&self, person: PersonId) -> Result<Option<Actor>, No> {
        let document = person::document_of_member(person);
        if let Some(member) = self.vault.own().await?.one::<Member>(document)? {
            let is_active = matches!(member.standing, Standing::Active { .. });
            return Ok(is_active.then(|| actor_of_member(person, &member)));
        }
        let patient = person::patient_of(document);
        let Some(folder) = self.vault.folder(patient).await? else { return Ok(None) };
        let about = folder.one::<Patient>(document)?;
        Ok(about.map(|about| actor_of_patient(patient, &about)))
    }

    pub(crate) async fn begin_patient(&self, patient: PatientId) -> Result<Secret, No> {
        self.begin(person::person_of(patient), Label::Cookie, PATIENT_DAYS * 24).await
    }

    /// Makes a link of a patient who has just come by themselves, and says until when it opens.
    pub(crate) async fn begin_link(&self, patient: PatientId) -> Result<(Secret, Timestamp), No> {
        let link = self.begin(person::person_of(patient), Label::Link, LINK_DAYS * 24).await?;
        Ok((link, after_days(self.now(), LINK_DAYS)))
    }

    async fn begin_member(&self, person: PersonId) -> Result<Secret, No> {
        self.begin(person, Label::Cookie, MEMBER_HOURS).await
    }

    async fn begin(&self, person: PersonId, label: Label, hours: i64) -> Result<Secret, No> {
        let secret = self.new_secret()?;
        let began = self.moment();
        let ends = Moment(began.0.saturating_add(minutes(hours.saturating_mul(60))));
        let token_hash = secret.hash(label);
        let known = SignIn { token_hash, person, began, seen: began, ends };
        self.vault.store().begin_sign_in(known).await?;
        Ok(secret)
    }

    pub(crate) fn new_secret(&self) -> Result<Secret, No> {
        Ok(Secret(Zeroizing::new(self.vault.draw()?)))
    }

    /// Every member, by name.
    pub async fn members(&self) -> Result<Vec<Opened<Member>>, No> {
        let mut members = self.vault.own().await?.ever::<Member>()?;
        members.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(members)
    }

    async fn member_by_email(&self, email: &str) -> Result<Option<Opened<Member>>, No> {
        let sought = self.email_tokens(email);
        let field = percuta_chart::stored::code(FieldTokens::EMAIL);
        let found = self.vault.store().find_heads(&field, &sought, None, 8).await?;
        let wanted = email.trim().to_lowercase();
        for sealed in found {
            if let Some(member) = self.vault.open_one::<Member>(sealed).await?
                && member.email.to_lowercase() == wanted
            {
                return Ok(Some(member));
            }
        }
        Ok(None)
    }

    fn email_tokens(&self, email: &str) -> BTreeSet<[u8; 16]> {
        bytes(self.vault.tokens().email.exact(email))
    }
}

fn minutes(count: i64) -> i64 {
    count.saturating_mul(60_000_000)
}

fn after_days(now: Timestamp, days: i64) -> Timestamp {
    now.checked_add((days.saturating_mul(24)).hours()).unwrap_or(Timestamp::MAX)
}

fn actor_of_member(person: PersonId, member: &Member) -> Actor {
    let who = Who::Member {
        parts: member.parts.clone(),
        credentials: member.credentials.clone(),
        qualifications: member.qualifications.clone(),
        depth_mm_max: member.depth_mm_max,
    };
    Actor { person, name: member.name.clone(), who }
}

pub(crate) fn actor_of_patient(patient: PatientId, known: &Patient) -> Actor {
    Actor {
        person: person::person_of(patient),
        name: known.name.clone(),
        who: Who::Patient(patient),
    }
}

fn check_person(name: &str, email: &str) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    if name.trim().is_empty() {
        wrong.push(Wrong::new("name", "Give a name."));
    }
    let (before, after) = email.trim().split_once('@').unwrap_or_default();
    if before.is_empty() || !after.contains('.') || email.trim().contains(char::is_whitespace) {
        wrong.push(Wrong::new("email", "Give an e-mail address, such as ada@clinic.example."));
    }
    wrong
}

fn check_password(password: &str) -> Option<Wrong> {
    let letters = password.chars().count();
    if letters < password::LETTERS_MIN {
        let says =
            format!("Use at least {} characters; several words are fine.", password::LETTERS_MIN);
        return Some(Wrong::new("password", says));
    }
    if letters > password::LETTERS_MAX {
        let says = format!("Use at most {} characters.", password::LETTERS_MAX);
        return Some(Wrong::new("password", says));
    }
    None
}
