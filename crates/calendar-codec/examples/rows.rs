//! Reads an iCalendar file and writes its rows, so that they can be held against another program's:
//! `rows FILE ZONE FROM UNTIL`. Each is a line: uid, beginning, end; then what was said, each line begun by `!`.

use std::{error::Error, fmt::Write as _, fs, io::Write as _};

use jiff::tz::TimeZone;
use percuta_calendar_codec::{Options, Order, read_ics};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [file, zone, from, until] = words.as_slice() else {
        return Err("rows FILE ZONE FROM UNTIL: four words are wanted".into());
    };
    let zone = TimeZone::get(zone)?;
    let zones = |name: &str| TimeZone::get(name).ok();
    let (from, until) = (from.parse()?, until.parse()?);
    let options = Options { zone: &zone, from, until, zones: &zones, order: Order::AsShown };
    let import = read_ics(&fs::read(file)?, &options)?;
    let mut text = String::new();
    for row in &import.rows {
        let uid = row.about.uid.as_deref().unwrap_or_default();
        writeln!(text, "{uid}\t{}\t{}", row.from, row.until)?;
    }
    for problem in import.problems.iter().chain(&import.remarks) {
        writeln!(text, "! {problem}")?;
    }
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}
