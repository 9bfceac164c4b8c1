//! `compare`: two photographs, read from files; the report on standard output, and pictures in a folder.
//!
//! A pair that cannot be compared is an answer: exit code 0, the failing check first, and no number of change. What cannot
//! be read is not: exit code 2, and standard error names the file and the remedy.

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::Path,
};

use percuta_imaging::{
    Check, Comparison, Field, Ground, Limit, Mask, Photo, Shots, compare, quick, written,
};

use crate::{Compare, Failure, OutFile, input};

/// No photograph's file is longer, as bytes: 50 megapixels as they come, in three channels of 16 bits.
const LIMIT_PHOTOGRAPH: u64 = 320 << 20;
/// No mask's file is longer.
const LIMIT_MASK: u64 = 64 << 20;

/// A position to follow, and where it is in AFTER.
type Followed = ((f64, f64), Option<(f64, f64)>);

/// Runs the command.
pub(crate) fn run(asked: &Compare) -> Result<(), Failure> {
    let (before, after) = both(|| photo(&asked.before), || photo(&asked.after));
    let (before, after) = (before?, after?);
    if asked.quick {
        return say_quick(asked, &quick(&before, &after));
    }
    let mask = |file: &Option<String>| match file {
        Some(file) => mask(file, &before).map(Some),
        None => Ok(None),
    };
    let (region, treated, control) =
        (mask(&asked.roi)?, mask(&asked.treated)?, mask(&asked.control)?);
    let points = asked.points.as_deref().map(points).transpose()?;
    let shots = Shots {
        before: &before,
        after: &after,
        region: region.as_ref(),
        treated: treated.as_ref(),
        control: control.as_ref(),
    };
    let ground = Ground {
        mm_per_px: asked.mm_per_px,
        days_after_session: asked.days_after_session,
        card: asked.card,
        ..Ground::default()
    };
    let compared = compare(&shots, &ground);
    if let Some(folder) = &asked.out {
        let folder = Path::new(folder);
        fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
        let seen = Seen { before: &before, after: &after, compared: &compared };
        let wanted = |file| asked.only.is_empty() || asked.only.contains(&file);
        seen.write(folder, points.as_deref(), wanted)?;
    }
    if asked.json {
        input::say(&json(&compared.report.json())?)
    } else {
        input::say(&in_words(&compared))
    }
}

/// Two things at once, where there are two cores.
fn both<A: Send, B: Send>(
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    rayon::join(one, other)
}

fn json(value: &serde_json::Value) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| format!("{text}\n"))
        .map_err(|error| Failure::unusable(format!("cannot write the answer: {error}")))
}

fn photo(file: &str) -> Result<Photo, Failure> {
    let bytes = input::bytes_within(file, LIMIT_PHOTOGRAPH)?;
    percuta_imaging::read(&bytes)
        .map_err(|unfit| Failure::unusable(format!("`{file}`: {}", unfit.says())))
}

fn mask(file: &str, before: &Photo) -> Result<Mask, Failure> {
    let bytes = input::bytes_within(file, LIMIT_MASK)?;
    percuta_imaging::read_mask(&bytes, before.width(), before.height())
        .map_err(|unfit| Failure::unusable(format!("`{file}`: {unfit}")))
}

/// Positions, a row each: `x,y`, and whatever follows. Empty rows, and such as begin with `#`, are passed over.
fn points(file: &str) -> Result<Vec<(f64, f64)>, Failure> {
    let text = input::whole(file)?;
    let rows = text.lines().enumerate().filter(|(_, row)| {
        let row = row.trim();
        !row.is_empty() && !row.starts_with('#')
    });
    rows.filter(|(at, row)| *at > 0 || row.split(',').next().is_some_and(is_number))
        .map(|(at, row)| {
            let mut cells = row.split(',').map(|cell| cell.trim().parse::<f64>());
            match (cells.next(), cells.next()) {
                (Some(Ok(x)), Some(Ok(y))) if x.is_finite() && y.is_finite() => Ok((x, y)),
                _ => Err(Failure::unusable(format!(
                    "`{file}`, line {}: write a position as `x,y`, in pixels of BEFORE",
                    at + 1
                ))),
            }
        })
        .collect()
}

fn is_number(cell: &str) -> bool {
    cell.trim().parse::<f64>().is_ok()
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::unusable(format!("cannot write `{}`: {error}", path.display()))
}

fn too_large(path: &Path) -> Failure {
    Failure::unusable(format!("cannot write `{}`: PNG knows no picture so large", path.display()))
}

/// A pair and what is known of it.
struct Seen<'a> {
    before: &'a Photo,
    after: &'a Photo,
    compared: &'a Comparison,
}

