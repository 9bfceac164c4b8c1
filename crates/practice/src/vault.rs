//! The vault: opens what the store holds and seals what it shall hold. The only place where keys are used.

use std::{fmt, ops::Deref, sync::Arc};

use percuta_chart::Stored;
use percuta_record::{Code, DocumentId, Id, Owner, PatientId, State, Version, id::Kind};
use percuta_seal::{
    DataKey, Field, KeyOwner, KeyRing, NoRandomness, Place, Token, Tokens, envelope,
    token::{Birth, Phone},
};
use percuta_store::{AuditSeal, Given, Kept, Key, KeyOf, Sealed, Store};

use crate::refusal::{Failure, No};

mod shelf;

use shelf::{Contents, Shelf};

/// Random bytes from outside.
pub(crate) type Random = fn(&mut [u8]) -> Result<(), NoRandomness>;

/// The keys and the store.
pub(crate) struct Vault {
    store: Store,
    ring: KeyRing,
    clinic: DataKey,
    tokens: FieldTokens,
    random: Random,
    shelf: Shelf,
}

impl fmt::Debug for Vault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Vault(…)")
    }
}

/// The tokens of each field that can be searched.
pub(crate) struct FieldTokens {
    /// Names of patients.
    pub(crate) name: Tokens,
    /// Their telephone numbers.
    pub(crate) telephone: Tokens,
    /// Their birth dates.
    pub(crate) birth: Tokens,
    /// E-mail addresses of members.
    pub(crate) email: Tokens,
    /// Open work, by a word of ours: `check-in`.
    pub(crate) open: Tokens,
    /// Calendar feeds, by the hash of their secret.
    pub(crate) feed: Tokens,
}

impl FieldTokens {
    /// The names of the fields, as they stand in the store.
    pub(crate) const NAME: &'static str = "name";
    pub(crate) const TELEPHONE: &'static str = "telephone";
    pub(crate) const BIRTH: &'static str = "birth";
    pub(crate) const EMAIL: &'static str = "email";
    pub(crate) const OPEN: &'static str = "open";
    pub(crate) const FEED: &'static str = "feed";

    fn new(index: &DataKey) -> Self {
        let of = |field| Tokens::new(index, Field(field));
        Self {
            name: of(Self::NAME),
            telephone: of(Self::TELEPHONE),
            birth: of(Self::BIRTH),
            email: of(Self::EMAIL),
            open: of(Self::OPEN),
            feed: of(Self::FEED),
        }
    }
}

/// A document, opened, with what stands in the open about its version.
#[derive(Debug, Clone)]
pub struct Opened<D> {
    /// Its id.
    pub id: DocumentId,
    /// Its owner.
    pub owner: Owner,
    /// Its version.
    pub version: Version,
    /// What it is now.
    pub record_state: State,
    /// Who wrote this version, when and why.
    pub contribution: percuta_record::Contribution,
    /// What it holds.
    pub document: D,
}

impl<D> Deref for Opened<D> {
    type Target = D;

    fn deref(&self) -> &D {
        &self.document
    }
}

impl<D> Opened<D> {
    /// This version as a source of something made from it.
    pub fn source(&self) -> percuta_record::Source {
        percuta_record::Source { document: self.id, version: self.version }
    }

    /// The patient whose it is.
    pub fn patient(&self) -> Option<PatientId> {
        match self.owner {
            Owner::Patient(patient) => Some(patient),
            Owner::Clinic => None,
        }
    }
}

/// A key to one owner's documents, for as long as one request needs it.
pub(crate) enum OwnerKey<'v> {
    /// The clinic's.
    Clinic(&'v DataKey),
    /// A patient's.
    Patient(DataKey),
}

impl Deref for OwnerKey<'_> {
    type Target = DataKey;

    fn deref(&self) -> &DataKey {
        match self {
            Self::Clinic(key) => key,
            Self::Patient(key) => key,
        }
    }
}

/// Whose key it is, as the cipher binds it.
pub fn key_owner(of: KeyOf) -> KeyOwner {
    match of {
        KeyOf::Patient(patient) => KeyOwner::Patient(patient.bytes()),
        KeyOf::Clinic => KeyOwner::Clinic,
        KeyOf::Index => KeyOwner::Index,
    }
}

