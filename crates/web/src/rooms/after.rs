//! The rooms of a patient after treatment: today, check-ins, messages, photographs and scales; and for the clinic the
//! photographs and outcomes of a patient.
//!
//! | module | paths |
//! |---|---|
//! | `today` | `/me` |
//! | `check_in` | `/me/check-in`, `/me/check-in/new`, `/me/check-in/{check-in}` |
//! | `messages` | `/me/messages` |
//! | `photographs` | `/me/photos`, `/photos/{photograph}/{size}`, `/patients/{patient}/photographs` |
//! | `compare` | `/patients/{patient}/compare`, `/me/photos/pair` and their pictures |
//! | `scales` | `/me/scales/{scale}`, `/patients/{patient}/outcomes` |
//!
//! What is advised and until when is the rulebook's; days and hours are counted on the clinic's clock.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percuta_chart::{
    calendar::{Hours, Site},
    clinic::Clinic,
};
use percuta_clinical::Rulebook;

use super::door::Doors;
use crate::page::mine::Emergency;

pub(super) mod check_in;
mod compare;
mod messages;
mod photographs;
mod scales;
mod today;
pub(super) mod upload;

/// The doors after treatment.
pub(super) fn doors(doors: Doors) -> Doors {
    let doors = check_in::doors(today::doors(doors));
    scales::doors(compare::doors(photographs::doors(messages::doors(doors))))
}

/// What calls for help at once, and whom to call.
fn emergency(book: &Rulebook, clinic: &Clinic) -> Emergency {
    Emergency {
        signs: book.emergency_signs().map(str::to_owned).collect(),
        numbers: vec![("Emergency".to_owned(), clinic.emergency_number.clone())],
    }
}

/// When the clinic answers.
fn hours(clinic: &Clinic, site: &Site) -> String {
    // Days that follow one another with the same times are said together.
    let mut runs: Vec<(i8, i8, Hours)> = Vec::new();
    for hours in &site.hours {
        let day = hours.weekday;
        match runs.last_mut() {
            Some((_, last, of_run))
                if *last + 1 == day && (of_run.from, of_run.until) == (hours.from, hours.until) =>
            {
                *last = day;
            }
            Some(_) | None => runs.push((day, day, *hours)),
        }
    }
    let name = |day: i8| WEEKDAYS.get(usize::try_from(day).ok()?.checked_sub(1)?).copied();
    let days = runs.into_iter().filter_map(|(first, last, opening)| {
        let names = if first == last {
            name(first)?.to_owned()
        } else {
            format!("{} to {}", name(first)?, name(last)?)
        };
        let (from, until) = (opening.from.strftime("%H:%M"), opening.until.strftime("%H:%M"));
        Some(format!("{names} {from} to {until}"))
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

/// The same in few letters, beside what it is about: "today 11:40", "Sat 11:40", "Wed 25 Nov".
fn brief(at: Timestamp, zone: &TimeZone, today: Date) -> String {
    let at = at.to_zoned(zone.clone());
    let words = match (at.date() - today).get_days() {
        0 => "today %H:%M",
        1..=5 => "%a %H:%M",
        _ => "%a %-d %b",
    };
    at.strftime(words).to_string()
}

/// A day of this or another year.
fn day(day: Date, today: Date) -> String {
    let words = if day.year() == today.year() { "%A %-d %B" } else { "%-d %B %Y" };
    day.strftime(words).to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};
    use percuta_practice::{settings::default_clinic, sites::default_site};

    use super::*;

    #[test]
    fn days_with_the_same_hours_are_said_together() {
        let hours_of = |(weekday, until)| {
            let (from, until) = (time(9, 0, 0, 0), time(until, 30, 0, 0));
            Hours { weekday, from, until }
        };
        let clinic = default_clinic("Invented Skin", "020 7946 0000", "Europe/London");
        let mut site = default_site("Invented Skin", "Europe/London");
        site.hours = [(1, 17), (2, 17), (3, 19), (5, 17)].map(hours_of).into();
        let said = hours(&clinic, &site);
        let expected = "Mon to Tue 09:00 to 17:30, Wed 09:00 to 19:30, Fri 09:00 to 17:30. ";
        assert!(said.starts_with(expected), "{said}");
    }

    #[test]
    fn a_time_beside_a_line_is_as_short_as_it_can_be() {
        let today = date(2026, 11, 21);
        let brief = |text: &str| brief(text.parse().unwrap(), &TimeZone::UTC, today);
        assert_eq!(brief("2026-11-21T11:40:00Z"), "today 11:40");
        assert_eq!(brief("2026-11-23T11:40:00Z"), "Mon 11:40");
        assert_eq!(brief("2026-11-30T11:40:00Z"), "Mon 30 Nov");
    }
}
