//! The columns of a table of appointments, by the names that programs give them.

use percuta_terminology::{input::did_you_mean, nearest};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Column {
    /// What the other program knows the appointment by.
    Uid,
    /// The day.
    Date,
    /// The time it begins, or day and time.
    Start,
    /// The day it ends.
    EndDate,
    /// The time it ends, or day and time.
    End,
    /// How long it takes.
    Minutes,
    /// Whether it takes whole days.
    WholeDay,
    /// A whole name.
    Name,
    /// A given name.
    FirstName,
    /// A family name.
    LastName,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// When they were born.
    Born,
    /// What it is called.
    Title,
    /// What is done.
    Service,
    /// By whom.
    Practitioner,
    /// In which room.
    Room,
    /// Where.
    Location,
    /// What else.
    Notes,
    /// Whether it takes place.
    Status,
}

/// Each column with the name that is written, and those that are read too; letters and digits in lower case only.
const NAMES: [(Column, &str, &[&str]); 20] = [
    (Column::Uid, "id", &["uid", "appointmentid", "bookingid", "reference", "ref", "eventid"]),
    (Column::Date, "date", &["day", "startdate", "appointmentdate", "bookingdate", "visitdate"]),
    (
        Column::Start,
        "start",
        &[
            "starttime",
            "time",
            "from",
            "begin",
            "begins",
            "starts",
            "startsat",
            "startdatetime",
            "appointmenttime",
            "datetime",
            "dateandtime",
            "startdateandtime",
        ],
    ),
    (Column::EndDate, "end date", &["enddate"]),
    (
        Column::End,
        "end",
        &["endtime", "until", "to", "ends", "endsat", "finish", "finishtime", "enddatetime"],
    ),
    (
        Column::Minutes,
        "minutes",
        &[
            "duration",
            "durationminutes",
            "durationmin",
            "durationmins",
            "length",
            "mins",
            "lengthminutes",
        ],
    ),
    (Column::WholeDay, "whole day", &["wholeday", "alldayevent", "allday"]),
    (
        Column::Name,
        "name",
        &["client", "clientname", "patient", "patientname", "customer", "customername", "fullname"],
    ),
    (
        Column::FirstName,
        "first name",
        &["firstname", "forename", "givenname", "clientfirstname", "patientfirstname"],
    ),
    (
        Column::LastName,
        "last name",
        &["lastname", "surname", "familyname", "clientlastname", "patientlastname"],
    ),
    (
        Column::Email,
        "email",
        &["emailaddress", "mail", "clientemail", "patientemail", "customeremail"],
    ),
    (
        Column::Phone,
        "phone",
        &[
            "telephone",
            "tel",
            "mobile",
            "mobilephone",
            "mobilenumber",
            "phonenumber",
            "cell",
            "cellphone",
            "clientphone",
            "patientphone",
        ],
    ),
    (
        Column::Born,
        "birth date",
        &["birthdate", "dateofbirth", "dob", "birthday", "born", "patientdob", "clientdob"],
    ),
    (Column::Title, "title", &["subject", "summary", "appointment"]),
    (
        Column::Service,
        "service",
        &["treatment", "appointmenttype", "type", "procedure", "services", "servicename"],
    ),
    (
        Column::Practitioner,
        "practitioner",
        &[
            "staff",
            "staffmember",
            "provider",
            "therapist",
            "clinician",
            "doctor",
            "nurse",
            "employee",
            "resource",
            "staffname",
        ],
    ),
    (Column::Room, "room", &["treatmentroom", "roomname"]),
    (Column::Location, "location", &["site", "clinic", "branch", "place", "where"]),
    (Column::Notes, "notes", &["note", "description", "comment", "comments", "remarks", "details"]),
    (Column::Status, "status", &["state", "appointmentstatus", "bookingstatus"]),
];

impl Column {
    /// The column of a heading; a hint where there is none.
    pub(crate) fn read(heading: &str) -> Result<Self, String> {
        let plain = plain(heading);
        let found = NAMES.iter().find(|(_, name, others)| {
            plain == *name.replace(' ', "") || others.contains(&plain.as_str())
        });
        match found {
            Some((column, _, _)) => Ok(*column),
            None => Err(did_you_mean(nearest(&heading.to_lowercase(), Self::names()))),
        }
    }

    /// What the column is called.
    pub(crate) fn name(self) -> &'static str {
        let found = NAMES.iter().find(|(column, _, _)| *column == self);
        found.map_or("", |(_, name, _)| name)
    }

    fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(_, name, _)| *name)
    }
}

fn plain(heading: &str) -> String {
    let letters = heading.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
