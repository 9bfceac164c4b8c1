//! A table of appointments to rows: its columns by their headings, its dates by what the whole file shows.
//!
//! A row whose time cannot be read for sure is left out and named. A row whose time is sure and where something else
//! cannot be read is read without it, and named too.

mod row;

use std::collections::BTreeMap;

use percuta_terminology::input::{Unusable, short};

use super::{
    Found, Import, LIMIT_EVENTS, Options, Order, admit,
    cell::{self, Day},
    columns::Column,
    content, too_many, unusable,
};
use crate::table::{self, Cells, LIMIT_CELLS, NoTable};

/// The columns that hold dates.
const DATED: [Column; 5] =
    [Column::Date, Column::Start, Column::EndDate, Column::End, Column::Born];

/// Which column of the table holds what.
pub(super) type Columns = BTreeMap<Column, usize>;

/// Reads a table of appointments with a row of headings.
pub fn read_csv(bytes: &[u8], options: &Options<'_>) -> Result<Import, Unusable> {
    admit(bytes)?;
    let mut found = Found::default();
    let (text, guessed) = content::letters(&content::without_mark(bytes));
    if guessed {
        let what = "it is not written in UTF-8, and was read as Windows-1252: look at its names";
        found.remarks.say("file", what);
    }
    let (text, apart) = apart(&text);
    let rows = table::read(text, apart).map_err(|error| match error {
        NoTable::Unclosed { row } => {
            unusable(format!("row {row}"), "a quote is opened and never closed")
        }
        NoTable::Wide { row } => {
            let what =
                format!("it has more than {LIMIT_CELLS} cells: is this a table of appointments?");
            unusable(format!("row {row}"), what)
        }
    })?;
    let Some((heading, rows)) = rows.split_first() else {
        return Err(unusable("file", "it is empty"));
    };
    if rows.len() > LIMIT_EVENTS {
        return Err(too_many());
    }
    let columns = columns(heading, &mut found)?;
    let order = match options.order {
        Order::AsShown => order(rows, &columns)?,
        Order::DayFirst | Order::MonthFirst => options.order,
    };
    let options = Options { order, ..*options };
    for row in rows {
        let row = row::Reader::new(row, &columns, heading.cells.len(), &options, &mut found);
        if let Some(row) = row.read() {
            found.add(row, &options);
        }
    }
    Ok(found.finish())
}

/// What stands between the cells: what makes most of the headings known ones.
fn apart(text: &str) -> (&str, char) {
    // Excel says it in a line of its own.
    if let Some(rest) = text.strip_prefix("sep=")
        && let Some(apart) = rest.chars().next().filter(|apart| [',', ';', '\t'].contains(apart))
        && let Some((_, text)) = text.split_once('\n')
    {
        return (text, apart);
    }
    let heading = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let known = |apart: char| {
        let rows = table::read(heading, apart).unwrap_or_default();
        let cells = rows.first().map_or(&[][..], |row| row.cells.as_slice());
        cells.iter().filter(|cell| Column::read(cell).is_ok()).count()
    };
    let best = [',', ';', '\t'].into_iter().rev().max_by_key(|apart| known(*apart));
    (text, best.unwrap_or(','))
}

fn columns(heading: &Cells, found: &mut Found) -> Result<Columns, Unusable> {
    let mut columns = Columns::new();
    for (index, name) in heading.cells.iter().enumerate() {
        let name = name.trim();
        let place = format!("row {}, column {}", heading.row, index + 1);
        match Column::read(name) {
            _ if name.is_empty() => {}
            Ok(column) => {
                if columns.insert(column, index).is_some() {
                    let what = format!("two columns hold the {}: leave one out", column.name());
                    return Err(unusable(place, what));
                }
            }
            Err(hint) => {
                let what = format!("no column `{}` is read{hint}", short(name));
                found.remarks.say(place, what);
            }
        }
    }
    let place = || format!("row {}", heading.row);
    let has = |wanted: &[Column]| wanted.iter().any(|column| columns.contains_key(column));
    if !has(&[Column::Date, Column::Start]) {
        let what =
            "no heading says which column holds the day: call them `date`, `start` and `end`";
        return Err(unusable(place(), what));
    }
    if !has(&[Column::End, Column::Minutes]) {
        let what = "no heading says how long it takes: call a column `end` or `minutes`";
        return Err(unusable(place(), what));
    }
    Ok(columns)
}

/// Which of two numbers is the day, as the whole file shows it.
fn order(rows: &[Cells], columns: &Columns) -> Result<Order, Unusable> {
    let (mut day_first, mut month_first, mut open) = (None, None, None);
    for row in rows {
        for column in DATED {
            let Some(text) = columns.get(&column).and_then(|at| row.cells.get(*at)) else {
                continue;
            };
            let text = text.trim();
            let day = cell::both(text).map(|(day, _)| day).or_else(|| cell::day(text).ok());
            let Some(Day::Open { numbers: (one, two), .. }) = day else { continue };
            let place = (row.row, column, text);
            match (one, two) {
                (13.., _) => day_first = day_first.or(Some(place)),
                (_, 13..) => month_first = month_first.or(Some(place)),
                _ if one != two => open = open.or(Some(place)),
                _ => {}
            }
        }
    }
    match (day_first, month_first, open) {
        (Some(day), Some(month), _) => {
            // Named is the later: it is the one that breaks what the file showed until then.
            let (first, then) = if day.0 <= month.0 { (day, month) } else { (month, day) };
            let ((other_row, _, other), (row, column, text)) = (first, then);
            let what = format!(
                "`{}` has the day and the month the other way round than `{}` in row {other_row}: write 2026-03-02",
                short(text),
                short(other)
            );
            Err(unusable(format!("row {row}, column `{}`", column.name()), what))
        }
        (Some(_), None, _) => Ok(Order::DayFirst),
        (None, Some(_), _) => Ok(Order::MonthFirst),
        (None, None, None) => Ok(Order::AsShown),
        (None, None, Some((row, column, text))) => {
            let what = format!(
                "`{}` may have the day or the month first, and no date of the file shows which: say which it is, or write 2026-03-02",
                short(text)
            );
            Err(unusable(format!("row {row}, column `{}`", column.name()), what))
        }
    }
}
