//! The rooms of a patient before treatment: questions, answer, plan, consent, visits, and what is kept.
//!
//! A patient reaches their own documents only: each use case is asked for the actor's own record, and whatever is named
//! by an id is compared with its owner there.

use percuta_practice::{No, Practice};
use percuta_record::PersonId;

use super::{Mine, Refused, door::Doors};

mod booking;
mod consents;
mod plan;
mod questions;
mod record;
pub(super) mod say;
mod screening;
mod visits;

/// The doors of a patient before treatment.
pub(super) fn doors(doors: Doors) -> Doors {
    let doors = questions::doors(doors);
    let doors = screening::doors(doors);
    let doors = plan::doors(doors);
    let doors = consents::doors(doors);
    let doors = visits::doors(doors);
    let doors = booking::doors(doors);
    record::doors(doors)
}

/// A member's name with its letters, as patients read it.
async fn member_name(practice: &Practice, person: PersonId) -> Result<String, Refused> {
    let members = practice.members().await?;
    let found = members.iter().find(|member| percuta_chart::person::member_of(member.id) == person);
    Ok(found.map_or_else(
        || "the clinic".to_owned(),
        |member| match member.credentials.as_str() {
            "" => member.name.clone(),
            letters => format!("{}, {letters}", member.name),
        },
    ))
}

/// Asks the clinic about something. What it is about goes before the words, so that nobody has to guess.
async fn ask(mine: &Mine, about: &str, words: &str) -> Result<(), No> {
    let words = words.trim();
    let whole = if words.is_empty() { String::new() } else { format!("About {about}: {words}") };
    let once = mine.practice().form_id()?;
    match mine.practice().ask_clinic(&mine.actor, once, &whole).await {
        Ok(_question) => Ok(()),
        Err(No::Wrong(wrong)) => {
            let of =
                |one: percuta_practice::Wrong| percuta_practice::Wrong::new("question", one.says);
            Err(No::Wrong(wrong.into_iter().map(of).collect()))
        }
        Err(no) => Err(no),
    }
}
