//! Whether a number of a call reaches a threshold of a rule, as the settings have it.

use super::Case;
use crate::rules::threshold::Threshold;

impl Case<'_> {
    /// Whether `number` reaches the threshold. A project can only raise what the user has.
    pub(crate) fn reaches(&self, threshold: &Threshold, number: u64) -> bool {
        let by_project =
            || self.settings.project_number(threshold.rule, threshold.name, &self.environment);
        self.may_reach(threshold, number)
            && by_project().is_none_or(|least| number >= threshold.bounded(least))
    }

    /// The same without a look at the project's file: for calls of which most say nothing.
    pub(crate) fn may_reach(&self, threshold: &Threshold, number: u64) -> bool {
        number >= self.limit(threshold)
    }

    /// The user's number for the threshold, or its default.
    pub(crate) fn limit(&self, threshold: &Threshold) -> u64 {
        let by_user = self.settings.number(threshold.rule, threshold.name);
        by_user.map_or(threshold.default, |least| threshold.bounded(least))
    }
}
