//! The clinic's people: what they may do, how they leave, and how they come back.
//!
//! Nobody is removed: whoever leaves keeps their name on what they did. A clinic always keeps an owner who can sign in.

use std::collections::BTreeSet;

use jiff::Timestamp;
use percuta_chart::person::{self, Member, Part, Standing};
use percuta_record::{Change, DocumentId};

use crate::{
    Practice,
    account::Secret,
    actor::{Act, Actor},
    refusal::{No, Wrong},
    vault::Opened,
    writing::Draft,
};

/// What may be changed about a member.
#[derive(Debug, Clone, PartialEq)]
pub struct Rights {
    /// Letters after their name.
    pub credentials: String,
    /// The parts that they play.
    pub parts: BTreeSet<Part>,
    /// What they are by training, in the words of the rules.
    pub qualifications: BTreeSet<String>,
    /// How deep they may needle, in millimetres; `None` where they may not needle.
    pub depth_mm_max: Option<f64>,
}

/// The words by which rules name who may decide otherwise.
pub fn qualifications(book: &percuta_clinical::Rulebook) -> BTreeSet<String> {
    book.rules.iter().flat_map(|rule| rule.override_by.iter().cloned()).collect()
}

impl Practice {
    /// One member.
    pub async fn member(&self, actor: &Actor, member: DocumentId) -> Result<Opened<Member>, No> {
        self.allow(actor, Act::ManageSettings, "member.open", Some(member)).await?;
        let found = self.vault.own().await?.one::<Member>(member)?.ok_or(No::NotFound)?;
        self.note(Some(actor), "member.open", Some(member), "done").await?;
        Ok(found)
    }

    /// When a member last did anything here.
    pub async fn member_seen(&self, member: &Opened<Member>) -> Result<Option<Timestamp>, No> {
        self.last_seen(person::member_of(member.id)).await
    }

    /// Changes what a member may do, on the version that was seen.
    pub async fn change_member(
        &self,
        actor: &Actor,
        seen: &Opened<Member>,
        rights: Rights,
    ) -> Result<(), No> {
        self.allow(actor, Act::ManagePeople, "member.change", Some(seen.id)).await?;
        let mut wrong = Vec::new();
        if rights.parts.is_empty() {
            wrong.push(Wrong::new("role", "Choose at least one role."));
        }
        let known = qualifications(self.book());
        if !rights.qualifications.is_subset(&known) {
            wrong.push(Wrong::new("permission", "Choose from the qualifications that rules name."));
        }
        if rights.depth_mm_max.is_some_and(|depth| !(0.0..=5.0).contains(&depth)) {
            wrong.push(Wrong::new("limit", "Choose a depth from the list."));
        }
        let remains = if rights.parts.contains(&Part::Owner) {
            Remains::NotAsked
        } else {
            self.owner_without(seen).await?
        };
        if matches!(remains, Remains::Nobody) {
            wrong.push(Wrong::new(
                "role",
                "This is the clinic's only owner who can sign in. Make somebody else an owner first.",
            ));
        }
        if !wrong.is_empty() {
            return Err(No::Wrong(wrong));
        }
        let Rights { credentials, parts, qualifications, depth_mm_max } = rights;
        let credentials = credentials.trim().to_owned();
        let member =
            Member { credentials, parts, qualifications, depth_mm_max, ..seen.document.clone() };
        let draft = Draft::new(Act::ManagePeople, "member.change", seen.id);
        let draft = remains.held_in(draft.change(seen, Change::Write, &member)?)?;
        self.commit(actor, draft).await
    }

    /// Notes that a member has left, or takes an invitation back. Their sign-ins and their invitation open nothing any
    /// more; the name stays on what they did.
    pub async fn member_left(&self, actor: &Actor, seen: &Opened<Member>) -> Result<(), No> {
        self.allow(actor, Act::ManagePeople, "member.left", Some(seen.id)).await?;
        if matches!(seen.standing, Standing::Left) {
            return Ok(());
        }
        let remains = self.owner_without(seen).await?;
        if matches!(remains, Remains::Nobody) {
            return Err(No::wrong(
                "standing",
                "This is the clinic's only owner who can sign in. Make somebody else an owner first.",
            ));
        }
        let member = Member { standing: Standing::Left, ..seen.document.clone() };
        let draft = Draft::new(Act::ManagePeople, "member.left", seen.id);
        let draft = remains.held_in(draft.change(seen, Change::Write, &member)?)?;
        self.commit(actor, draft).await?;
        Ok(self.vault.store().end_sign_ins_of(person::member_of(seen.id)).await?)
    }

    /// Invites somebody again who has left or whose invitation ran out. They choose a new password.
    pub async fn invite_again(&self, actor: &Actor, seen: &Opened<Member>) -> Result<Secret, No> {
        self.allow(actor, Act::ManagePeople, "member.invite", Some(seen.id)).await?;
        if matches!(seen.standing, Standing::Active { .. }) {
            return Err(No::Closed("They can sign in already."));
        }
        let member = Member { standing: self.invited_standing(), ..seen.document.clone() };
        let draft = Draft::new(Act::ManagePeople, "member.invite", seen.id);
        self.commit(actor, draft.change(seen, Change::Write, &member)?).await?;
        let person = person::member_of(seen.id);
        // An older link of theirs would open the same invitation.
        self.vault.store().end_sign_ins_of(person).await?;
        self.begin_invitation(person).await
    }

    /// Which owner who can sign in a clinic has without this member.
    async fn owner_without(&self, member: &Opened<Member>) -> Result<Remains, No> {
        let is_owner = |one: &Member| {
            one.parts.contains(&Part::Owner) && matches!(one.standing, Standing::Active { .. })
        };
        if !is_owner(member) {
            return Ok(Remains::NotAsked);
        }
        let mut others = self.members().await?.into_iter();
        let other = others.find(|one| one.id != member.id && is_owner(one));
        Ok(other.map_or(Remains::Nobody, |other| Remains::Owner(Box::new(other))))
    }
}

/// Who is still an owner once somebody is none any more.
enum Remains {
    /// That member was none, or stays one.
    NotAsked,
    /// This one, as they were when it was asked.
    Owner(Box<Opened<Member>>),
    /// Nobody.
    Nobody,
}

impl Remains {
    /// INVARIANT (an owner stays): the owner on whom it rests is written with it, unchanged, so that of two owners who
    /// leave at once one finds that the other is about to.
    fn held_in(&self, draft: Draft) -> Result<Draft, No> {
        match self {
            Self::Owner(other) => draft.change(other, Change::Write, &other.document),
            Self::NotAsked | Self::Nobody => Ok(draft),
        }
    }
}
