//! How long a case is kept: rules by forms of harm and outcome, and the day on which the period ends.

use super::RetentionStart;
use crate::model::{PartialDate, code_lists, days_in};

/// All retention rules of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// At which age a child comes of age, in years.
    pub majority_age: u32,
    /// The rules; the first that fits counts, and the last fits every case.
    pub rules: Vec<RetentionRule>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionRule {
    /// Its name, in kebab case.
    pub name: String,
    /// What it is about, in English.
    pub en: String,
    /// What it is about, in Khmer.
    pub km: String,
    /// Codes of `harm_form` or of its groups, ascending: one form of the case is among them. Empty: any.
    pub harm: Vec<String>,
    /// Codes of `legal_outcome`, ascending: the outcome is among them. Empty: any.
    pub outcomes: Vec<String>,
    /// From when the period counts.
    pub from: RetentionStart,
    /// Whole years of the period.
    pub years: u32,
    /// Months on top.
    pub months: u32,
}

/// What a rule has to know of a case.
#[derive(Debug, Clone, Copy)]
pub struct RetentionCase<'a> {
    /// The forms of harm, codes of `harm_form`.
    pub harm: &'a [&'a str],
    /// The outcome, a code of `legal_outcome`, if there is one.
    pub outcome: Option<&'a str>,
    /// The day on which it was closed.
    pub closed_on: PartialDate,
    /// When the youngest child was born, if that is known.
    pub youngest_born: Option<PartialDate>,
}

impl Retention {
    /// The rule for a case: the first that fits.
    #[must_use]
    pub fn rule_for(&self, case: &RetentionCase<'_>) -> Option<&RetentionRule> {
        self.rules.iter().find(|rule| rule.fits(case))
    }

    /// The last day on which a case is kept by this rule. Where a date is known in part, the latest day that it can be;
    /// where no date of birth is known, as if a child had been born on the day of closing. None: beyond the year 2100.
    #[must_use]
    pub fn keep_until(&self, rule: &RetentionRule, case: &RetentionCase<'_>) -> Option<PartialDate> {
        let closed = last_day(case.closed_on);
        let born = case.youngest_born.map_or(closed, last_day);
        let majority = later_by(born, self.majority_age * 12);
        let start = match rule.from {
            RetentionStart::Closing => closed,
            RetentionStart::Majority => majority,
            RetentionStart::Later => closed.max(majority),
        };
        let (year, month, day) = later_by(start, rule.years * 12 + rule.months);
        PartialDate::day(u16::try_from(year).ok()?, u8::try_from(month).ok()?, day).ok()
    }
}

impl RetentionRule {
    /// Whether it is for every case.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.harm.is_empty() && self.outcomes.is_empty()
    }

    fn fits(&self, case: &RetentionCase<'_>) -> bool {
        let forms = code_lists().list("harm_form");
        let among = |code: &str, codes: &[String]| codes.iter().any(|listed| listed == code);
        let group = |code: &str| forms.and_then(|list| list.coarse(code));
        let of_harm =
            |code: &&str| among(code, &self.harm) || group(code).is_some_and(|group| among(group, &self.harm));
        let harm = self.harm.is_empty() || case.harm.iter().any(of_harm);
        let outcome = self.outcomes.is_empty() || case.outcome.is_some_and(|code| among(code, &self.outcomes));
        harm && outcome
    }
}

/// Year, month, day.
pub type Day = (u32, u32, u8);

/// The latest day that a date can be.
#[must_use]
pub fn last_day(date: PartialDate) -> Day {
    let (year, month) = (u32::from(date.in_year()), u32::from(date.in_month().unwrap_or(12)));
    (year, month, date.on_day().unwrap_or_else(|| days_in(year, month)))
}

/// So many months later: the same day, or the last one of a shorter month.
fn later_by((year, month, day): Day, months: u32) -> Day {
    let all = year * 12 + (month - 1) + months;
    let (year, month) = (all / 12, all % 12 + 1);
    (year, month, day.min(days_in(year, month)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::AccessPolicy;

    fn date(text: &str) -> PartialDate {
        PartialDate::parse(text).unwrap()
    }

    fn rule(name: &str, from: RetentionStart, years: u32, months: u32) -> RetentionRule {
        let text = String::new();
        RetentionRule {
            name: name.to_owned(),
            en: text.clone(),
            km: text,
            harm: Vec::new(),
            outcomes: Vec::new(),
            from,
            years,
            months,
        }
    }

    fn until(from: RetentionStart, closed: &str, born: Option<&str>) -> Option<String> {
        let retention = Retention { majority_age: 18, rules: vec![rule("all", from, 5, 1)] };
        let case = RetentionCase { harm: &[], outcome: None, closed_on: date(closed), youngest_born: born.map(date) };
        retention.keep_until(&retention.rules[0], &case).map(|day| day.to_text())
    }

    #[test]
    fn periods_end_on_the_latest_day_that_the_dates_allow() {
        use RetentionStart::{Closing, Later, Majority};
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(until(Closing, "2024-01-31", None), is("2029-02-28"));
        assert_eq!(until(Closing, "2024-02", None), is("2029-03-29"));
        assert_eq!(until(Closing, "2024", None), is("2030-01-31"));
        assert_eq!(until(Majority, "2024-01-31", Some("2014-05-17")), is("2037-06-17"));
        assert_eq!(until(Majority, "2024-01-31", Some("2014~")), is("2038-01-31"));
        assert_eq!(until(Majority, "2024-01-31", None), is("2047-02-28"), "as if born on the day of closing");
        assert_eq!(until(Later, "2024-01-31", Some("1990")), is("2029-02-28"));
        assert_eq!(until(Later, "2024-01-31", Some("2014-05-17")), is("2037-06-17"));
        assert_eq!(until(Majority, "2090", None), None, "beyond 2100");
    }

    #[test]
    fn the_first_rule_that_fits_counts() {
        let mut some = rule("some", RetentionStart::Closing, 1, 0);
        (some.harm, some.outcomes) = (vec!["neglect".into(), "trafficking".into()], vec!["acquitted".into()]);
        let retention = Retention { majority_age: 18, rules: vec![some, rule("all", RetentionStart::Closing, 2, 0)] };
        let fits = |harm: &[&str], outcome| {
            let case = RetentionCase { harm, outcome, closed_on: date("2024"), youngest_born: None };
            retention.rule_for(&case).unwrap().name.clone()
        };
        assert_eq!(fits(&["rape", "neglect"], Some("acquitted")), "some");
        assert_eq!(fits(&["trafficking_labour"], Some("acquitted")), "some", "by its group");
        assert_eq!(fits(&["rape"], Some("acquitted")), "all");
        assert_eq!(fits(&["neglect"], Some("charged")), "all");
        assert_eq!(fits(&["neglect"], None), "all");
        assert_eq!(fits(&[], Some("of-a-newer-list")), "all");
    }

    #[test]
    fn the_standard_rules_keep_every_case_past_childhood() {
        let policy = AccessPolicy::standard();
        for outcome in [None, Some("acquitted"), Some("dismissed"), Some("convicted"), Some("unknown")] {
            let born = Some(date("2024-01-01"));
            let case = RetentionCase { harm: &["rape"], outcome, closed_on: date("2024-06-01"), youngest_born: born };
            let rule = policy.retention_rules().rule_for(&case).unwrap();
            let until = policy.retention_rules().keep_until(rule, &case).unwrap();
            assert!(until.in_year() > 2042, "{outcome:?}");
        }
    }
}