impl Seen<'_> {
    /// Writes what is wanted of it, as files.
    fn write(
        &self,
        folder: &Path,
        points: Option<&[(f64, f64)]>,
        wanted: impl Fn(OutFile) -> bool,
    ) -> Result<(), Failure> {
        let Self { before, after, compared } = self;
        let write = |name: &str, bytes: Option<Vec<u8>>| {
            let path = folder.join(name);
            let bytes = bytes.ok_or_else(|| too_large(&path))?;
            fs::write(&path, bytes).map_err(|error| failed(&path, &error))
        };
        if wanted(OutFile::Report) {
            write("report.json", Some(json(&compared.report.json())?.into_bytes()))?;
        }
        let field = compared.field.as_ref();
        if let Some((field, points)) = field.zip(points.filter(|_| wanted(OutFile::Points))) {
            let followed: Vec<Followed> =
                points.iter().map(|(x, y)| ((*x, *y), field.place(*x, *y))).collect();
            write("points.csv", Some(rows(&followed).into_bytes()))?;
        }
        if let Some(field) = field.filter(|_| wanted(OutFile::Aligned)) {
            write("aligned.png", written::png(&field.lay(after)))?;
        }
        if let Some(field) = field.filter(|_| wanted(OutFile::Flow)) {
            let path = folder.join("flow.bin");
            write_flow(&path, field, before.height()).map_err(|error| failed(&path, &error))?;
        }
        let delta = compared.delta_a_star.as_ref();
        if let Some(delta) = delta.filter(|_| wanted(OutFile::ChangeAStar)) {
            let size = (before.width(), before.height());
            let grey = written::a_star_bytes(delta, compared.factor, size);
            write("change_a_star.png", written::grey_png(&grey))?;
        }
        if let Some(map) = compared.map(before).filter(|_| wanted(OutFile::Change)) {
            write("change.png", written::png(&map.with_legend()))?;
        }
        Ok(())
    }
}

/// Where each position is in AFTER; −1 where AFTER does not show it.
fn rows(followed: &[Followed]) -> String {
    let rows = followed.iter().map(|((x, y), there)| {
        let (u, v) = there.unwrap_or((-1.0, -1.0));
        format!("{x:.4},{y:.4},{u:.4},{v:.4}\n")
    });
    rows.collect()
}

/// The flow, as pairs of little-endian numbers, row by row.
fn write_flow(path: &Path, field: &Field, height: usize) -> std::io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut bytes = Vec::new();
    for y in 0..height {
        bytes.clear();
        for [u, v] in field.row_places(y) {
            bytes.extend_from_slice(&u.to_le_bytes());
            bytes.extend_from_slice(&v.to_le_bytes());
        }
        file.write_all(&bytes)?;
    }
    file.flush()
}

fn say_quick(asked: &Compare, checks: &[Check]) -> Result<(), Failure> {
    if asked.json {
        let value = serde_json::json!({
            "interface": 1,
            "comparable": checks.iter().all(Check::is_ok),
            "checks": checks.iter().map(Check::json).collect::<Vec<_>>(),
        });
        return input::say(&json(&value)?);
    }
    let mut text = verdict(checks);
    text.push_str(&checks_in_words(checks));
    input::say(&text)
}

fn verdict(checks: &[Check]) -> String {
    match checks.iter().find(|check| !check.is_ok()) {
        None => "Comparable\n".to_owned(),
        Some(check) => {
            format!("Not comparable: {} ({})\n  {}\n", check.name.word(), check.of, check.remedy)
        }
    }
}

fn checks_in_words(checks: &[Check]) -> String {
    let lines = checks.iter().map(|check| {
        let (word, limit) = match check.limit {
            Limit::AtMost(limit) => ("at most", limit),
            Limit::AtLeast(limit) => ("at least", limit),
        };
        let mark = if check.is_ok() { "ok  " } else { "FAIL" };
        format!(
            "  {mark} {}, {}: {:.2} {} ({word} {limit})\n",
            check.name.word(),
            check.of,
            check.value,
            check.unit
        )
    });
    lines.collect()
}

fn in_words(compared: &Comparison) -> String {
    let report = &compared.report;
    let mut text = verdict(&report.checks);
    text.push_str("\nChecks\n");
    text.push_str(&checks_in_words(&report.checks));
    if let Some(laid) = &report.alignment {
        text.push_str(&format!(
            "\nAlignment\n  {}, {} features agree, {:.2} px left between patches that were held out\n",
            laid.model.word(),
            laid.inliers,
            laid.residual_px_heldout
        ));
    }
    if !report.changes.is_empty() {
        text.push_str("\nChange, AFTER minus BEFORE\n");
    }
    for change in &report.changes {
        let beyond = if change.is_beyond_error() {
            "more than two shots of the same skin differ by"
        } else {
            "no change beyond measurement error"
        };
        let [low, high] = change.interval;
        text.push_str(&format!(
            "  {}: {:+.2} {} (95 % {low:.2} to {high:.2}), against {}; {beyond} ({:.2})\n",
            change.what, change.value, change.unit, change.against, change.smallest_detectable
        ));
    }
    if !report.not_measurable.is_empty() {
        text.push_str("\nNot measured\n");
    }
    for not in &report.not_measurable {
        text.push_str(&format!("  {}: {}\n", not.what, not.why));
    }
    text
}
