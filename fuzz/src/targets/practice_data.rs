//! Files of consent rules, quality rules, referral rules, rules of records and terms, and texts for the linter: any text.

use saferoom::model::Rules;
use saferoom::practice::consent::ConsentRules;
use saferoom::practice::quality::QualityRules;
use saferoom::practice::referrals::ReferralRules;
use saferoom::practice::terms::{Terms, lint};

pub(crate) fn run(text: &str) {
    for warning in lint(text) {
        assert!(text.get(warning.place).is_some());
    }
    if let Ok(rules) = ConsentRules::parse(text) {
        assert!(rules.grounds().iter().flat_map(|ground| &ground.recipients).all(|kind| rules.recipient(kind).is_some()));
    }
    if let Ok(rules) = QualityRules::parse(text) {
        assert!(rules.thresholds().minutes_without_break(None) > 0);
    }
    let _ = ReferralRules::parse(text);
    if let Ok(rules) = Rules::parse(text) {
        assert!(rules.names().is_sorted());
    }
    if let Ok(terms) = Terms::parse(text) {
        assert!(terms.all().iter().all(|term| !term.instead_en.trim().is_empty()));
    }
}
