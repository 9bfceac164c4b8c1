//! The binary `percuta`: the command line, and the root where everything is put together.
//!
//! Only this crate reads files, the clock, the environment and standard input. Exit codes: 0 an answer was given, 1 a
//! check failed or a line of many was bad, 2 the input or an address could not be used; then standard error names the
//! place and standard output stays empty.

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

mod answer;
mod compare;
mod demo;
mod input;
mod keeping;
mod post;
mod record;
mod rulebook;
mod serve;
mod slots;
mod text;

#[derive(Parser, Debug)]
#[command(name = "percuta", version, about, long_about = None, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// May this be treated, how, from when, and why
    Screen(Question),
    /// How urgent a check-in after treatment is, and what to do
    Triage(Question),
    /// A course of treatment: sessions, windows, depths, preparation
    Plan(Question),
    /// When a visit is possible: starts, whole courses, and why there is none
    Slots(Slots),
    /// Two photographs of one skin: comparable or not, laid over one another, and what changed with its error
    Compare(Compare),
    /// The rulebook: show a card, list the ids, check the laws
    Rulebook {
        #[command(subcommand)]
        command: RulebookCommand,
    },
    /// Print the JSON Schema of an input or an answer
    Schema {
        /// intake, screening, checkin, triage, plan-request, plan, slots-request, slots, slots-why or slots-day
        name: Option<String>,
    },
    /// Walk the whole record and name what is wrong with it
    Verify {
        #[command(flatten)]
        keep: Keep,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// The key that opens the record
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Run the site
    Serve(Listen),
    /// Run the site with an invented clinic
    Demo(Listen),
}

/// A question read from a file.
#[derive(Args, Debug)]
struct Question {
    /// The file to read, or `-` for standard input
    file: String,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    /// Read one question a line and answer one a line, in order
    #[arg(long)]
    ndjson: bool,
    /// A folder laid over the default rulebook
    #[arg(long, value_name = "DIR")]
    rulebook: Option<String>,
}

/// A question about a calendar.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Slots {
    #[command(subcommand)]
    command: Option<SlotsCommand>,
    /// The clinic and what is asked of it, or `-` for standard input
    #[arg(required = true)]
    file: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Two photographs, and what is known of them.
#[derive(Args, Debug)]
struct Compare {
    /// The earlier photograph: JPEG, PNG or HEIC, up to 50 megapixels
    before: String,
    /// The later one
    after: String,
    /// The skin to look at: a PNG of BEFORE's size, white where it is
    #[arg(long, value_name = "PNG")]
    roi: Option<String>,
    /// What was treated; it never drives the alignment
    #[arg(long, value_name = "PNG")]
    treated: Option<String>,
    /// Skin that was not treated, against which the change is taken
    #[arg(long, value_name = "PNG")]
    control: Option<String>,
    /// Positions in BEFORE to follow into AFTER: a row `x,y` each
    #[arg(long, value_name = "CSV")]
    points: Option<String>,
    /// Millimetres to a pixel of BEFORE
    #[arg(long, value_name = "MM", value_parser = positive)]
    mm_per_px: Option<f64>,
    /// Whole days from the last session to AFTER; without it, what has to wait 28 days is not told
    #[arg(long, value_name = "DAYS")]
    days_after_session: Option<u32>,
    /// The card on both photographs: `chart:MM`, a chart of 24 patches that are MM apart, or `grey:MM:SHARE`, a grey card
    /// of MM length that throws SHARE of the light back, such as grey:100:0.18
    #[arg(long, value_name = "CARD", value_parser = card)]
    card: Option<percuta_imaging::card::Kind>,
    /// Only the checks, within the time of a shot
    #[arg(long)]
    quick: bool,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    /// A folder for the aligned photograph, the change map, the flow, the points and the report
    #[arg(long, value_name = "DIR")]
    out: Option<String>,
    /// Of these files only those that are named here, with commas between
    #[arg(long, value_name = "FILE", value_delimiter = ',', requires = "out")]
    only: Vec<OutFile>,
}

/// What `--out` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum OutFile {
    /// AFTER on BEFORE's grid
    #[value(name = "aligned.png")]
    Aligned,
    /// Where in AFTER each pixel of BEFORE is
    #[value(name = "flow.bin")]
    Flow,
    /// The same for the positions of --points
    #[value(name = "points.csv")]
    Points,
    /// How a* changed, as grey
    #[value(name = "change_a_star.png")]
    ChangeAStar,
    /// Where redness changed, with its legend
    #[value(name = "change.png")]
    Change,
    /// What --json prints
    #[value(name = "report.json")]
    Report,
}

