//! The options of git's sub-commands: which take a value, and what a long one cut short means.

use crate::shell::options::Spec;

/// The options of a sub-command.
pub(crate) struct Options {
    /// The short options with a value. The long ones are in `long`.
    pub(crate) short: Spec,
    /// The long options, with `=` after one that takes a value.
    long: &'static str,
}

impl Options {
    /// The options of the sub-command `sub`; none with a value for one that no rule reads.
    pub(crate) fn of(sub: &str) -> Self {
        let (short, attached, long) = match sub {
            "commit" => ("mFCct", "uS", COMMIT),
            "push" => ("o", "", PUSH),
            "reset" => ("", "", RESET),
            "checkout" => ("bB", "", CHECKOUT),
            "restore" => ("s", "", RESTORE),
            "switch" => ("cC", "", SWITCH),
            "clean" => ("e", "", "quiet dry-run force interactive exclude="),
            "add" | "stage" => ("", "", ADD),
            "stash" => ("m", "", STASH),
            "merge" => ("mFsX", "S", MERGE),
            "rebase" => ("xsXO", "CSr", REBASE),
            "pull" => ("sXjo", "Sr", PULL),
            "cherry-pick" | "revert" => ("mX", "S", PICK),
            "tag" => ("mFu", "n", TAG),
            "am" => ("", "CSp", "interactive quiet continue skip abort quit no-verify no-gpg-sign"),
            "rm" => ("", "", "dry-run quiet cached force ignore-unmatch sparse"),
            "notes" => ("mFcC", "", "ref= message= file= reuse-message= reedit-message= force"),
            "worktree" => ("bB", "", "force detach checkout lock reason= orphan"),
            "config" => {
                ("f", "", "list get set unset edit global local system worktree file= type=")
            }
            "branch" => ("u", "", "edit-description set-upstream-to= delete force move list all"),
            "checkout-index" => ("", "", "all force quiet index stdin temp prefix= stage="),
            _ => ("", "", ""),
        };
        Self { short: Spec { short, attached, long: &[] }, long }
    }

    /// The whole name of the long option `name`, and whether it takes a value. git takes any
    /// beginning that only one option has.
    pub(crate) fn full<'n>(&self, name: &'n str) -> (&'n str, bool) {
        let all = || {
            self.long.split_ascii_whitespace().map(|option| match option.strip_suffix('=') {
                Some(option) => (option, true),
                None => (option, false),
            })
        };
        if let Some(exact) = all().find(|(option, _)| *option == name) {
            return exact;
        }
        let candidates: Vec<_> = all().filter(|(option, _)| option.starts_with(name)).collect();
        let shortest = candidates.iter().min_by_key(|(option, _)| option.len());
        // git refuses `--forc`, which also begins `--force-with-lease`: no harm in reading it.
        let covers = |short: &str| candidates.iter().all(|(option, _)| option.starts_with(short));
        match shortest {
            Some((short, takes_value)) if !name.is_empty() && covers(short) => {
                (short, *takes_value)
            }
            _ => (name, false),
        }
    }
}

// As `git SUB --git-completion-helper-all` of git 2.47 prints them, without most of the negations.

const COMMIT: &str = "quiet verbose file= author= date= message= reedit-message= reuse-message= \
                      fixup= squash= reset-author trailer= signoff template= edit cleanup= status \
                      gpg-sign all include interactive patch only dry-run short branch \
                      ahead-behind porcelain long null amend untracked-files pathspec-from-file= \
                      pathspec-file-nul allow-empty allow-empty-message verify post-rewrite \
                      no-verify no-edit no-gpg-sign no-verbose";

const PUSH: &str = "verbose quiet repo= all branches mirror delete tags dry-run porcelain force \
                    force-with-lease force-if-includes recurse-submodules= thin receive-pack= \
                    exec= set-upstream progress prune follow-tags signed atomic push-option= ipv4 \
                    ipv6 verify no-verify no-verbose";

