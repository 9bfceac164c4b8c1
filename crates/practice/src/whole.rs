//! Whether everything in the record opens and reads: what `percuta verify` asks beside the store's own walk.

use percuta_chart::{
    FormError, Stored,
    calendar::{Device, Held, Room, Roster, Services, Site, Told, Waiting},
    check_in::{CheckIn, Outcome},
    clinic::{Clinic, ConsentForm, PriceList},
    comparison::{Comparison, Repeats},
    consent::Consent,
    course::Course,
    intake::Intake,
    permission::{Permission, Publication},
    person::{Member, Patient},
    photograph::Photograph,
    screening::Screening,
    session::Session,
    visit::Visit,
};
use percuta_record::{DocumentId, Owner, Version};
use percuta_store::{Cursor, Sealed};

use crate::{Practice, refusal::Failure, vault::open_with};

/// So many documents are opened at a time.
const PAGE: u32 = 200;

/// What opening everything came to.
#[derive(Debug, Clone, Default)]
pub struct Whole {
    /// Versions that opened and read as their form says.
    pub opened: u64,
    /// What did not, in sentences that name documents and no person.
    pub faults: Vec<String>,
}

impl Practice {
    /// Opens every version of every document with its key, and reads it in its form.
    pub async fn open_everything(&self) -> Result<Whole, Failure> {
        let mut whole = Whole::default();
        self.open_all::<Clinic>(&mut whole).await?;
        self.open_all::<Site>(&mut whole).await?;
        self.open_all::<Room>(&mut whole).await?;
        self.open_all::<Device>(&mut whole).await?;
        self.open_all::<Roster>(&mut whole).await?;
        self.open_all::<Services>(&mut whole).await?;
        self.open_all::<Held>(&mut whole).await?;
        self.open_all::<Waiting>(&mut whole).await?;
        self.open_all::<Told>(&mut whole).await?;
        self.open_all::<PriceList>(&mut whole).await?;
        self.open_all::<ConsentForm>(&mut whole).await?;
        self.open_all::<Member>(&mut whole).await?;
        self.open_all::<Patient>(&mut whole).await?;
        self.open_all::<Intake>(&mut whole).await?;
        self.open_all::<Screening>(&mut whole).await?;
        self.open_all::<Course>(&mut whole).await?;
        self.open_all::<Visit>(&mut whole).await?;
        self.open_all::<Consent>(&mut whole).await?;
        self.open_all::<Session>(&mut whole).await?;
        self.open_all::<CheckIn>(&mut whole).await?;
        self.open_all::<Photograph>(&mut whole).await?;
        self.open_all::<Permission>(&mut whole).await?;
        self.open_all::<Publication>(&mut whole).await?;
        self.open_all::<Comparison>(&mut whole).await?;
        self.open_all::<Repeats>(&mut whole).await?;
        self.open_all::<Outcome>(&mut whole).await?;
        Ok(whole)
    }

    async fn open_all<D: Stored>(&self, whole: &mut Whole) -> Result<(), Failure> {
        let mut from: Option<Cursor> = None;
        loop {
            let page = self.vault.store().list(&D::kind(), from, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            from = Some(last.cursor());
            for sealed in page {
                self.open_history::<D>(sealed, whole).await?;
            }
        }
    }

    async fn open_history<D: Stored>(
        &self,
        head: Sealed,
        whole: &mut Whole,
    ) -> Result<(), Failure> {
        let (document, owner): (DocumentId, Owner) = (head.document, head.owner);
        let Some(key) = self.vault.key(owner).await? else { return Ok(()) };
        for number in 1..head.version.number() {
            let Some(version) = Version::new(number) else { continue };
            match self.vault.store().version(document, version).await? {
                Some(sealed) => {
                    whole.count(open_with::<D>(&key, sealed).map(drop), (document, version))
                }
                None => {
                    whole.faults.push(format!("version {version} of `{document}` is not there"))
                }
            }
        }
        let version = head.version;
        whole.count(open_with::<D>(&key, head).map(drop), (document, version));
        Ok(())
    }
}

impl Whole {
    fn count(&mut self, opened: Result<(), Failure>, (document, version): (DocumentId, Version)) {
        match opened {
            Ok(()) => self.opened = self.opened.saturating_add(1),
            Err(Failure::Form(FormError::Broken { kind, why })) => {
                self.faults
                    .push(format!("version {version} of {kind} `{document}` cannot stand: {why}"));
            }
            Err(failure) => {
                self.faults.push(format!("version {version} of `{document}`: {failure}"))
            }
        }
    }
}
