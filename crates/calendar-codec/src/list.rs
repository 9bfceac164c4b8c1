//! Appointments as a table, in the columns that [`read_csv`](crate::read_csv) reads.
//!
//! INVARIANT (no formula): no cell is worked out by the spreadsheet that opens it.

use jiff::{Timestamp, Zoned, tz::TimeZone};

use crate::{
    event::State,
    read::{Column, Row, Who},
    table,
};

/// The columns, in their order.
const COLUMNS: [Column; 16] = [
    Column::Uid,
    Column::Date,
    Column::Start,
    Column::EndDate,
    Column::End,
    Column::Name,
    Column::Email,
    Column::Phone,
    Column::Born,
    Column::Title,
    Column::Service,
    Column::Practitioner,
    Column::Room,
    Column::Location,
    Column::Notes,
    Column::Status,
];

/// Writes appointments as a table, on the clock of a zone.
///
/// A time that the clock shows twice stands there with its offset. Who comes beside the first stands behind the notes.
pub fn write_csv(rows: &[Row], zone: &TimeZone) -> Vec<u8> {
    let heading = COLUMNS.map(|column| column.name().to_owned());
    let lines: Vec<[String; 16]> = rows.iter().map(|row| line(row, zone)).collect();
    let all = std::iter::once(&heading).chain(&lines);
    table::write(all.map(<[String; 16]>::as_slice))
}

fn line(row: &Row, zone: &TimeZone) -> [String; 16] {
    let about = &row.about;
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    let nobody = Who::default();
    let who = about.who.first().unwrap_or(&nobody);
    let (from, until) = (row.from.to_zoned(zone.clone()), row.until.to_zoned(zone.clone()));
    COLUMNS.map(|column| match column {
        Column::Uid => said(&about.uid),
        Column::Date => from.date().to_string(),
        Column::Start => time(row.from, &from),
        Column::EndDate => until.date().to_string(),
        Column::End => time(row.until, &until),
        Column::Name => said(&who.name),
        Column::Email => said(&who.email),
        Column::Phone => said(&who.phone),
        Column::Born => who.born.map_or_else(String::new, |born| born.to_string()),
        Column::Title => said(&about.title),
        Column::Service => said(&about.service),
        Column::Practitioner => said(&about.practitioner),
        Column::Room => said(&about.room),
        Column::Location => said(&about.location),
        Column::Notes => notes(row),
        Column::Status => match row.state {
            State::Confirmed => "confirmed".to_owned(),
            State::Cancelled => "cancelled".to_owned(),
        },
        // Not among the columns: a whole name and an end say as much.
        Column::Minutes | Column::WholeDay | Column::FirstName | Column::LastName => String::new(),
    })
}

fn time(at: Timestamp, local: &Zoned) -> String {
    let zone = local.time_zone();
    let shape = if local.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    let plain = local.strftime(shape).to_string();
    if zone.to_ambiguous_timestamp(zone.to_datetime(at)).is_ambiguous() {
        format!("{plain}{}", local.strftime("%:z"))
    } else {
        plain
    }
}

fn notes(row: &Row) -> String {
    let others = row.about.who.iter().skip(1).map(|who| {
        let parts = [&who.name, &who.email, &who.phone];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        format!("also comes: {}", parts.join(", "))
    });
    let lines: Vec<String> = row.about.notes.clone().into_iter().chain(others).collect();
    lines.join("\n")
}
