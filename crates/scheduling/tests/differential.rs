//! Two independent searches agree on invented clinics: the same starts, the same count, the same assignments; and a
//! checker written apart finds nothing wrong with any of them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the naive search and the draws are helpers of these tests, and fail them"
)]

#[path = "support/naive.rs"]
mod naive;
#[path = "support/random.rs"]
mod random;

use percuta_scheduling::{examine::examine, slots, slots::at};

/// Compares the searches on so many clinics; says how many starts there were.
fn agree(seeds: std::ops::Range<u64>) -> (usize, usize) {
    let (mut starts, mut clinics) = (0, 0);
    for seed in seeds {
        let (clinic, request) = random::clinic(seed);
        let naive = naive::all(&clinic, &request);
        let answer = slots(&clinic, &request);
        assert_eq!(answer.counted, u64::try_from(naive.len()).unwrap(), "counted, seed {seed}");
        for (ours, theirs) in answer.starts.iter().zip(&naive) {
            assert_eq!(ours, theirs, "seed {seed}: {request:#?}");
        }
        assert_eq!(answer.starts.len(), naive.len(), "seed {seed}");
        for visit in answer.starts.iter().step_by(17) {
            let wrong = examine(&clinic, &request, visit);
            assert!(wrong.is_empty(), "seed {seed}: {wrong:?}");
            let again = at(&clinic, &request, visit.site, visit.span().from);
            assert_eq!(again.as_ref(), Some(visit), "seed {seed}: booked alone");
        }
        starts += naive.len();
        clinics += usize::from(!naive.is_empty());
    }
    (clinics, starts)
}

#[test]
fn two_searches_agree_on_invented_clinics() {
    let (clinics, starts) = agree(0..2_000);
    // The draws are worth nothing when nothing is possible in them.
    assert!(clinics > 600 && starts > 50_000, "{clinics} clinics with {starts} starts");
}

/// `cargo test -p percuta-scheduling --test differential -- --ignored`
#[test]
#[ignore = "takes minutes: forty thousand clinics more"]
fn two_searches_agree_on_many_more_invented_clinics() {
    let (clinics, starts) = agree(2_000..42_000);
    assert!(clinics > 12_000 && starts > 1_000_000, "{clinics} clinics with {starts} starts");
}
