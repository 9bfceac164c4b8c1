//! What is read from iCalendar: times on every kind of clock, series, what was changed, and what is said of the rest.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the examples and failures are helpers of these tests"
)]

use jiff::{Timestamp, tz::TimeZone};
use percuta_calendar_codec::{Import, Options, Order, State, Unusable, read_ics};

fn zones(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

fn read_bytes(bytes: &[u8]) -> Result<Import, Unusable> {
    let zone = TimeZone::get("Europe/London").unwrap();
    let options = Options {
        zone: &zone,
        from: "2026-01-01T00:00:00Z".parse().unwrap(),
        until: "2027-01-01T00:00:00Z".parse().unwrap(),
        zones: &zones,
        order: Order::AsShown,
    };
    read_ics(bytes, &options)
}

/// A calendar of these lines; the first of them is line 3.
fn calendar(lines: &str) -> Import {
    let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{lines}\nEND:VCALENDAR\n");
    read_bytes(text.as_bytes()).unwrap()
}

/// An appointment of these lines; the first of them is line 5.
fn event(lines: &str) -> Import {
    calendar(&format!("BEGIN:VEVENT\nUID:u\n{lines}\nEND:VEVENT"))
}

fn starts(import: &Import) -> Vec<String> {
    import.rows.iter().map(|row| row.from.to_string()).collect()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Nothing was read, and this was said.
fn refused(import: &Import, says: &str) {
    assert_eq!(import.rows, [], "{says}");
    let [problem] = import.problems.as_slice() else { panic!("{:?}", import.problems) };
    assert!(problem.to_string().contains(says), "{problem}");
}

#[test]
fn an_appointment_is_read_with_all_that_is_said() {
    let import = event(
        "SUMMARY:Face\\, second\\; with Ada\nLOCATION:Room 1\\nback\nDESCRIPTION:Come wi\n thout make-up\n\
         DTSTART;TZID=Europe/London:20260702T090000\nDTEND;TZID=Europe/London:20260702T103000\n\
         ATTENDEE;CN=\"Ann, Invented\":mailto:ann@mail.example\n\
         ATTENDEE;CUTYPE=ROOM;CN=T1:mailto:t1@clinic.example\nATTENDEE;CN=x@y.example:MAILTO:x@y.example\n\
         ATTENDEE:tel:+44 1632 960000\nX-OTHER:1\nSTATUS:CONFIRMED",
    );
    assert_eq!((import.problems.len(), import.remarks.len(), import.outside), (0, 0, 0));
    let [row] = import.rows.as_slice() else { panic!("{import:?}") };
    assert_eq!((row.place.as_str(), row.state, row.occurrence), ("line 3", State::Confirmed, None));
    assert_eq!((row.from, row.until), (at("2026-07-02T08:00:00Z"), at("2026-07-02T09:30:00Z")));
    let about = &row.about;
    assert_eq!(about.uid.as_deref(), Some("u"));
    assert_eq!(about.title.as_deref(), Some("Face, second; with Ada"));
    assert_eq!(about.location.as_deref(), Some("Room 1\nback"));
    assert_eq!(about.notes.as_deref(), Some("Come without make-up"));
    assert_eq!(about.room.as_deref(), Some("T1"));
    let [ann, other, phone] = about.who.as_slice() else { panic!("{:?}", about.who) };
    assert_eq!(ann.name.as_deref(), Some("Ann, Invented"));
    assert_eq!(ann.email.as_deref(), Some("ann@mail.example"));
    assert_eq!((other.name.as_deref(), other.email.as_deref()), (None, Some("x@y.example")));
    assert_eq!(phone.phone.as_deref(), Some("+44 1632 960000"));
}

#[test]
fn a_time_is_read_on_the_clock_that_it_names() {
    for (start, is) in [
        ("DTSTART:20260702T090000Z", "2026-07-02T09:00:00Z"),
        ("DTSTART:20260702T090000", "2026-07-02T08:00:00Z"),
        ("DTSTART;TZID=America/New_York:20260702T090000", "2026-07-02T13:00:00Z"),
        ("DTSTART;TZID=\"GMT Standard Time\":20260702T090000", "2026-07-02T08:00:00Z"),
        ("DTSTART;TZID=AUS Eastern Standard Time:20260702T090000", "2026-07-01T23:00:00Z"),
        (
            "DTSTART;TZID=/mozilla.org/20050126_1/Asia/Kolkata:20260702T090000",
            "2026-07-02T03:30:00Z",
        ),
        ("DTSTART;TZID=Australia/Lord_Howe:20260102T090000", "2026-01-01T22:00:00Z"),
        ("dtstart;tzid=Europe/Dublin:20260102T090000", "2026-01-02T09:00:00Z"),
    ] {
        let import = event(&format!("{start}\nDURATION:PT1H"));
        assert_eq!(starts(&import), [is], "{start}: {:?}", import.problems);
    }
}

/// Outlook's own zone, as it writes it.
const CUSTOM: &str = "BEGIN:VTIMEZONE\nTZID:Customized Time Zone\nBEGIN:STANDARD\n\
    DTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0000\n\
    RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T010000\n\
    TZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n";

#[test]
fn a_zone_of_the_files_own_is_read_by_its_rules() {
    let london = TimeZone::get("Europe/London").unwrap();
    for text in [
        "20260329T005900",
        "20260329T010000",
        "20260329T013000",
        "20260329T020000",
        "20261025T005900",
        "20261025T010000",
        "20261025T015900",
        "20261025T020000",
        "20260702T090000",
        "20260102T090000",
    ] {
        let one = |zone: &str| {
            let lines = format!(
                "{CUSTOM}BEGIN:VEVENT\nUID:u\nDTSTART;TZID={zone}:{text}\nDURATION:PT1H\nEND:VEVENT"
            );
            let import = calendar(&lines);
            (starts(&import), import.remarks.len())
        };
        let is = london.to_timestamp(text.parse().unwrap()).unwrap().to_string();
        assert_eq!(one("Customized Time Zone").0, [is], "{text}");
        assert_eq!(one("Customized Time Zone"), one("Europe/London"), "{text}");
    }
}

#[test]
fn a_zone_that_is_not_known_is_named_with_what_may_be_meant() {
    let import = event("DTSTART;TZID=Europe/Londn:20260702T090000\nDURATION:PT1H");
    refused(
        &import,
        "line 5: `Europe/Londn` is no time zone that is known; did you mean `Europe/London`?",
    );
    let empty = calendar(
        "BEGIN:VTIMEZONE\nTZID:Odd\nEND:VTIMEZONE\nBEGIN:VEVENT\nDTSTART;TZID=Odd:20260702T090000\nDURATION:PT1H\nEND:VEVENT",
    );
    refused(&empty, "line 7: the VTIMEZONE says no offset");
}

#[test]
fn rules_of_the_files_own_that_say_something_else_are_remarked() {
    let lines = CUSTOM.replace("Customized Time Zone", "America/New_York");
    let import = calendar(&format!(
        "{lines}BEGIN:VEVENT\nDTSTART;TZID=America/New_York:20260702T090000\nDURATION:PT1H\nEND:VEVENT"
    ));
    assert_eq!(starts(&import), ["2026-07-02T13:00:00Z"]);
    let remark = import.remarks.first().unwrap().to_string();
    assert!(
        remark.contains("make it 2026-07-02T08:00:00Z, those that are known 2026-07-02T13:00:00Z")
    );
}

#[test]
fn a_time_that_happens_twice_is_the_first_and_one_jumped_over_is_said() {
    let twice = event("DTSTART;TZID=Europe/London:20261025T013000\nDURATION:PT1H");
    assert_eq!(starts(&twice), ["2026-10-25T00:30:00Z"]);
    assert!(
        twice.remarks.first().unwrap().what.contains("happens twice there: the first was taken")
    );
    let never = event("DTSTART;TZID=Europe/London:20260329T013000\nDURATION:PT1H");
    assert_eq!(starts(&never), ["2026-03-29T01:30:00Z"]);
    assert!(never.remarks.first().unwrap().what.contains("does not exist there"));
}

#[test]
fn what_cannot_be_used_is_named_with_its_line() {
    for (lines, says) in [
        ("DTEND:20260702T090000Z", "line 3: it does not say when it begins"),
        ("DTSTART:20260702T090000Z", "line 3: it does not say when it ends"),
        ("DTSTART:2026-07-02 09:00\nDURATION:PT1H", "line 5: `2026-07-02 09:00` is no time"),
        ("DTSTART:20260231T090000\nDURATION:PT1H", "`20260231T090000` is no time"),
        ("DTSTART:20260702T250000\nDURATION:PT1H", "`20260702T250000` is no time"),
        (
            "DTSTART;VALUE=DATE:20260702\nDURATION:P1D",
            "line 5: it is a whole day and names no time",
        ),
        ("DTSTART:20260702T090000Z\nDTEND:20260702T090000Z", "line 6: it ends before it begins"),
        ("DTSTART:20260702T090000Z\nDTEND:20260702T080000Z", "line 6: it ends before it begins"),
        ("DTSTART:20260702T090000Z\nDURATION:PT0S", "line 6: it ends before it begins"),
        ("DTSTART:20260702T090000Z\nDURATION:1 hour", "line 6: `1 hour` is no length"),
        ("DTSTART:20260702T090000Z\nDURATION:P1000000W", "line 6: it ends before it begins"),
        ("DTSTART:20260702T090000Z\nDURATION:P999D", "line 6: it is longer than 366 days"),
        ("RECURRENCE-ID:x\nDTSTART:20260702T090000Z\nDURATION:PT1H", "line 5: `x` is no time"),
    ] {
        refused(&event(lines), says);
    }
    refused(&calendar("BEGIN:VTODO\nEND:VTODO"), "line 3: `VTODO` is no appointment");
    refused(&calendar("BEGIN:VEVENT"), "line 3: `BEGIN:VEVENT` has no end");
    refused(&calendar("END:VEVENT"), "line 3: `END:VEVENT` ends nothing that began");
    refused(&calendar("just words"), "line 3: this is no line of the format");
}

#[test]
fn a_file_that_is_cut_off_gives_what_is_whole() {
    let import = read_bytes(
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260702T090000Z\nDURATION:PT1H\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:2026",
    )
    .unwrap();
    assert_eq!(starts(&import), ["2026-07-02T09:00:00Z"]);
    assert!(import.problems.iter().any(|problem| problem.what.contains("may have been cut off")));
}

#[test]
fn what_is_no_calendar_is_refused() {
    for bytes in [b"".as_slice(), b"name,date\n", b"\0\0\0", b"BEGIN:VCARD\nEND:VCARD\n"] {
        let error = read_bytes(bytes).unwrap_err();
        assert!(error.to_string().contains("this is no iCalendar file"));
    }
    let nested = "BEGIN:VCALENDAR\n".repeat(100_000);
    assert!(read_bytes(nested.as_bytes()).unwrap_err().to_string().contains("deeper than 8"));
    let large = vec![b'x'; 16 * 1_024 * 1_024 + 1];
    assert!(read_bytes(&large).unwrap_err().to_string().contains("export a shorter time"));
    let many = format!("BEGIN:VCALENDAR\n{}", "BEGIN:VEVENT\nEND:VEVENT\n".repeat(50_001));
    assert!(read_bytes(many.as_bytes()).unwrap_err().to_string().contains("more than 50000"));
    let lines = format!("BEGIN:VCALENDAR\n{}", "A:\n".repeat(1_500_001));
    assert!(read_bytes(lines.as_bytes()).unwrap_err().to_string().contains("lines"));
}

#[test]
fn series_fall_where_their_rule_says() {
    let start = "DTSTART;TZID=Europe/London:20260302T090000\nDURATION:PT1H\n";
    for (rule, days) in [
        ("FREQ=DAILY;COUNT=3", "2026-03-02 2026-03-03 2026-03-04"),
        ("FREQ=DAILY;INTERVAL=10;UNTIL=20260322", "2026-03-02 2026-03-12 2026-03-22"),
        ("FREQ=DAILY;INTERVAL=10;UNTIL=20260322T085959Z", "2026-03-02 2026-03-12"),
        ("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4", "2026-03-02 2026-03-04 2026-03-09 2026-03-11"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU;COUNT=4",
            "2026-03-02 2026-03-15 2026-03-16 2026-03-29",
        ),
        ("FREQ=MONTHLY;BYDAY=1MO;COUNT=3", "2026-03-02 2026-04-06 2026-05-04"),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", "2026-03-02 2026-03-27 2026-04-24"),
        ("FREQ=MONTHLY;BYMONTHDAY=31,2;COUNT=4", "2026-03-02 2026-03-31 2026-04-02 2026-05-02"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3",
            "2026-03-02 2026-03-31 2026-04-30",
        ),
        ("FREQ=YEARLY;BYMONTH=3,5;BYMONTHDAY=2;COUNT=2", "2026-03-02 2026-05-02"),
    ] {
        let import = event(&format!("{start}RRULE:{rule}"));
        let read: Vec<String> =
            starts(&import).iter().map(|at| at.chars().take(10).collect()).collect();
        assert_eq!(read.join(" "), days, "{rule}: {:?}", import.problems);
    }
}

#[test]
fn a_series_keeps_its_time_of_day_and_leaves_out_one_that_is_jumped_over() {
    let import = event(
        "DTSTART;TZID=Europe/London:20260327T013000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4",
    );
    let is = [
        "2026-03-27T01:30:00Z",
        "2026-03-28T01:30:00Z",
        "2026-03-30T00:30:00Z",
        "2026-03-31T00:30:00Z",
    ];
    assert_eq!(starts(&import), is);
    assert!(
        import.remarks.first().unwrap().what.contains("on 2026-03-29 the clock jumps over 01:30")
    );
}

#[test]
fn what_was_taken_out_added_and_changed_counts() {
    let import = calendar(
        "BEGIN:VEVENT\nUID:s\nDTSTART;TZID=Europe/London:20260702T090000\nDURATION:PT1H\nSUMMARY:plain\n\
         RRULE:FREQ=DAILY;COUNT=5\nEXDATE;TZID=Europe/London:20260703T090000\nEXDATE;VALUE=DATE:20260706\n\
         RDATE;VALUE=PERIOD:20260710T090000Z/PT2H,20260711T090000Z/20260711T110000Z\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:s\nRECURRENCE-ID:20260704T080000Z\nDTSTART:20260704T150000Z\nDURATION:PT30M\n\
         SUMMARY:moved\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:s\nRECURRENCE-ID;VALUE=DATE:20260705\nDTSTART:20260705T080000Z\nDURATION:PT1H\n\
         STATUS:CANCELLED\nEND:VEVENT",
    );
    assert_eq!(import.problems, []);
    let read: Vec<(String, i64, State)> = (import.rows.iter())
        .map(|row| {
            let minutes = row.until.duration_since(row.from).as_mins();
            (row.from.to_string(), minutes, row.state)
        })
        .collect();
    let is = [
        ("2026-07-02T08:00:00Z", 60, State::Confirmed),
        ("2026-07-04T15:00:00Z", 30, State::Confirmed),
        ("2026-07-05T08:00:00Z", 60, State::Cancelled),
        ("2026-07-10T09:00:00Z", 120, State::Confirmed),
        ("2026-07-11T09:00:00Z", 120, State::Confirmed),
    ];
    assert_eq!(read, is.map(|(from, minutes, state)| (from.to_owned(), minutes, state)));
    assert_eq!(import.rows.get(1).unwrap().occurrence, Some(at("2026-07-04T08:00:00Z")));
}

#[test]
fn a_changed_occurrence_that_cannot_be_read_is_not_read_as_it_was() {
    let import = calendar(
        "BEGIN:VEVENT\nUID:s\nDTSTART:20260702T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:s\nRECURRENCE-ID:20260703T090000Z\nDTSTART;TZID=Nowhere:20260703T110000\n\
         DURATION:PT1H\nEND:VEVENT",
    );
    assert_eq!(starts(&import), ["2026-07-02T09:00:00Z"]);
    let problem = import.problems.first().unwrap().to_string();
    assert!(problem.starts_with("line 12: `Nowhere` is no time zone"), "{problem}");
}

#[test]
fn a_calendar_of_another_zone_with_times_without_one_is_remarked() {
    let of = |start: &str| {
        calendar(&format!(
            "X-WR-TIMEZONE:America/New_York\nBEGIN:VEVENT\nDTSTART:{start}\nDURATION:PT1H\nEND:VEVENT"
        ))
    };
    assert_eq!(of("20260702T090000Z").remarks, []);
    let import = of("20260702T090000");
    assert_eq!(starts(&import), ["2026-07-02T08:00:00Z"]);
    let remark = import.remarks.first().unwrap().to_string();
    assert!(
        remark.starts_with("line 3: times without a zone were read in Europe/London"),
        "{remark}"
    );
}

#[test]
fn a_rule_that_is_not_read_leaves_the_first_time_and_is_named() {
    for (rule, says) in [
        ("FREQ=HOURLY", "it repeats neither by days, weeks, months nor years"),
        ("INTERVAL=2", "the rule does not say how often"),
        ("FREQ=DAILY;BYHOUR=9,10", "`BYHOUR` of the rule is not read here"),
        ("FREQ=DAILY;INTERVAL=0", "`INTERVAL` of the rule is not understood"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20260901", "the rule ends in two ways"),
        (
            "FREQ=WEEKLY;BYDAY=1MO",
            "a weekday with a number stands only in a monthly or yearly rule",
        ),
        ("FREQ=MONTHLY;BYDAY=XX", "`BYDAY` of the rule is not understood"),
    ] {
        let import = event(&format!("DTSTART:20260702T090000Z\nDURATION:PT1H\nRRULE:{rule}"));
        assert_eq!(starts(&import), ["2026-07-02T09:00:00Z"], "{rule}");
        let problem = import.problems.first().unwrap().to_string();
        assert!(problem.starts_with("line 7: ") && problem.contains(says), "{problem}");
        assert!(problem.contains("only its first time was read"), "{problem}");
    }
}

#[test]
fn an_endless_series_is_read_within_the_time_asked_for() {
    let import = event("DTSTART:19000101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY");
    assert_eq!((import.rows.len(), import.problems.len()), (365, 0));
    let counted = event("DTSTART:20200101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2200");
    assert_eq!(counted.rows.len(), 2_200 - (365 * 6 + 2));
    let never = event(
        "DTSTART:20260101T090000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2",
    );
    assert_eq!((never.rows.len(), never.problems.len()), (1, 0));
}

#[test]
fn many_costly_rules_end_and_say_so() {
    let one = "BEGIN:VEVENT\nDTSTART:00010101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=9\nEND:VEVENT\n";
    let import = calendar(&one.repeat(1_000));
    assert!(import.problems.iter().any(|problem| problem.what.contains("takes too long")));
    let text = format!(
        "BEGIN:VCALENDAR\n{}END:VCALENDAR\n",
        "BEGIN:VEVENT\nDTSTART:20200101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\nEND:VEVENT\n"
            .repeat(200)
    );
    assert!(read_bytes(text.as_bytes()).unwrap_err().to_string().contains("more than 50000"));
}

#[test]
fn of_several_versions_the_newest_is_read() {
    let version = |sequence: u32, hour: u32| {
        format!(
            "BEGIN:VEVENT\nUID:u\nSEQUENCE:{sequence}\nDTSTART:20260702T{hour:02}0000Z\nDURATION:PT1H\nEND:VEVENT\n"
        )
    };
    let import = calendar(&[version(1, 9), version(3, 11), version(2, 10)].concat());
    assert_eq!(starts(&import), ["2026-07-02T11:00:00Z"]);
    assert_eq!(import.remarks.len(), 2);
}

#[test]
fn the_number_of_problems_is_bounded_and_their_count_is_said() {
    let import = calendar(&"BEGIN:VEVENT\nEND:VEVENT\n".repeat(500));
    assert_eq!(import.problems.len(), 51);
    assert_eq!(import.problems.last().unwrap().what, "and 450 more places");
}

#[test]
fn other_encodings_are_read_and_said() {
    let line = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260702T090000Z\r\nDURATION:PT1H\r\nSUMMARY:é\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let narrow: Vec<u8> = line.chars().map(|letter| u8::try_from(letter).unwrap()).collect();
    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(line.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (bytes, remarks) in [(narrow, 1), (wide, 0), (["\u{feff}", line].concat().into_bytes(), 0)]
    {
        let import = read_bytes(&bytes).unwrap();
        assert_eq!(import.rows.first().unwrap().about.title.as_deref(), Some("é"));
        assert_eq!(import.remarks.len(), remarks);
    }
}
