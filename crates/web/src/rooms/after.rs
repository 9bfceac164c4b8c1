//! The rooms of a patient after treatment: today, check-ins, messages, photographs and scales; and for the clinic the
//! photographs and outcomes of a patient.
//!
//! | module | paths |
//! |---|---|
//! | `today` | `/me` |
//! | `check_in` | `/me/check-in`, `/me/check-in/new`, `/me/check-in/{check-in}` |
//! | `messages` | `/me/messages` |
//! | `photographs` | `/me/photos`, `/photos/{photograph}/{size}`, `/patients/{patient}/photographs` |
//! | `scales` | `/me/scales/{scale}`, `/patients/{patient}/outcomes` |
//!
//! What is advised and until when is the rulebook's; days and hours are counted on the clinic's clock.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_chart::clinic::Clinic;
use percuta_clinical::Rulebook;

use super::door::Doors;
use crate::page::mine::Emergency;

mod check_in;
mod messages;
mod photographs;
mod scales;
mod today;
pub(super) mod upload;

/// The doors after treatment.
pub(super) fn doors(doors: Doors) -> Doors {
    let doors = check_in::doors(today::doors(doors));
    scales::doors(photographs::doors(messages::doors(doors)))
}

/// What calls for help at once, and whom to call.
fn emergency(book: &Rulebook, clinic: &Clinic) -> Emergency {
    Emergency {
        signs: book.emergency_signs().map(str::to_owned).collect(),
        numbers: vec![("Emergency".to_owned(), clinic.emergency_number.clone())],
    }
}

/// When the clinic answers.
fn hours(clinic: &Clinic) -> String {
    let days = clinic.hours.iter().filter_map(|(day, opening)| {
        let name = WEEKDAYS.get(usize::try_from(*day).ok()?.checked_sub(1)?)?;
        let (from, until) = (opening.from.strftime("%H:%M"), opening.until.strftime("%H:%M"));
        Some(format!("{name} {from} to {until}"))
    });
    let days: Vec<String> = days.collect();
    let open = if days.is_empty() { String::new() } else { format!("{}. ", days.join(", ")) };
    format!("{open}At other times use the emergency list. {}", clinic.out_of_hours)
        .trim_end()
        .to_owned()
}

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// A moment as it is read on a day: "today 11:40", "Sunday 22 November, 11:40".
fn moment(at: Timestamp, zone: &TimeZone, today: Date) -> String {
    let at = at.to_zoned(zone.clone());
    if at.date() == today {
        at.strftime("today %H:%M").to_string()
    } else {
        at.strftime("%A %-d %B, %H:%M").to_string()
    }
}

/// A day of this or another year.
fn day(day: Date, today: Date) -> String {
    let words = if day.year() == today.year() { "%A %-d %B" } else { "%-d %B %Y" };
    day.strftime(words).to_string()
}
