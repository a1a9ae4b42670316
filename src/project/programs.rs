//! What is known of programs by their name: one table in place of a list in every rule.
//!
//! What depends on arguments too is in the rule that asks. What runs tests and builds is in
//! [`runner`](super::runner), which knows their sub-commands and labels.

use Trait::*;

/// What holds for a program, whatever its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trait {
    /// It leaves every file as it is, whatever its arguments.
    ReadsOnly,
    /// It prints the lines of the files that it is given.
    PrintsFiles,
    /// Behind a pipe it lets whole lines pass, whatever its arguments.
    PassesLines,
    /// Behind a pipe it only thins out what it reads: the same call with another such filter is the
    /// same call.
    ShowsPart,
    /// At the end of a pipeline its status says nothing of the run before it.
    HidesStatus,
    /// It reads its input to the end and succeeds, so that `pipefail` is safe with it.
    ReadsToEnd,
    /// Behind a pipe it prints nothing exactly where it reads nothing.
    KeepsEmptiness,
    /// Behind a pipe it prints every line that it reads, perhaps in another order.
    KeepsEveryLine,
    /// Behind a pipe it chooses, cuts or counts lines and acts on no file.
    ChoosesLines,
    /// Its exit status 1 is an answer, not a failure.
    AnswersByStatus,
    /// It makes, moves or removes files and folders.
    ChangesFolders,
    /// Its arguments are text or code, in which a secret may be an example.
    TakesText,
    /// It shows, checks or stores a file and does nothing with the content.
    LooksOrChecks,
    /// Its sub-command says what it does.
    HasSubcommands,
    /// It is a Python program that a project keeps in its own environment.
    IsPythonTool,
    /// It is a Python program that imports the project's own modules.
    ImportsProject,
}

