//! What the extract desk does, behind the exported calls of `extract` and `releases`. A build with the feature `extracts`
//! asks the core, one without answers [`NotInThisBuild`](crate::not_in_this_build::NotInThisBuild). So every build exports
//! the same calls, and the same Kotlin, Swift and Python fit on all of them.

#[cfg(any(test, not(feature = "extracts")))]
mod absent;
#[cfg(feature = "extracts")]
mod counts;
#[cfg(feature = "extracts")]
mod extracts;
#[cfg(feature = "extracts")]
mod rules;
#[cfg(feature = "extracts")]
mod tables;
#[cfg(all(test, feature = "extracts"))]
mod tests;
#[cfg(feature = "extracts")]
mod watched;

#[cfg(not(feature = "extracts"))]
pub(crate) use self::absent::{
    anonymise_table, budget_left, build_extract, build_noisy_tables, build_tables, exception, extract_signing_key,
    finish_extract, past_releases, plan_extract, plan_noisy_tables, plan_tables, release_policy, release_series,
    reverse_pseudonym, series, table_risk, verify_extract,
};
#[cfg(feature = "extracts")]
pub(crate) use self::{
    counts::{build_noisy_tables, build_tables, plan_noisy_tables, plan_tables},
    extracts::{build_extract, finish_extract, plan_extract, reverse_pseudonym},
    rules::{budget_left, exception, past_releases, release_policy, release_series, series},
    tables::{anonymise_table, extract_signing_key, table_risk, verify_extract},
};
