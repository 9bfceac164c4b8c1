//! Amounts as people write and read them, from and to a currency's smallest unit.

use crate::wording::grouped;

/// How many digits stand behind the point.
fn digits(currency: &str) -> u32 {
    match currency {
        "JPY" | "KRW" | "ISK" | "CLP" | "VND" => 0,
        "BHD" | "KWD" | "OMR" | "TND" | "JOD" => 3,
        _ => 2,
    }
}

/// An amount: "£1,250.00".
pub(crate) fn write(minor: i64, currency: &str) -> String {
    let unit = 10_u64.pow(digits(currency));
    let amount = minor.unsigned_abs();
    let whole = usize::try_from(amount / unit).unwrap_or(usize::MAX);
    let sign = if minor < 0 { "−" } else { "" };
    let behind = match digits(currency) {
        0 => String::new(),
        3 => format!(".{:03}", amount % unit),
        _ => format!(".{:02}", amount % unit),
    };
    match currency {
        "GBP" => format!("{sign}£{}{behind}", grouped(whole)),
        "EUR" => format!("{sign}€{}{behind}", grouped(whole)),
        "USD" => format!("{sign}${}{behind}", grouped(whole)),
        other => format!("{sign}{}{behind} {other}", grouped(whole)),
    }
}

/// An amount as it was typed: `180`, `180.50`, `1,250.00`, `180,50`. `None` when it cannot be one, or may be two.
pub(crate) fn read(text: &str, currency: &str) -> Option<i64> {
    let text: String = text.chars().filter(|letter| !" £€$\u{a0}".contains(*letter)).collect();
    let (whole, behind) = match (text.rfind('.'), text.rfind(',')) {
        (None, None) => (text.as_str(), ""),
        // The later sign parts the smaller unit; alone, a comma before three digits parts thousands.
        (Some(point), comma) if comma.is_none_or(|comma| comma < point) => {
            (text.get(..point)?, text.get(point + 1..)?)
        }
        (None, Some(comma)) if text.len() - comma == 4 => (text.as_str(), ""),
        (_, Some(comma)) => (text.get(..comma)?, text.get(comma + 1..)?),
        (Some(_), None) => return None,
    };
    let whole: String = whole.chars().filter(|letter| !".,".contains(*letter)).collect();
    let places = usize::try_from(digits(currency)).ok()?;
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(&whole) || !is_digits(behind) || behind.len() > places {
        return None;
    }
    format!("{whole}{behind:0<places$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, minor) in [
            ("180", Some(18_000)),
            ("180.5", Some(18_050)),
            ("£ 1,250.00", Some(125_000)),
            ("1.250,75", Some(125_075)),
            ("1,250", Some(125_000)),
            ("180,50", Some(18_050)),
            ("", None),
            ("-5", None),
            ("12.345", None),
            ("a lot", None),
        ] {
            assert_eq!(read(text, "GBP"), minor, "{text}");
        }
        assert_eq!(read("180", "JPY"), Some(180));
    }

    #[test]
    fn an_amount_is_written_with_its_unit() {
        assert_eq!(write(125_000, "GBP"), "£1,250.00");
        assert_eq!(write(180, "JPY"), "180 JPY");
        assert_eq!(write(1_500, "KWD"), "1.500 KWD");
    }
}