/// Each program with all that holds for it, sorted by name.
const PROGRAMS: [(&str, &[Trait]); 119] = [
    (":", &[ReadsOnly]),
    ("[", &[ReadsOnly, AnswersByStatus]),
    ("[[", &[ReadsOnly, AnswersByStatus]),
    ("ack", &[TakesText]),
    ("ag", &[ReadsOnly, TakesText]),
    ("alembic", &[IsPythonTool, ImportsProject]),
    ("awk", &[ShowsPart, HidesStatus, ChoosesLines, TakesText]),
    ("basedpyright", &[IsPythonTool]),
    ("basename", &[ReadsOnly]),
    ("bash", &[TakesText]),
    ("bat", &[ReadsOnly, PrintsFiles, PassesLines]),
    ("batcat", &[PrintsFiles, PassesLines]),
    ("black", &[LooksOrChecks, IsPythonTool]),
    ("cargo", &[HasSubcommands]),
    (
        "cat",
        &[
            ReadsOnly,
            PrintsFiles,
            PassesLines,
            ShowsPart,
            ReadsToEnd,
            KeepsEmptiness,
            KeepsEveryLine,
            ChoosesLines,
            TakesText,
            LooksOrChecks,
        ],
    ),
    ("cd", &[ReadsOnly]),
    ("celery", &[IsPythonTool, ImportsProject]),
    ("chmod", &[LooksOrChecks]),
    ("cmp", &[ReadsOnly, AnswersByStatus]),
    ("column", &[ReadsOnly, PrintsFiles, PassesLines, KeepsEveryLine, ChoosesLines]),
    ("command", &[AnswersByStatus]),
    ("coverage", &[IsPythonTool, ImportsProject]),
    ("cp", &[ChangesFolders]),
    ("cut", &[ReadsOnly, ShowsPart, HidesStatus, ReadsToEnd, KeepsEmptiness, ChoosesLines]),
    ("date", &[ReadsOnly]),
    ("df", &[ReadsOnly]),
    ("diff", &[ReadsOnly, AnswersByStatus, LooksOrChecks]),
    ("dirname", &[ReadsOnly]),
    ("docker", &[HasSubcommands]),
    ("du", &[ReadsOnly]),
    ("echo", &[ReadsOnly, TakesText, LooksOrChecks]),
    (
        "egrep",
        &[ReadsOnly, PrintsFiles, ShowsPart, HidesStatus, ChoosesLines, AnswersByStatus, TakesText],
    ),
    ("eslint", &[LooksOrChecks]),
    ("false", &[ReadsOnly]),
    ("fastapi", &[ImportsProject]),
    ("fgrep", &[ReadsOnly, PrintsFiles, ChoosesLines, TakesText]),
    ("file", &[ReadsOnly, LooksOrChecks]),
    ("flake8", &[IsPythonTool]),
    ("flask", &[IsPythonTool, ImportsProject]),
    ("gawk", &[ChoosesLines, TakesText]),
    ("gh", &[TakesText, HasSubcommands]),
    ("git", &[ChangesFolders, TakesText, LooksOrChecks, HasSubcommands]),
    ("go", &[HasSubcommands]),
    ("gofmt", &[LooksOrChecks]),
    (
        "grep",
        &[
            ReadsOnly,
            PrintsFiles,
            ShowsPart,
            HidesStatus,
            ChoosesLines,
            AnswersByStatus,
            TakesText,
            LooksOrChecks,
        ],
    ),
    ("gsed", &[PrintsFiles, TakesText]),
    ("gunicorn", &[IsPythonTool, ImportsProject]),
    (
        "head",
        &[
            ReadsOnly,
            PrintsFiles,
            ShowsPart,
            HidesStatus,
            KeepsEmptiness,
            ChoosesLines,
            LooksOrChecks,
        ],
    ),
    ("id", &[ReadsOnly]),
    ("install", &[ChangesFolders]),
    ("isort", &[IsPythonTool]),
    ("jq", &[ReadsOnly, AnswersByStatus, TakesText]),
    ("kubectl", &[HasSubcommands]),
    ("less", &[ReadsOnly, PrintsFiles, PassesLines, ShowsPart, KeepsEveryLine, ChoosesLines]),
    ("ln", &[ChangesFolders]),
    ("ls", &[ReadsOnly, LooksOrChecks]),
    ("mkdir", &[ChangesFolders]),
    ("more", &[PrintsFiles, PassesLines, KeepsEveryLine, ChoosesLines]),
    ("mv", &[ChangesFolders]),
    ("mypy", &[IsPythonTool, ImportsProject]),
    ("nl", &[ReadsOnly, PrintsFiles, PassesLines, KeepsEmptiness, KeepsEveryLine, ChoosesLines]),
    ("node", &[TakesText]),
    ("npm", &[HasSubcommands]),
    ("perl", &[TakesText]),
    ("pgrep", &[ReadsOnly, AnswersByStatus]),
    ("php", &[TakesText]),
    ("pnpm", &[HasSubcommands]),
    ("podman", &[HasSubcommands]),
    ("prettier", &[LooksOrChecks]),
    ("printf", &[ReadsOnly, TakesText]),
    ("ps", &[ReadsOnly]),
    ("pwd", &[ReadsOnly]),
    ("py.test", &[IsPythonTool, ImportsProject]),
    ("pylint", &[IsPythonTool, ImportsProject]),
    ("pyright", &[IsPythonTool]),
    ("pytest", &[IsPythonTool, ImportsProject]),
    ("python", &[TakesText]),
    ("python3", &[TakesText]),
    ("readlink", &[ReadsOnly]),
    ("realpath", &[ReadsOnly]),
    (
        "rg",
        &[
            ReadsOnly,
            PrintsFiles,
            ShowsPart,
            HidesStatus,
            ChoosesLines,
            AnswersByStatus,
            TakesText,
            LooksOrChecks,
        ],
    ),
    ("rm", &[ChangesFolders]),
    ("rmdir", &[ChangesFolders]),
    ("rsync", &[ChangesFolders]),
    ("ruby", &[TakesText]),
    ("ruff", &[LooksOrChecks, IsPythonTool]),
    ("rustfmt", &[LooksOrChecks]),
    ("sed", &[PrintsFiles, ShowsPart, HidesStatus, ChoosesLines, TakesText, LooksOrChecks]),
    ("set", &[ReadsOnly]),
    ("sh", &[TakesText]),
    ("shasum", &[ReadsOnly]),
    ("shellcheck", &[LooksOrChecks]),
    ("sleep", &[ReadsOnly]),
    (
        "sort",
        &[
            PrintsFiles,
            PassesLines,
            ShowsPart,
            HidesStatus,
            ReadsToEnd,
            KeepsEmptiness,
            KeepsEveryLine,
            ChoosesLines,
        ],
    ),
    ("sphinx-build", &[ImportsProject]),
    ("stat", &[ReadsOnly, LooksOrChecks]),
    ("streamlit", &[ImportsProject]),
    ("strings", &[PrintsFiles, PassesLines]),
    ("tac", &[PrintsFiles, PassesLines]),
    (
        "tail",
        &[
            ReadsOnly,
            PrintsFiles,
            ShowsPart,
            HidesStatus,
            ReadsToEnd,
            KeepsEmptiness,
            ChoosesLines,
            LooksOrChecks,
        ],
    ),
    ("tee", &[ShowsPart, HidesStatus, ReadsToEnd, ChangesFolders, TakesText, LooksOrChecks]),
    ("test", &[ReadsOnly, AnswersByStatus]),
    ("touch", &[ChangesFolders]),
    ("tr", &[ReadsOnly, KeepsEmptiness, ChoosesLines]),
    ("tree", &[ReadsOnly]),
    ("true", &[ReadsOnly]),
    ("ty", &[IsPythonTool]),
    ("type", &[ReadsOnly]),
    ("uname", &[ReadsOnly]),
    (
        "uniq",
        &[ReadsOnly, PrintsFiles, PassesLines, ShowsPart, ReadsToEnd, KeepsEmptiness, ChoosesLines],
    ),
    ("unlink", &[ChangesFolders]),
    ("uvicorn", &[IsPythonTool, ImportsProject]),
    ("wait", &[ReadsOnly]),
    ("wc", &[ReadsOnly, ShowsPart, HidesStatus, ReadsToEnd, ChoosesLines, LooksOrChecks]),
    ("which", &[ReadsOnly, AnswersByStatus]),
    ("whoami", &[ReadsOnly]),
    ("yarn", &[HasSubcommands]),
    ("yq", &[TakesText]),
    ("zsh", &[TakesText]),
];