impl Vault {
    /// Fetches the clinic's keys, or makes them in an empty store.
    pub(crate) async fn open(store: Store, ring: KeyRing, random: Random) -> Result<Self, Failure> {
        let clinic = own_key(&store, &ring, KeyOf::Clinic, random).await?;
        let index = own_key(&store, &ring, KeyOf::Index, random).await?;
        let tokens = FieldTokens::new(&index);
        store.mark_with(AuditSeal::new(&index));
        Ok(Self { store, ring, clinic, tokens, random, shelf: Shelf::default() })
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn tokens(&self) -> &FieldTokens {
        &self.tokens
    }

    /// So many random bytes.
    pub(crate) fn draw<const LENGTH: usize>(&self) -> Result<[u8; LENGTH], NoRandomness> {
        let mut bytes = [0; LENGTH];
        (self.random)(&mut bytes)?;
        Ok(bytes)
    }

    /// A new id.
    pub(crate) fn new_id<K: Kind>(&self) -> Result<Id<K>, NoRandomness> {
        Ok(Id::from_bytes(self.draw()?))
    }

    /// Makes a patient's key.
    pub(crate) async fn give_key(&self, patient: PatientId) -> Result<(), No> {
        let mut random = self.random;
        let key = DataKey::generate(&mut random)?;
        let of = KeyOf::Patient(patient);
        let wrapped = self.ring.wrap(&key, &key_owner(of), &mut random)?;
        match self.store.give_key(of, wrapped).await? {
            Given::New | Given::Held(_) => Ok(()),
            Given::Erased => Err(No::NotFound),
        }
    }

    /// The key to an owner's documents; `None` when they were erased or never had one.
    pub(crate) async fn key(&self, owner: Owner) -> Result<Option<OwnerKey<'_>>, Failure> {
        match owner {
            Owner::Clinic => Ok(Some(OwnerKey::Clinic(&self.clinic))),
            Owner::Patient(_) => match self.store.key(owner).await? {
                Key::Held(wrapped) => {
                    let key = self.ring.unwrap(&wrapped, &key_owner(owner.into()))?;
                    Ok(Some(OwnerKey::Patient(key)))
                }
                Key::Absent | Key::Erased => Ok(None),
            },
        }
    }

    /// Opens one sealed version, fetching its owner's key. `None` when it is of another kind, or its owner was erased.
    pub(crate) async fn open_one<D: Stored>(
        &self,
        sealed: Sealed,
    ) -> Result<Option<Opened<D>>, Failure> {
        if sealed.kind.as_str() != D::KIND {
            return Ok(None);
        }
        let Some(key) = self.key(sealed.owner).await? else { return Ok(None) };
        Ok(Some(open_with(&key, sealed)?))
    }

    /// The head of a document of a kind.
    pub(crate) async fn head<D: Stored>(
        &self,
        document: DocumentId,
    ) -> Result<Option<Opened<D>>, Failure> {
        match self.store.head(document).await? {
            Some(sealed) => self.open_one(sealed).await,
            None => Ok(None),
        }
    }

    /// Everything of a patient: every head, opened when it is wanted.
    pub(crate) async fn folder(&self, patient: PatientId) -> Result<Option<Folder>, Failure> {
        let owner = Owner::Patient(patient);
        let kept = self.store.kept(owner).await?;
        self.folder_kept(owner, kept).await
    }

    /// Everything of the clinic's own, of which there is little.
    pub(crate) async fn own(&self) -> Result<Folder, Failure> {
        let kept = self.store.kept(Owner::Clinic).await?;
        let folder = self.folder_kept(Owner::Clinic, kept).await?;
        folder.ok_or(Failure::Missing { what: "key of its own" })
    }

    /// The folders of the patients who have a document whose field has a token.
    pub(crate) async fn folders_with(
        &self,
        field: &Code,
        token: [u8; 16],
    ) -> Result<Vec<(PatientId, Folder)>, Failure> {
        let (mut folders, mut last) = (Vec::new(), None);
        let mut found = self.store.kept_with(field, token).await?;
        found.sort_by_key(|(owner, _)| *owner);
        for (owner, kept) in found {
            let Owner::Patient(patient) = owner else { continue };
            if last.replace(patient) == Some(patient) {
                continue;
            }
            folders.extend(self.folder_kept(owner, kept).await?.map(|folder| (patient, folder)));
        }
        Ok(folders)
    }

    async fn folder_kept(&self, owner: Owner, kept: Kept) -> Result<Option<Folder>, Failure> {
        let Kept::Held { wrapped: _, changes } = kept else {
            self.shelf.remove(owner);
            return Ok(None);
        };
        if let Some(contents) = self.shelf.take(owner, changes) {
            return Ok(Some(Folder(contents)));
        }
        let (Kept::Held { wrapped, changes }, sealed) = self.store.folder(owner).await? else {
            self.shelf.remove(owner);
            return Ok(None);
        };
        let key = self.ring.unwrap(&wrapped, &key_owner(owner.into()))?;
        let contents = Arc::new(Contents::new(changes, key, sealed));
        self.shelf.put(owner, &contents);
        Ok(Some(Folder(contents)))
    }

