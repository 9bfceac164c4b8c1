//! What is read from a table of appointments, what is said of the rest, and that what is written comes back.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the examples, draws and failures are helpers of these tests"
)]

#[path = "support/draw.rs"]
mod draw;

use std::sync::Arc;

use draw::Draw;
use jiff::{SignedDuration, Timestamp, civil::date, tz::TimeZone};
use percuta_calendar_codec::{
    About, Import, Options, Order, Row, State, Unusable, Who, read_csv, write_csv,
};

fn zones(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

fn read_as(bytes: &[u8], order: Order) -> Result<Import, Unusable> {
    let zone = TimeZone::get("Europe/London").unwrap();
    let options = Options {
        zone: &zone,
        from: "2026-01-01T00:00:00Z".parse().unwrap(),
        until: "2027-01-01T00:00:00Z".parse().unwrap(),
        zones: &zones,
        order,
    };
    read_csv(bytes, &options)
}

fn read(text: &str) -> Import {
    read_as(text.as_bytes(), Order::AsShown).unwrap()
}

/// The whole table is refused with this sentence.
fn refused(text: &str, says: &str) {
    let error = read_as(text.as_bytes(), Order::AsShown).unwrap_err().to_string();
    assert!(error.contains(says), "{error}");
}

fn starts(import: &Import) -> Vec<String> {
    import.rows.iter().map(|row| row.from.to_string()).collect()
}

#[test]
fn a_table_is_read_with_all_that_it_says() {
    let import = read(
        "Booking ID,Start date,Time,Duration,First name,Surname,E-mail,Mobile,D.O.B.,Treatment,Staff,Room,Notes,Status\n\
         7,2026-07-02,9:30 am,45 min,Ann,Invented,ann@mail.example,'+44 1632 960000,1980-05-04,Face,Ada,T1,\"no \"\"make-up\"\"\",Booked\n",
    );
    assert_eq!((import.problems.len(), import.remarks.len()), (0, 0), "{import:?}");
    let [row] = import.rows.as_slice() else { panic!("{import:?}") };
    assert_eq!((row.place.as_str(), row.state), ("row 2", State::Confirmed));
    assert_eq!(row.from.to_string(), "2026-07-02T08:30:00Z");
    assert_eq!(row.until.to_string(), "2026-07-02T09:15:00Z");
    let text = |text: &str| Some(text.to_owned());
    let who = Who {
        name: text("Ann Invented"),
        email: text("ann@mail.example"),
        phone: text("+44 1632 960000"),
        born: Some(date(1980, 5, 4)),
    };
    let about = About {
        uid: text("7"),
        service: text("Face"),
        practitioner: text("Ada"),
        room: text("T1"),
        notes: text("no \"make-up\""),
        who: vec![who],
        ..About::default()
    };
    assert_eq!(*row.about, about);
}

#[test]
fn signs_between_cells_marks_and_encodings_are_seen() {
    for text in [
        "date,start,end,name\n2026-07-02,09:00,10:00,Zoé\n",
        "date;start;end;name\r\n2026-07-02;09:00;10:00;Zoé\r\n",
        "date\tstart\tend\tname\n2026-07-02\t09:00\t10:00\tZoé",
        "\u{feff}date,start,end,name\n2026-07-02,09:00,10:00,Zoé\n",
        "sep=;\r\ndate;start;end;name\r\n2026-07-02;09:00;10:00;Zoé\r\n",
        "\n\nDate,Start,End,Client\n2026-07-02,09:00,10:00,Zoé\n,,,\n",
        "start,end,name\n2026-07-02T09:00+01:00,2026-07-02T10:00+01:00,Zoé\n",
        "date,end,name\n2026-07-02 09:00,10:00,Zoé\n",
        "Start Date,Start Time,End Date,End Time,All Day Event,Client\n2.7.2026,9:00 AM,2.7.2026,10:00 AM,False,Zoé\n",
    ] {
        let narrow: Option<Vec<u8>> =
            text.chars().map(|letter| u8::try_from(letter).ok()).collect();
        for bytes in [Some(text.as_bytes().to_vec()), narrow].into_iter().flatten() {
            let import = read_as(&bytes, Order::AsShown).unwrap();
            let [row] = import.rows.as_slice() else { panic!("{text}: {import:?}") };
            assert_eq!(row.from.to_string(), "2026-07-02T08:00:00Z", "{text}");
            assert_eq!(row.until.to_string(), "2026-07-02T09:00:00Z", "{text}");
            assert_eq!(row.about.who[0].name.as_deref(), Some("Zoé"));
        }
    }
}

#[test]
fn an_end_stands_on_the_clock_of_its_beginning() {
    for (start, until) in [
        ("2026-07-02T09:00Z", "2026-07-02T10:00:00Z"),
        ("2026-07-02T09:00+01:00", "2026-07-02T09:00:00Z"),
        ("2026-10-25T01:30+01:00", "2026-10-25T10:00:00Z"),
    ] {
        let import = read(&format!("start,end\n{start},10:00\n"));
        assert_eq!(import.rows[0].until.to_string(), until, "{start}");
    }
}

#[test]
fn the_whole_file_shows_which_number_is_the_day() {
    let table =
        |one: &str, two: &str| format!("date,start,minutes\n{one},09:00,30\n{two},09:00,30\n");
    let day_first = ["2026-03-02T09:00:00Z", "2026-03-13T09:00:00Z"];
    assert_eq!(starts(&read(&table("02/03/2026", "13/03/2026"))), day_first);
    let month_first = ["2026-02-03T09:00:00Z", "2026-02-13T09:00:00Z"];
    assert_eq!(starts(&read(&table("02/03/2026", "02/13/2026"))), month_first);
    assert_eq!(starts(&read(&table("03/03/2026", "2026-03-04"))).len(), 2);
    refused(
        &table("02/03/2026", "04/03/2026"),
        "row 2, column `date`: `02/03/2026` may have the day or the month first",
    );
    refused(
        &table("13/03/2026", "03/13/2026"),
        "row 3, column `date`: `03/13/2026` has the day and the month the other way round than `13/03/2026` in row 2",
    );
    let told =
        |order| starts(&read_as(table("02/03/2026", "04/03/2026").as_bytes(), order).unwrap());
    assert_eq!(told(Order::DayFirst), ["2026-03-02T09:00:00Z", "2026-03-04T09:00:00Z"]);
    assert_eq!(told(Order::MonthFirst), ["2026-02-03T09:00:00Z", "2026-04-03T08:00:00Z"]);
    let born = "date,start,minutes,dob\n02/03/2026,09:00,30,31/12/1980\n";
    assert_eq!(starts(&read(born)), ["2026-03-02T09:00:00Z"], "another column of dates shows it");
    let wrong = read_as(table("13/03/2026", "2026-03-04").as_bytes(), Order::MonthFirst).unwrap();
    assert_eq!(wrong.rows.len(), 1);
    assert!(wrong.problems[0].to_string().contains("no such date where the month stands first"));
}

#[test]
fn a_row_that_cannot_be_used_is_named_with_what_stands_there_and_what_to_write() {
    let heading = "date,start,end,minutes,email,dob,status,all day\n";
    for (row, says) in [
        (
            "2026-02-30,09:00,10:00",
            "row 2, column `date`: `2026-02-30` is no date: write it as 2026-03-02",
        ),
        ("46083,09:00,10:00", "`46083` is no date: give the column a date format"),
        ("1826-03-02,09:00,10:00", "column `start`: 1826-03-02 is not between 2000 and 2199"),
        (
            "2026-03-02,nine,10:00",
            "row 2, column `start`: `nine` is no time: write it as 14:30 or 2:30 pm",
        ),
        ("2026-03-02,9,10:00", "column `start`: `9` is no time"),
        ("2026-03-02,09:00,noon", "column `end`: `noon` is no time"),
        ("2026-03-02,09:00,,long", "column `minutes`: `long` is no length: write minutes, as 45"),
        ("2026-03-02,09:00,09:00", "column `end`: it ends before it begins"),
        ("2026-03-02,23:00,00:30", "where it goes over midnight, write the day of its end too"),
        ("2026-03-02,09:00,,0", "column `minutes`: it ends before it begins"),
        ("2026-03-02,09:00,10:00,45", "column `minutes`: it says another end than `end` does"),
        ("2026-03-02,09:00", "row 2: it does not say when it ends"),
        (",09:00,10:00", "row 2: it does not say on which day"),
        (",,10:00", "row 2: it does not say when it is"),
        ("2026-03-02,,10:00", "column `date`: `2026-03-02` is no date with a time"),
        ("2026-03-02,2026-03-03 09:00,10:00", "it says 2026-03-02 here and 2026-03-03 in `start`"),
        ("2026-03-29,01:30,03:00", "2026-03-29 01:30 does not exist in Europe/London"),
        (
            "2026-10-25,01:30,03:00",
            "happens twice in Europe/London: write 01:30+01:00 or 01:30+00:00",
        ),
        ("2026-03-02,09:00,10:00,,,,,x", "row 2: it is a whole day"),
        ("2026-03-02,09:00,10:00,,,,,,one,two", "the row has 10 cells and the heading 8"),
    ] {
        let import = read(&format!("{heading}{row}\n"));
        assert_eq!(import.rows, [], "{row}");
        let [problem] = import.problems.as_slice() else { panic!("{row}: {import:?}") };
        assert!(problem.to_string().contains(says), "{row}: {problem}");
    }
}

#[test]
fn what_is_not_about_the_time_is_left_off_and_named_without_being_quoted() {
    let import = read(
        "date,start,end,email,dob,status,colour\n2026-03-02,09:00,10:00,secret at mail,secret,pending,red\n",
    );
    let [row] = import.rows.as_slice() else { panic!("{import:?}") };
    assert_eq!((row.state, row.about.who.as_slice()), (State::Confirmed, [].as_slice()));
    let said: Vec<String> =
        import.problems.iter().chain(&import.remarks).map(ToString::to_string).collect();
    let said = said.join("\n");
    for says in [
        "row 2, column `email`: this is no address: write it as ann@mail.example",
        "row 2, column `birth date`: this is no date: write it as 2026-03-02",
        "row 2, column `status`: the status `pending` is not known: read as taking place",
        "row 1, column 7: no column `colour` is read",
    ] {
        assert!(said.contains(says), "{said}");
    }
    assert!(!said.contains("secret"), "what is about a person is not quoted");
    let born = read("date,start,end,dob\n2026-03-02,09:00,10:00,4.5.80\n");
    assert!(born.problems[0].what.contains("four digits"));
}

#[test]
fn a_table_that_cannot_be_used_is_refused() {
    refused("", "it is empty");
    refused("\n\n", "it is empty");
    refused("a,b\n1,2\n", "row 1: no heading says which column holds the day");
    refused("date,start\n2026-03-02,09:00\n", "row 1: no heading says how long it takes");
    refused("date,start,time,end\n", "row 1, column 3: two columns hold the start");
    refused(
        "date,start,end\n2026-03-02,09:00,\"10:00\n",
        "row 2: a quote is opened and never closed",
    );
    let import = read("date,start,end,phnoe\n");
    assert!(import.remarks[0].what.contains("did you mean `phone`?"));
    refused(&"a,".repeat(1_000), "row 1: it has more than 500 cells");
    let many = format!("date,start,end\n{}", "2026-03-02,09:00,10:00\n".repeat(50_001));
    refused(&many, "more than 50000");
    assert!(read_as(&vec![b'a'; 16 * 1_024 * 1_024 + 1], Order::AsShown).is_err());
}

#[test]
fn a_cancelled_row_and_one_outside_the_time_are_told() {
    let import = read(
        "date,start,end,status\n2026-03-02,09:00,10:00,Cancelled by client\n2025-03-02,09:00,10:00,\n2027-01-01,00:00,01:00,\n",
    );
    assert_eq!((import.rows.len(), import.outside, import.rows[0].state), (1, 2, State::Cancelled));
}

const WORDS: [&str; 14] = [
    "a;=1+1",
    "- one\n- two",
    "=1+1",
    "+44 1632 960000",
    "-x",
    "@y",
    "'=z",
    "a, b; c",
    "\"quoted\"",
    "two\nlines",
    "O'Hara",
    "äöü 😀",
    "plain",
    "'",
];

fn drawn(draw: &mut Draw, at: usize, zone: &TimeZone) -> Row {
    let mut word = |chance: u64| (draw.below(chance) > 0).then(|| (*draw.pick(&WORDS)).to_owned());
    let who = Who {
        name: word(9),
        email: Some("ann@mail.example".to_owned()),
        phone: word(3),
        born: Some(date(1990, 2, 3)),
    };
    let about = About {
        uid: Some(at.to_string()),
        title: word(2),
        location: word(2),
        notes: word(2),
        service: word(3),
        practitioner: word(3),
        room: word(2),
        who: vec![who],
    };
    // Half of them around the changes of the clock.
    let first: Timestamp = "2026-01-01T12:00:00Z".parse().unwrap();
    let change = zone.following(first).nth(draw.index(2)).map(|change| change.timestamp());
    let from = match change.filter(|_| at.is_multiple_of(2)) {
        Some(change) => {
            change + SignedDuration::from_mins(15 * i64::try_from(draw.below(24)).unwrap() - 180)
        }
        None => first + SignedDuration::from_mins(i64::try_from(draw.below(500_000)).unwrap()),
    };
    let until = from + SignedDuration::from_mins(5 + i64::try_from(draw.below(1_500)).unwrap());
    let state = if draw.below(4) == 0 { State::Cancelled } else { State::Confirmed };
    Row { place: String::new(), from, until, state, occurrence: None, about: Arc::new(about) }
}

#[test]
fn what_is_written_comes_back_and_is_no_formula() {
    for name in ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"] {
        let zone = TimeZone::get(name).unwrap();
        let mut draw = Draw(11);
        let rows: Vec<Row> = (0..500).map(|at| drawn(&mut draw, at, &zone)).collect();
        let bytes = write_csv(&rows, &zone);
        let options = Options {
            zone: &zone,
            from: "2025-01-01T00:00:00Z".parse().unwrap(),
            until: "2028-01-01T00:00:00Z".parse().unwrap(),
            zones: &zones,
            order: Order::AsShown,
        };
        let mut import = read_csv(&bytes, &options).unwrap();
        assert_eq!((import.problems, import.remarks), (vec![], vec![]));
        import.rows.sort_by_key(|row| row.about.uid.clone().unwrap().parse::<usize>().unwrap());
        for row in &mut import.rows {
            row.place.clear();
        }
        assert_eq!(import.rows.len(), rows.len());
        for (read, row) in import.rows.iter().zip(&rows) {
            assert_eq!(read, row, "{name}");
        }
        let text = String::from_utf8(bytes).unwrap();
        for line in text.lines() {
            let cells = line.split([',', ';']).map(|cell| cell.trim_start_matches(['"', ' ']));
            assert!(
                cells.into_iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])),
                "{line}"
            );
        }
    }
}

