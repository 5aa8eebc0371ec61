//! How often a list is asked for.

/// How often a list is asked for, in seconds.
///
/// After an answer, the next question comes when the server says that the list may have changed
/// (`Cache-Control: max-age`, `Expires`; else the list's own `ttl`; else [`Self::usual`]), but not
/// sooner than [`Self::shortest`] and not later than [`Self::longest`]. A tenth of that time at most
/// is added at random, so that many gates do not ask in the same second.
///
/// After a failure, the next question comes after a random time between 1 second and a limit. The
/// limit is 5 seconds at first, doubles with each failure, and never exceeds 15 minutes or
/// [`Self::longest`]. `Retry-After` of the server makes the time longer, up to [`Self::longest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchRules {
    shortest: u64,
    usual: u64,
    longest: u64,
}

/// The limit of the time after the first failure.
const FIRST_FAILURE: u64 = 5;
/// The limit of the time after many failures.
const MANY_FAILURES: u64 = 900;

impl Default for FetchRules {
    /// At least a minute, usually 5 minutes, an hour at most.
    fn default() -> Self {
        Self { shortest: 60, usual: 300, longest: 3600 }
    }
}

impl FetchRules {
    /// The usual time becomes `seconds`, and the list is not asked for sooner than that.
    #[must_use]
    pub fn every(self, seconds: u64) -> Self {
        let seconds = seconds.max(1);
        Self { shortest: seconds, usual: seconds, longest: self.longest.max(seconds) }
    }

    /// For lists that may be `seconds` old at most: they are asked for at least four times as often.
    #[must_use]
    pub fn for_lists_of(self, seconds: u64) -> Self {
        let longest = self.longest.min(seconds / 4).max(1);
        Self { shortest: self.shortest.min(longest), usual: self.usual.min(longest), longest }
    }

    /// The shortest time between two questions after an answer.
    #[must_use]
    pub const fn shortest(&self) -> u64 {
        self.shortest
    }

    /// The time between two questions where neither server nor list says anything.
    #[must_use]
    pub const fn usual(&self) -> u64 {
        self.usual
    }

    /// The longest time between two questions, without the random tenth.
    #[must_use]
    pub const fn longest(&self) -> u64 {
        self.longest
    }

    /// The time to the next question after an answer. `said` is what the server or the list said.
    pub(super) fn after_answer(&self, said: Option<u64>, random: u64) -> u64 {
        let wait = said.unwrap_or(self.usual).clamp(self.shortest, self.longest);
        wait.saturating_add(up_to(wait / 10, random))
    }

    /// The time to the next question after so many failures, at least one.
    pub(super) fn after_failure(
        &self,
        failures: u32,
        retry_after: Option<u64>,
        random: u64,
    ) -> u64 {
        let doubled = 1_u64.checked_shl(failures.saturating_sub(1)).unwrap_or(u64::MAX);
        let limit = FIRST_FAILURE.saturating_mul(doubled).min(MANY_FAILURES).min(self.longest);
        let wait = up_to(limit.saturating_sub(1), random).saturating_add(1);
        let Some(said) = retry_after else { return wait };
        let said = said.min(self.longest);
        wait.max(said.saturating_add(up_to(said / 10, random)))
    }
}

/// A number from 0 to `most`.
fn up_to(most: u64, random: u64) -> u64 {
    random.checked_rem(most.saturating_add(1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_asked_for_as_often_as_their_age_needs() {
        let spans = |rules: FetchRules| (rules.shortest(), rules.usual(), rules.longest());
        let usual = FetchRules::default();
        assert_eq!(spans(usual), (60, 300, 3600));
        assert_eq!(spans(usual.every(20)), (20, 20, 3600));
        assert_eq!(spans(usual.every(7200)), (7200, 7200, 7200));
        assert_eq!(spans(usual.every(0)), (1, 1, 3600));
        assert_eq!(spans(usual.for_lists_of(86_400)), (60, 300, 3600));
        assert_eq!(spans(usual.for_lists_of(400)), (60, 100, 100));
        assert_eq!(spans(usual.for_lists_of(100)), (25, 25, 25));
        assert_eq!(spans(usual.for_lists_of(0)), (1, 1, 1));
    }

    #[test]
    fn the_next_question_comes_within_its_bounds() {
        let rules = FetchRules::default();
        for (said, random, wait) in [
            (None, 0, 300),
            (None, 30, 330),
            (None, 31, 300),
            (Some(10), 6, 66),
            (Some(600), 0, 600),
            (Some(u64::MAX), 360, 3960),
        ] {
            assert_eq!(rules.after_answer(said, random), wait, "{said:?} {random}");
        }
        for (failures, retry_after, random, wait) in [
            (1, None, 0, 1),
            (1, None, 4, 5),
            (1, None, 5, 1),
            (2, None, 9, 10),
            (8, None, 639, 640),
            (9, None, 899, 900),
            (9, None, 900, 1),
            (u32::MAX, None, 899, 900),
            (1, Some(0), 4, 5),
            (1, Some(100), 0, 100),
            (1, Some(100), 10, 110),
            (1, Some(u64::MAX), 360, 3960),
        ] {
            let told = rules.after_failure(failures, retry_after, random);
            assert_eq!(told, wait, "{failures} {retry_after:?} {random}");
        }
        let often = rules.for_lists_of(100);
        assert_eq!(often.after_failure(9, None, 24), 25);
    }
}