    /// Seals a body at its place.
    pub(crate) fn seal(
        &self,
        key: &DataKey,
        place: &Place<'_>,
        body: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let mut random = self.random;
        Ok(envelope::seal(key, place, body, &mut random)?)
    }
}

/// Whether a document was not withdrawn.
fn stands(state: &State) -> bool {
    match state {
        State::Draft | State::Signed { .. } => true,
        State::Withdrawn { .. } => false,
    }
}

/// An owner's documents, opened by kind when they are wanted.
pub(crate) struct Folder(Arc<Contents>);

impl Folder {
    /// The heads of a kind that were not withdrawn, the oldest first by when they were last written.
    pub(crate) fn all<D: Stored>(&self) -> Result<Vec<Opened<D>>, Failure> {
        self.0.opened(|sealed| stands(&sealed.state)).map(own).collect()
    }

    /// The same to look at only: nothing is copied.
    pub(crate) fn shown<D: Stored>(&self) -> Result<Vec<Arc<Opened<D>>>, Failure> {
        self.0.opened(|sealed| stands(&sealed.state)).collect()
    }

    /// The same with those that were withdrawn.
    pub(crate) fn ever<D: Stored>(&self) -> Result<Vec<Opened<D>>, Failure> {
        self.0.opened(|_any| true).map(own).collect()
    }

    /// One head by its id and kind.
    pub(crate) fn one<D: Stored>(
        &self,
        document: DocumentId,
    ) -> Result<Option<Opened<D>>, Failure> {
        self.0.opened(|sealed| sealed.document == document).next().map(own).transpose()
    }
}

fn own<D: Stored>(opened: Result<Arc<Opened<D>>, Failure>) -> Result<Opened<D>, Failure> {
    opened.map(|opened| Opened::clone(&opened))
}

/// Opens one sealed version with its owner's key.
pub(crate) fn open_with<D: Stored>(key: &DataKey, sealed: Sealed) -> Result<Opened<D>, Failure> {
    let body = envelope::open(key, &place(&sealed), &sealed.body)
        .map_err(|cause| Failure::Open { document: sealed.document, cause })?;
    let document = D::from_bytes(sealed.form, &body)?;
    let Sealed { document: id, owner, version, state: record_state, contribution, .. } = sealed;
    Ok(Opened { id, owner, version, record_state, contribution, document })
}

/// Where a sealed version belongs.
pub(crate) fn place(sealed: &Sealed) -> Place<'_> {
    Place {
        kind: sealed.kind.as_str(),
        document: sealed.document.bytes(),
        version: u64::from(sealed.version.number()),
        form: sealed.form,
    }
}

/// A key of the clinic's own: fetched, or made in an empty store.
async fn own_key(
    store: &Store,
    ring: &KeyRing,
    of: KeyOf,
    random: Random,
) -> Result<DataKey, Failure> {
    let owner = key_owner(of);
    if let Key::Held(wrapped) = store.key(of).await? {
        return Ok(ring.unwrap(&wrapped, &owner)?);
    }
    let mut random = random;
    let key = DataKey::generate(&mut random)?;
    match store.give_key(of, ring.wrap(&key, &owner, &mut random)?).await? {
        Given::New => Ok(key),
        // Another process was first: its key is the one.
        Given::Held(wrapped) => Ok(ring.unwrap(&wrapped, &owner)?),
        Given::Erased => Err(Failure::Missing { what: "key of its own" }),
    }
}

/// The tokens of a birth date.
pub(crate) fn birth(date: jiff::civil::Date) -> Birth {
    Birth::Day {
        year: u16::try_from(date.year()).unwrap_or_default(),
        month: u8::try_from(date.month()).unwrap_or_default(),
        day: u8::try_from(date.day()).unwrap_or_default(),
    }
}

/// A telephone number with the clinic's calling code.
pub(crate) fn phone<'a>(number: &'a str, calling_code: &'a str) -> Phone<'a> {
    Phone { number, calling_code }
}

/// Tokens as the store takes them.
pub(crate) fn bytes(
    tokens: impl IntoIterator<Item = Token>,
) -> std::collections::BTreeSet<[u8; 16]> {
    tokens.into_iter().map(Token::bytes).collect()
}
