//! What holds when a named clinician decides otherwise than a rule.
//!
//! The rulebook's answer is never changed: every reason stays listed. What an override does is to take the reasons that
//! it names out of the decision, where their cards let somebody of that qualification do so. What is left decides, and
//! is never better than *with precautions*, because a decision against a rule is itself one.

use crate::{
    answer::{Answer, Disposition, End, Reason},
    screen::overall_end,
};

/// A decision against one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overrule<'a> {
    /// The rule.
    pub rule: &'a str,
    /// As what the clinician decides: `physician`.
    pub qualification: &'a str,
}

/// Whether a reason's card lets one of these qualifications decide otherwise, and which.
pub fn qualified<'a>(
    answer: &Answer<'_>,
    rule: &str,
    qualifications: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let reason = answer.reasons.iter().find(|reason| reason.id == rule)?;
    qualifications
        .into_iter()
        .find(|qualification| reason.override_by.iter().any(|by| by == qualification))
}

impl Overrule<'_> {
    /// Whether this decision is about a reason and its card allows it.
    pub fn covers(&self, reason: &Reason<'_>) -> bool {
        self.rule == reason.id && reason.override_by.iter().any(|by| by == self.qualification)
    }
}

/// The answer as the planner follows it: without the reasons that were decided otherwise. A person is shown every
/// reason, with who decided otherwise.
pub fn without<'b>(mut answer: Answer<'b>, overrules: &[Overrule<'_>]) -> Answer<'b> {
    let before = answer.reasons.len();
    answer.reasons.retain(|reason| !overrules.iter().any(|overrule| overrule.covers(reason)));
    if answer.reasons.len() == before {
        return answer;
    }
    let worst = answer.reasons.iter().map(|reason| reason.disposition).max();
    answer.disposition =
        worst.unwrap_or(Disposition::Proceed).max(Disposition::ProceedWithPrecautions);
    answer.until = match answer.disposition {
        Disposition::Defer | Disposition::DoNotTreat => {
            overall_end(&answer.reasons, answer.disposition)
        }
        Disposition::Proceed
        | Disposition::ProceedWithPrecautions
        | Disposition::ReferPhysician => None,
    };
    answer.not_before = answer
        .reasons
        .iter()
        .filter_map(|reason| match reason.end {
            End::On(date) => Some(date),
            End::Never | End::Event(_) => None,
        })
        .max();
    answer
}

/// What may be done with these decisions. One that its card does not allow, or about a rule that does not hold, counts
/// for nothing.
pub fn effective(answer: &Answer<'_>, overrules: &[Overrule<'_>]) -> Disposition {
    let is_overruled =
        |reason: &&Reason<'_>| overrules.iter().any(|overrule| overrule.covers(reason));
    let left = answer.reasons.iter().filter(|reason| !is_overruled(reason));
    let worst = left.map(|reason| reason.disposition).max().unwrap_or(Disposition::Proceed);
    if answer.reasons.iter().any(|reason| is_overruled(&reason)) {
        // Never worse than the answer: a reason that only informs is not made a precaution by being overruled.
        worst.max(Disposition::ProceedWithPrecautions).min(answer.disposition)
    } else {
        answer.disposition
    }
}

/// How many days a screening counts at most: what can have changed since is asked again on the day of every visit
/// anyway. The guides name no number; this is a floor under the clinic's own rule.
pub const EXPIRES_AFTER_DAYS: i32 = 90;

#[cfg(test)]
mod tests {
    use super::*;

    fn reason<'b>(id: &'b str, disposition: Disposition, by: &'b [String]) -> Reason<'b> {
        Reason {
            id,
            disposition,
            end: End::Never,
            because: String::new(),
            facts: Vec::new(),
            sources: Vec::new(),
            disagreement: Vec::new(),
            override_by: by,
            override_needs: "a reason",
        }
    }

    fn answer(reasons: Vec<Reason<'_>>) -> Answer<'_> {
        let disposition = reasons.iter().map(|reason| reason.disposition).max();
        Answer {
            disposition: disposition.unwrap_or(Disposition::Proceed),
            until: None,
            reasons,
            precautions: Vec::new(),
            not_before: None,
            missing: Vec::new(),
            unrecognised: Vec::new(),
        }
    }

    #[test]
    fn what_is_left_decides_and_is_never_better_than_with_precautions() {
        let by = ["physician".to_owned()];
        let both = answer(vec![
            reason("contra.a", Disposition::Defer, &by),
            reason("contra.b", Disposition::ReferPhysician, &by),
        ]);
        let a = Overrule { rule: "contra.a", qualification: "physician" };
        let b = Overrule { rule: "contra.b", qualification: "physician" };
        assert_eq!(effective(&both, &[b]), Disposition::Defer);
        assert_eq!(effective(&both, &[a, b]), Disposition::ProceedWithPrecautions);
    }

    #[test]
    fn a_rule_that_nobody_may_override_stays_whoever_asks() {
        let one = answer(vec![reason("contra.a", Disposition::DoNotTreat, &[])]);
        let asked = Overrule { rule: "contra.a", qualification: "physician" };
        assert_eq!(effective(&one, &[asked]), Disposition::DoNotTreat);
        assert_eq!(qualified(&one, "contra.a", ["physician"]), None);
    }

    #[test]
    fn another_qualification_counts_for_nothing() {
        let by = ["dermatologist".to_owned()];
        let one = answer(vec![reason("contra.a", Disposition::Defer, &by)]);
        let asked = Overrule { rule: "contra.a", qualification: "prescriber" };
        assert_eq!(effective(&one, &[asked]), Disposition::Defer);
    }
}