#[test]
fn who_comes_beside_the_first_stands_behind_the_notes() {
    let named = |name: &str| Who { name: Some(name.to_owned()), ..Who::default() };
    let about = About {
        notes: Some("x".to_owned()),
        who: vec![named("Ann"), named("Bea")],
        ..About::default()
    };
    let row = Row {
        place: String::new(),
        from: "2026-03-02T09:00:00Z".parse().unwrap(),
        until: "2026-03-02T10:00:00Z".parse().unwrap(),
        state: State::Confirmed,
        occurrence: None,
        about: Arc::new(about),
    };
    let text = String::from_utf8(write_csv(&[row], &TimeZone::UTC)).unwrap();
    assert!(text.contains("\"x\nalso comes: Bea\""), "{text}");
}

#[test]
fn no_spoilt_table_ends_the_program_or_takes_long() {
    let zone = TimeZone::get("Europe/London").unwrap();
    let mut draw = Draw(5);
    let rows: Vec<Row> = (0..20).map(|at| drawn(&mut draw, at, &zone)).collect();
    let whole = write_csv(&rows, &zone);
    let mut read = 0;
    for _ in 0..2_000 {
        let mut bytes = whole.clone();
        for _ in 0..=draw.below(8) {
            let at = draw.index(bytes.len());
            match draw.below(4) {
                0 => bytes[at] = u8::try_from(draw.below(256)).unwrap(),
                1 => drop(bytes.drain(at..(at + draw.index(30)).min(bytes.len()))),
                2 if draw.below(8) == 0 => bytes.truncate(at.max(1)),
                _ => {
                    let words = [
                        ",",
                        "\"",
                        "\n",
                        ";",
                        "99/99/9999",
                        "T",
                        "+99:99",
                        "12 pm",
                        "\u{feff}",
                        "99999999999h",
                        "é",
                    ];
                    bytes.splice(at..at, draw.pick(&words).bytes());
                }
            }
        }
        read += usize::from(read_as(&bytes, Order::DayFirst).is_ok());
    }
    assert!(read > 500, "many spoilt tables should still be looked into: {read}");
}