/// Whether `wanted` holds for the program of this name.
pub(crate) fn is(name: &str, wanted: Trait) -> bool {
    PROGRAMS
        .binary_search_by(|(known, _)| (*known).cmp(name))
        .ok()
        .and_then(|at| PROGRAMS.get(at))
        .is_some_and(|(_, traits)| traits.contains(&wanted))
}

/// How many programs `wanted` holds for.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
pub(crate) const fn count(wanted: Trait) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < PROGRAMS.len() {
        count += contains(PROGRAMS[at].1, wanted) as usize;
        at += 1;
    }
    count
}

/// The programs that `wanted` holds for, for the data of a trigger. `N` is their [`count`].
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
pub(crate) const fn all<const N: usize>(wanted: Trait) -> [&'static str; N] {
    let (mut names, mut next, mut at) = ([""; N], 0, 0);
    while at < PROGRAMS.len() {
        if contains(PROGRAMS[at].1, wanted) {
            names[next] = PROGRAMS[at].0;
            next += 1;
        }
        at += 1;
    }
    names
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn contains(traits: &[Trait], wanted: Trait) -> bool {
    let mut at = 0;
    while at < traits.len() {
        // Enums cannot be compared in constants.
        if traits[at] as u8 == wanted as u8 {
            return true;
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_sorted_and_found() {
        assert!(PROGRAMS.is_sorted_by(|(one, _), (next, _)| one < next));
        assert!(PROGRAMS.iter().all(|(name, traits)| traits.iter().all(|of| is(name, *of))));
        assert!(is("cat", ReadsOnly) && !is("tee", ReadsOnly) && !is("no-such", ReadsOnly));
    }

    #[test]
    fn triggers_get_every_name_once() {
        const NAMES: [&str; count(PrintsFiles)] = all(PrintsFiles);
        assert!(NAMES.contains(&"cat") && NAMES.iter().all(|name| is(name, PrintsFiles)));
    }
}