/// A card, of its kind and its numbers.
fn card(text: &str) -> Result<percuta_imaging::card::Kind, String> {
    use percuta_imaging::card::Kind;
    let mut parts = text.split(':');
    let kind = parts.next();
    let mut number = || parts.next().and_then(|number| positive(number).ok());
    match (kind, number(), number()) {
        (Some("chart"), Some(pitch_mm), None) => Ok(Kind::Chart { pitch_mm: Some(pitch_mm) }),
        (Some("grey"), Some(length_mm), Some(reflectance)) if reflectance <= 1.0 => {
            Ok(Kind::Grey { length_mm, reflectance })
        }
        _ => {
            Err("write chart:MM, such as chart:41, or grey:MM:SHARE, such as grey:100:0.18"
                .to_owned())
        }
    }
}

/// A length, which is more than nothing.
fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(length) if length.is_finite() && length > 0.0 => Ok(length),
        _ => Err("write a number above nought, such as 0.08".to_owned()),
    }
}

#[derive(Subcommand, Debug)]
enum SlotsCommand {
    /// What is in the way of one start: which phase, who or what, until when; and the nearest starts
    Why {
        /// The clinic and what is asked of it, or `-` for standard input
        file: String,
        /// The start on the site's own clock, such as 2026-03-02T14:00
        #[arg(long, value_name = "TIME")]
        at: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Pack a day: an order that serves the most of the visits wanted, and how many nobody could exceed
    Day {
        /// The clinic and the visits wanted, or `-` for standard input
        file: String,
        /// The day, such as 2026-03-02
        #[arg(long, value_name = "DATE")]
        date: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand, Debug)]
enum RulebookCommand {
    /// Print a card
    Show {
        /// The card's id, such as contra.isotretinoin
        id: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
        /// A folder laid over the default rulebook
        #[arg(long, value_name = "DIR")]
        rulebook: Option<String>,
    },
    /// List the ids of the cards
    List {
        /// Only cards of this kind: rule, triage, source, fact, conflict …
        #[arg(long)]
        kind: Option<String>,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
        /// A folder laid over the default rulebook
        #[arg(long, value_name = "DIR")]
        rulebook: Option<String>,
    },
    /// Check every card, case and law
    Check {
        /// A folder laid over the default rulebook
        dir: Option<String>,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

/// Where to listen.
#[derive(Args, Debug)]
struct Listen {
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    listen: String,
    #[command(flatten)]
    keep: Keep,
    /// Somebody in front ends the encryption: send cookies over HTTPS only
    #[arg(long)]
    behind_https: bool,
    /// A file that holds the address of a mail server, smtps://name:password@host: letters about visits go out through it
    #[arg(long, value_name = "FILE")]
    mail_file: Option<String>,
    /// A folder laid over the default rulebook
    #[arg(long, value_name = "DIR")]
    rulebook: Option<String>,
}

#[derive(Subcommand, Debug)]
enum KeyCommand {
    /// Print the recovery phrase
    Phrase {
        #[command(flatten)]
        keep: Keep,
    },
    /// Write the key file anew from the recovery phrase on standard input
    Restore {
        #[command(flatten)]
        keep: Keep,
    },
    /// Make a new key, and wrap every data key under it; the recovery phrase is another then
    Rotate {
        #[command(flatten)]
        keep: Keep,
    },
}

/// Where the record is.
#[derive(Args, Debug)]
struct Keep {
    /// The folder of the record: the database, unless another is named, and the sealed photographs [default: percuta-data]
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// A PostgreSQL database instead of a file: postgres://user@host/name
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// The key file; it lies outside the data folder [default: percuta/site.key in the user's configuration folder]
    #[arg(long, value_name = "FILE")]
    key: Option<String>,
    /// A file that holds the passphrase of the key file; a key file that is written is put under it
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<String>,
}

/// What went wrong, for standard error, and the exit code.
#[derive(Debug)]
struct Failure {
    code: u8,
    says: String,
}

impl Failure {
    fn unusable(says: impl Into<String>) -> Self {
        Self { code: 2, says: says.into() }
    }

    fn failed(says: impl Into<String>) -> Self {
        Self { code: 1, says: says.into() }
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Screen(question) => answer::run(&question, answer::Job::Screen),
        Command::Triage(question) => answer::run(&question, answer::Job::Triage),
        Command::Plan(question) => answer::run(&question, answer::Job::Plan),
        Command::Slots(asked) => slots::run(asked),
        Command::Compare(asked) => compare::run(&asked),
        Command::Rulebook { command } => rulebook::run(command),
        Command::Schema { name } => rulebook::schema(name.as_deref()),
        Command::Verify { keep, json } => keeping::verify(&keep, json, serve::now),
        Command::Key { command } => keeping::key(&command),
        Command::Serve(listen) => serve::run(&listen, serve::Mode::Serve),
        Command::Demo(listen) => serve::run(&listen, serve::Mode::Demo),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.says.is_empty() {
                input::complain(&failure.says);
            }
            ExitCode::from(failure.code)
        }
    }
}
