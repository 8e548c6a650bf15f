//! Memory stays within its bounds.

use super::*;

#[test]
fn what_is_remembered_of_commits_stays_within_its_bounds_however_it_is_cut() {
    let mut parts = remembered_parts();
    (0..200_000).for_each(|commit| parts.insert((commit, 0), [[0; REMEMBERED_OF_DIGEST]; 1].into()));
    let (mut lists, mut digests) = (0, 0);
    parts.retain(|_, part| {
        (lists, digests) = (lists + 1, digests + part.len());
        true
    });
    assert!(lists > 0 && 4 * lists + digests <= MAX_CACHED_DIGESTS, "{lists} lists of {digests} digests");
    let mut commits = remembered_commits();
    let commit = || VerifiedCommit { session: 1, parts: [[0; 32]; 256].into() };
    (0..2 * MAX_CACHED_COMMITS as u64).for_each(|number| commits.insert(number, commit()));
    let mut bytes = 0;
    commits.retain(|_, commit| {
        bytes += commit.parts.as_flattened().len();
        true
    });
    assert!(bytes > 0 && bytes <= 4 * 32 * MAX_CACHED_COMMITS, "{bytes}");
}