const RESET: &str = "quiet mixed soft hard merge keep recurse-submodules patch intent-to-add \
                     pathspec-from-file= pathspec-file-nul refresh";

const CHECKOUT: &str = "guess overlay quiet recurse-submodules progress merge conflict= detach \
                        track force orphan= overwrite-ignore ignore-other-worktrees ours theirs \
                        patch ignore-skip-worktree-bits pathspec-from-file= pathspec-file-nul";

const RESTORE: &str = "source= staged worktree ignore-unmerged overlay quiet recurse-submodules \
                       progress merge conflict= ours theirs patch ignore-skip-worktree-bits \
                       pathspec-from-file= pathspec-file-nul";

const SWITCH: &str = "create= force-create= guess discard-changes quiet recurse-submodules \
                      progress merge conflict= detach track force orphan= overwrite-ignore \
                      ignore-other-worktrees";

const ADD: &str = "dry-run verbose interactive patch edit force update renormalize intent-to-add \
                   all ignore-removal refresh ignore-errors ignore-missing sparse chmod= \
                   pathspec-from-file= pathspec-file-nul";

const STASH: &str = "keep-index staged patch quiet include-untracked all message= \
                     pathspec-from-file= pathspec-file-nul index";

const MERGE: &str = "stat summary log squash commit edit cleanup= ff ff-only rerere-autoupdate \
                     verify-signatures strategy= strategy-option= message= file= into-name= \
                     verbose quiet abort quit continue allow-unrelated-histories progress gpg-sign \
                     autostash overwrite-ignore signoff verify no-verify no-commit no-edit \
                     no-gpg-sign no-ff no-verbose";

const REBASE: &str = "onto= keep-base quiet verbose signoff committer-date-is-author-date \
                      reset-author-date ignore-date ignore-whitespace whitespace= force-rebase \
                      continue skip abort quit edit-todo show-current-patch apply merge \
                      interactive rerere-autoupdate empty= keep-empty autosquash update-refs \
                      gpg-sign autostash exec= allow-empty-message rebase-merges fork-point \
                      strategy= strategy-option= root reschedule-failed-exec reapply-cherry-picks \
                      verify stat no-verify no-gpg-sign no-verbose";

const PULL: &str = "verbose quiet progress recurse-submodules rebase stat summary log signoff \
                    squash commit edit cleanup= ff ff-only verify verify-signatures autostash \
                    strategy= strategy-option= gpg-sign allow-unrelated-histories all append \
                    upload-pack= force tags prune jobs= dry-run keep depth= shallow-since= \
                    shallow-exclude= deepen= unshallow update-shallow refmap= server-option= ipv4 \
                    ipv6 negotiation-tip= set-upstream no-verify no-commit no-edit no-rebase";

const PICK: &str = "quit continue abort skip cleanup= edit signoff mainline= rerere-autoupdate \
                    strategy= strategy-option= gpg-sign ff allow-empty allow-empty-message \
                    keep-redundant-commits empty= reference commit no-commit no-edit no-gpg-sign";

const TAG: &str = "list delete verify annotate message= file= trailer= edit sign cleanup= \
                   local-user= force create-reflog column contains= with= without= merged= \
                   no-merged= omit-empty sort= points-at= format= color ignore-case";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_cut_short_is_the_only_one_that_begins_so() {
        for (sub, name, full) in [
            ("push", "forc", ("force", false)),
            ("push", "force", ("force", false)),
            ("push", "mirr", ("mirror", false)),
            ("reset", "har", ("hard", false)),
            ("commit", "no-verif", ("no-verify", false)),
            ("commit", "mess", ("message", true)),
            ("commit", "am", ("amend", false)),
            ("commit", "a", ("a", false)),
            ("log", "gr", ("gr", false)),
        ] {
            assert_eq!(Options::of(sub).full(name), full, "{sub} --{name}");
        }
    }
}
