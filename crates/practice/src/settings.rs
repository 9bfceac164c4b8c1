//! The clinic's settings: what it is, what it costs, what patients read and sign, and which rulebook it signed off.

use percuta_chart::{
    Stored,
    clinic::{self, Clinic, ConsentForm, ConsentSection, Letters, PriceList, SignOff},
};
use percuta_record::{Change, DocumentId, Version};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{
    Practice,
    actor::{Act, Actor},
    refusal::{Failure, No, Wrong},
    vault::Opened,
    writing::Draft,
};

impl Practice {
    /// The clinic.
    pub async fn clinic(&self) -> Result<Opened<Clinic>, No> {
        self.own(clinic::document(), "clinic").await
    }

    /// The price list.
    pub async fn prices(&self) -> Result<Opened<PriceList>, No> {
        self.own(clinic::document_of_prices(), "price list").await
    }

    /// The consent text of today.
    pub async fn consent_form(&self) -> Result<Opened<ConsentForm>, No> {
        self.own(clinic::document_of_consent_form(), "consent text").await
    }

    async fn own<D: Stored>(
        &self,
        document: DocumentId,
        what: &'static str,
    ) -> Result<Opened<D>, No> {
        let found = self.vault.own().await?.one(document)?;
        found.ok_or(No::Failed(Failure::Missing { what }))
    }

    /// Changes the settings on the version that was seen.
    pub async fn save_clinic(
        &self,
        actor: &Actor,
        seen: &Opened<Clinic>,
        clinic: &Clinic,
    ) -> Result<(), No> {
        let mut wrong = Vec::new();
        if clinic.name.trim().is_empty() {
            wrong.push(Wrong::new("clinic", "Give the clinic's name."));
        }
        if jiff::tz::TimeZone::get(&clinic.time_zone).is_err() {
            wrong.push(Wrong::new("zone", "Choose a time zone, such as Europe/London."));
        }
        if !clinic.card_pitch_mm.iter().all(|mm| clinic::CARD_PITCH_MM.contains(mm)) {
            wrong.push(Wrong::new("card", "Give millimetres from 3 to 60, such as 12.5."));
        }
        if !wrong.is_empty() {
            return Err(No::Wrong(wrong));
        }
        self.save(actor, "clinic.change", seen, clinic).await
    }

    /// Changes the prices on the version that was seen, and says which version that made.
    pub async fn save_prices(
        &self,
        actor: &Actor,
        seen: &Opened<PriceList>,
        prices: &PriceList,
    ) -> Result<Version, No> {
        self.save(actor, "prices.change", seen, prices).await?;
        seen.version.next().ok_or(No::Conflict)
    }

    /// Takes back what was last done to the prices, where nobody changed them since. Which version that was is returned
    /// by [`Self::save_prices`].
    pub async fn restore_prices(&self, actor: &Actor, written: Version) -> Result<(), No> {
        let seen = self.prices().await?;
        let before = written.number().checked_sub(1).and_then(Version::new);
        let before = before.filter(|_| seen.version == written).ok_or(No::Conflict)?;
        let sealed = self.vault.store().version(seen.id, before).await?.ok_or(No::NotFound)?;
        let before = self.vault.open_one::<PriceList>(sealed).await?.ok_or(No::NotFound)?;
        self.save(actor, "prices.restore", &seen, &before.document).await
    }

    /// Changes the consent text. What was signed keeps the version that was read.
    pub async fn save_consent_form(
        &self,
        actor: &Actor,
        seen: &Opened<ConsentForm>,
        form: &ConsentForm,
    ) -> Result<(), No> {
        self.save(actor, "consent-form.change", seen, form).await
    }

    pub(crate) async fn save<D: Stored>(
        &self,
        actor: &Actor,
        action: &'static str,
        seen: &Opened<D>,
        new: &D,
    ) -> Result<(), No> {
        self.allow(actor, Act::ManageSettings, action, Some(seen.id)).await?;
        let draft = Draft::new(Act::ManageSettings, action, seen.id);
        self.commit(actor, draft.change(seen, Change::Write, new)?).await
    }

    /// Signs off the rulebook by which answers are given today, in the medical lead's name. `digest` is of the one that
    /// was read: another text is another rulebook.
    pub async fn sign_off(
        &self,
        actor: &Actor,
        digest: &str,
        password: Zeroizing<String>,
    ) -> Result<(), No> {
        let subject = Some(clinic::document());
        self.allow(actor, Act::SignOff, "rulebook.sign-off", subject).await?;
        let seen = self.clinic().await?;
        let book = self.book();
        if digest != book.digest {
            return Err(No::Conflict);
        }
        self.confirm(actor, password).await?;
        let sign_off = SignOff {
            version: book.version.clone(),
            digest: book.digest.clone(),
            by: actor.person,
            name: actor.name.clone(),
            at: self.now(),
        };
        let clinic = Clinic { sign_off: Some(sign_off), ..seen.document.clone() };
        let draft = Draft::new(Act::SignOff, "rulebook.sign-off", seen.id);
        self.commit(actor, draft.change(&seen, Change::Write, &clinic)?).await
    }

    /// The consent texts so far, the first first. The last is the one that is signed now.
    pub async fn consent_forms(&self, actor: &Actor) -> Result<Vec<Opened<ConsentForm>>, No> {
        let document = clinic::document_of_consent_form();
        self.allow(actor, Act::ManageSettings, "consent-form.open", Some(document)).await?;
        let last = self.consent_form().await?.version;
        let forms = self.versions(document, last).await?;
        self.note(Some(actor), "consent-form.open", Some(document), "done").await?;
        Ok(forms)
    }

    /// Every sign-off so far, the first first.
    pub async fn sign_offs(&self, actor: &Actor) -> Result<Vec<SignOff>, No> {
        let document = clinic::document();
        self.allow(actor, Act::ManageSettings, "clinic.open", Some(document)).await?;
        let last = self.clinic().await?.version;
        let mut signed: Vec<SignOff> = Vec::new();
        for version in self.versions::<Clinic>(document, last).await? {
            let sign_off = version.document.sign_off;
            signed.extend(sign_off.filter(|one| signed.last() != Some(one)));
        }
        self.note(Some(actor), "clinic.open", Some(document), "done").await?;
        Ok(signed)
    }

    /// The sign-off that covers the rulebook of today: of the same version and the same text.
    pub fn sign_off_of<'c>(&self, clinic: &'c Clinic) -> Option<&'c SignOff> {
        let book = self.book();
        clinic
            .sign_off
            .as_ref()
            .filter(|signed| signed.version == book.version && signed.digest == book.digest)
    }
}

/// The SHA-256 of a consent text, in hexadecimal.
pub fn consent_digest(form: &ConsentForm) -> String {
    percuta_seal::hex::write(&Sha256::digest(form.text().as_bytes()))
}

/// A consent text as it is written in one field: the title first, then paragraphs with an empty line between them; a
/// paragraph that begins with `# ` is a heading.
pub fn write_consent(form: &ConsentForm) -> String {
    let mut text = form.title.clone();
    for section in &form.sections {
        if !section.heading.is_empty() {
            text.push_str("\n\n# ");
            text.push_str(&section.heading);
        }
        for paragraph in &section.paragraphs {
            text.push_str("\n\n");
            text.push_str(paragraph);
        }
    }
    text
}

/// Reads a consent text as it was written.
pub fn read_consent(text: &str) -> Result<ConsentForm, No> {
    let text = text.replace("\r\n", "\n");
    let mut blocks = text
        .split("\n\n")
        .map(|block| block.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|block| !block.is_empty());
    let title = blocks.next().unwrap_or_default();
    let mut sections: Vec<ConsentSection> = Vec::new();
    for block in blocks {
        match (block.strip_prefix("# "), sections.last_mut()) {
            (Some(heading), _) => sections
                .push(ConsentSection { heading: heading.to_owned(), paragraphs: Vec::new() }),
            (None, Some(section)) => section.paragraphs.push(block),
            (None, None) => {
                sections.push(ConsentSection { heading: String::new(), paragraphs: vec![block] })
            }
        }
    }
    if !sections.iter().any(|section| !section.paragraphs.is_empty()) {
        return Err(No::wrong(
            "text",
            "Write a title, an empty line, and at least one paragraph that patients read.",
        ));
    }
    Ok(ConsentForm { title: title.trim_start_matches("# ").to_owned(), sections })
}

/// What a clinic begins with.
pub fn default_clinic(name: &str, telephone: &str, time_zone: &str) -> Clinic {
    Clinic {
        name: name.trim().to_owned(),
        address: String::new(),
        telephone: telephone.trim().to_owned(),
        out_of_hours: "If nobody answers and it cannot wait, go to an urgent care centre."
            .to_owned(),
        emergency_number: "112".to_owned(),
        calling_code: "44".to_owned(),
        time_zone: time_zone.to_owned(),
        currency: "GBP".to_owned(),
        sign_off: None,
        letters: Letters::default(),
        card_pitch_mm: None,
        before: None,
    }
}

/// A price list without prices.
pub fn default_prices() -> PriceList {
    PriceList { currency: "GBP".to_owned(), prices: Vec::new() }
}

/// A consent text to begin with. It says of itself that no lawyer and no clinician has read it.
pub fn default_consent_form() -> ConsentForm {
    let section = |heading: &str, paragraphs: &[&str]| ConsentSection {
        heading: heading.to_owned(),
        paragraphs: paragraphs.iter().map(|text| (*text).to_owned()).collect(),
    };
    ConsentForm {
        title: "Consent to microneedling".to_owned(),
        sections: vec![
            section(
                "About this text",
                &[
                    "This is a draft that comes with the program. No lawyer and no clinician has reviewed it. The clinic replaces it with its own.",
                ],
            ),
            section(
                "What is done",
                &[
                    "Fine needles make many tiny channels through the outer layer of the skin, to a depth that is chosen for each part of the body. A numbing cream may be put on before.",
                    "The channels close within days. Until then the skin is treated as open.",
                ],
            ),
            section(
                "What it may do, and what nobody can promise",
                &[
                    "Skin may look smoother or a scar less deep after several sessions. It may also look the same. A result is judged some months after the last session, not before.",
                ],
            ),
            section(
                "What may go wrong",
                &[
                    "Redness, swelling, tightness, pinpoint bleeding and flaking are expected for some days. In darker skin redness may show as heat, swelling, pain and darker or greyer patches.",
                    "Less often: infection, a cold sore, bruising, spots, lighter or darker patches that may last, a scar, a reaction to what was put on the skin.",
                ],
            ),
            section(
                "What else could be done",
                &[
                    "Microdermabrasion, peels, lasers, surgery, or nothing. Each has its own risks. I could ask about them.",
                ],
            ),
            section(
                "What I have told the clinic",
                &[
                    "My answers about my health and medicines are true as far as I know. I say before each session what has changed.",
                ],
            ),
            section(
                "My choice",
                &[
                    "I may ask anything, and I may change my mind at any time before or during a session.",
                ],
            ),
        ],
    }
}
