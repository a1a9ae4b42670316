//! What is known about programs by their name, in one table instead of a list in each rule.
//!
//! If something depends on the arguments too, the rule that asks knows it. Programs that run tests
//! and builds are in [`runner`](super::runner), which knows their sub-commands and labels.

use Trait::*;

/// A property of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trait {
    /// It never changes a file, whatever its arguments.
    ReadsOnly,
    /// It prints the lines of the files in its arguments.
    PrintsFiles,
    /// After a pipe it passes whole lines on, whatever its arguments.
    PassesLines,
    /// After a pipe it only filters what it reads: a call with another such filter is the same
    /// call.
    ShowsPart,
    /// At the end of a pipeline its exit status says nothing about the run before it.
    HidesStatus,
    /// It reads its input to the end and succeeds, so `pipefail` is safe with it.
    ReadsToEnd,
    /// After a pipe it prints nothing if and only if it reads nothing.
    KeepsEmptiness,
    /// After a pipe it prints every line that it reads, possibly in another order.
    KeepsEveryLine,
    /// After a pipe it selects, cuts or counts lines, and acts on no file.
    ChoosesLines,
    /// It is grep, under one of its names.
    IsGrep,
    /// Its exit status 1 is an answer, and not a failure.
    AnswersByStatus,
    /// It creates, moves or removes files and folders.
    ChangesFolders,
    /// Its arguments are text or code, in which a secret may be an example.
    TakesText,
    /// It prints, checks or stores a file, and does nothing with the content.
    LooksOrChecks,
    /// Its sub-command decides what it does.
    HasSubcommands,
    /// It is a Python program that a project keeps in its own environment.
    IsPythonTool,
    /// It is a Python program that imports the project's own modules.
    ImportsProject,
    /// Without a script, a statement or input it opens a console, which waits for a person.
    OpensConsole,
    /// It shows its input page by page, and waits for keys.
    Pages,
    /// It asks for a password or a passphrase.
    AsksForSecret,
}

/// Each program with its traits, sorted by name.
const PROGRAMS: [(&str, &[Trait]); 174] = [
    (":", &[ReadsOnly]),
    ("R", &[OpensConsole]),
    ("[", &[ReadsOnly, AnswersByStatus]),
    ("[[", &[ReadsOnly, AnswersByStatus]),
    ("ack", &[TakesText]),
    ("ag", &[ReadsOnly, TakesText]),
    ("alembic", &[IsPythonTool, ImportsProject]),
    ("awk", &[ShowsPart, HidesStatus, ChoosesLines, TakesText]),
    ("basedpyright", &[IsPythonTool]),
    ("basename", &[ReadsOnly]),
    ("bash", &[TakesText, OpensConsole]),
    ("bat", &[ReadsOnly, PrintsFiles, PassesLines]),
    ("batcat", &[PrintsFiles, PassesLines]),
    ("bc", &[OpensConsole]),
    ("black", &[LooksOrChecks, IsPythonTool]),
    ("bpython", &[OpensConsole]),
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
    ("clickhouse-client", &[OpensConsole]),
    ("clj", &[OpensConsole]),
    ("cmp", &[ReadsOnly, AnswersByStatus]),
    ("column", &[ReadsOnly, PrintsFiles, PassesLines, KeepsEveryLine, ChoosesLines]),
    ("command", &[AnswersByStatus]),
    ("coverage", &[IsPythonTool, ImportsProject]),
    ("cp", &[ChangesFolders]),
    ("cqlsh", &[OpensConsole]),
    ("cryptsetup", &[AsksForSecret]),
    ("cut", &[ReadsOnly, ShowsPart, HidesStatus, ReadsToEnd, KeepsEmptiness, ChoosesLines]),
    ("dash", &[OpensConsole]),
    ("date", &[ReadsOnly]),
    ("deno", &[OpensConsole]),
    ("df", &[ReadsOnly]),
    ("diff", &[ReadsOnly, AnswersByStatus, LooksOrChecks]),
    ("dirname", &[ReadsOnly]),
    ("docker", &[HasSubcommands]),
    ("du", &[ReadsOnly]),
    ("duckdb", &[OpensConsole]),
    ("echo", &[ReadsOnly, TakesText, LooksOrChecks]),
    (
        "egrep",
        &[
            ReadsOnly,
            PrintsFiles,
            ShowsPart,
            HidesStatus,
            ChoosesLines,
            IsGrep,
            AnswersByStatus,
            TakesText,
        ],
    ),
    ("erl", &[OpensConsole]),
    ("eslint", &[LooksOrChecks]),
    ("false", &[ReadsOnly]),
    ("fastapi", &[ImportsProject]),
    ("fgrep", &[ReadsOnly, PrintsFiles, ChoosesLines, IsGrep, TakesText]),
    ("file", &[ReadsOnly, LooksOrChecks]),
    ("fish", &[OpensConsole]),
    ("flake8", &[IsPythonTool]),
    ("flask", &[IsPythonTool, ImportsProject]),
    ("ftp", &[OpensConsole]),
    ("gawk", &[ChoosesLines, TakesText]),
    ("gdb", &[OpensConsole]),
    ("ggrep", &[ReadsOnly, PrintsFiles, ChoosesLines, IsGrep, TakesText]),
    ("gh", &[TakesText, HasSubcommands]),
    ("ghci", &[OpensConsole]),
    ("git", &[ChangesFolders, TakesText, LooksOrChecks, HasSubcommands]),
    ("gnuplot", &[OpensConsole]),
    ("go", &[HasSubcommands]),
    ("gofmt", &[LooksOrChecks]),
    ("gpg", &[AsksForSecret]),
    ("gpg2", &[AsksForSecret]),
    (
        "grep",
        &[
            ReadsOnly,
            PrintsFiles,
            ShowsPart,
            HidesStatus,
            ChoosesLines,
            IsGrep,
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
    ("htpasswd", &[AsksForSecret]),
    ("id", &[ReadsOnly]),
    ("iex", &[OpensConsole]),
    ("install", &[ChangesFolders]),
    ("ipython", &[OpensConsole]),
    ("irb", &[OpensConsole]),
    ("isort", &[IsPythonTool]),
    ("jq", &[ReadsOnly, AnswersByStatus, TakesText]),
    ("jshell", &[OpensConsole]),
    ("julia", &[OpensConsole]),
    ("keytool", &[AsksForSecret]),
    ("kinit", &[AsksForSecret]),
    ("ksh", &[OpensConsole]),
    ("kubectl", &[HasSubcommands]),
    (
        "less",
        &[ReadsOnly, PrintsFiles, PassesLines, ShowsPart, KeepsEveryLine, ChoosesLines, Pages],
    ),
    ("lldb", &[OpensConsole]),
    ("ln", &[ChangesFolders]),
    ("ls", &[ReadsOnly, LooksOrChecks]),
    ("lua", &[OpensConsole]),
    ("man", &[Pages]),
    ("mariadb", &[OpensConsole]),
    ("mkdir", &[ChangesFolders]),
    ("mongo", &[OpensConsole]),
    ("mongosh", &[OpensConsole]),
    ("more", &[PrintsFiles, PassesLines, KeepsEveryLine, ChoosesLines, Pages]),
    ("most", &[Pages]),
    ("mv", &[ChangesFolders]),
    ("mycli", &[OpensConsole]),
    ("mypy", &[IsPythonTool, ImportsProject]),
    ("mysql", &[OpensConsole]),
    ("mysql_secure_installation", &[AsksForSecret]),
    ("nl", &[ReadsOnly, PrintsFiles, PassesLines, KeepsEmptiness, KeepsEveryLine, ChoosesLines]),
    ("node", &[TakesText, OpensConsole]),
    ("npm", &[HasSubcommands]),
    ("octave", &[OpensConsole]),
    ("passwd", &[AsksForSecret]),
    ("perl", &[TakesText]),
    ("pgcli", &[OpensConsole]),
    ("pgrep", &[ReadsOnly, AnswersByStatus]),
    ("php", &[TakesText]),
    ("pnpm", &[HasSubcommands]),
    ("podman", &[HasSubcommands]),
    ("prettier", &[LooksOrChecks]),
    ("printf", &[ReadsOnly, TakesText]),
    ("pry", &[OpensConsole]),
    ("ps", &[ReadsOnly]),
    ("psql", &[OpensConsole]),
    ("pwd", &[ReadsOnly]),
    ("py.test", &[IsPythonTool, ImportsProject]),
    ("pylint", &[IsPythonTool, ImportsProject]),
    ("pyright", &[IsPythonTool]),
    ("pytest", &[IsPythonTool, ImportsProject]),
    ("python", &[TakesText, OpensConsole]),
    ("python3", &[TakesText, OpensConsole]),
    ("readlink", &[ReadsOnly]),
    ("realpath", &[ReadsOnly]),
    ("redis-cli", &[OpensConsole]),
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
    ("sbt", &[OpensConsole]),
    ("scala", &[OpensConsole]),
    ("sed", &[PrintsFiles, ShowsPart, HidesStatus, ChoosesLines, TakesText, LooksOrChecks]),
    ("set", &[ReadsOnly]),
    ("sftp", &[OpensConsole]),
    ("sh", &[TakesText, OpensConsole]),
    ("shasum", &[ReadsOnly]),
    ("shellcheck", &[LooksOrChecks]),
    ("sleep", &[ReadsOnly]),
    ("snowsql", &[OpensConsole]),
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
    ("sqlite3", &[OpensConsole]),
    ("sqlplus", &[OpensConsole]),
    ("ssh-add", &[AsksForSecret]),
    ("ssh-copy-id", &[AsksForSecret]),
    ("ssh-keygen", &[AsksForSecret]),
    ("stat", &[ReadsOnly, LooksOrChecks]),
    ("streamlit", &[ImportsProject]),
    ("strings", &[PrintsFiles, PassesLines]),
    ("su", &[AsksForSecret]),
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
    ("telnet", &[OpensConsole]),
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
    ("zsh", &[TakesText, OpensConsole]),
];

/// Whether the program of this name has the trait `wanted`.
pub(crate) fn is(name: &str, wanted: Trait) -> bool {
    PROGRAMS
        .binary_search_by(|(known, _)| (*known).cmp(name))
        .ok()
        .and_then(|at| PROGRAMS.get(at))
        .is_some_and(|(_, traits)| traits.contains(&wanted))
}

/// How many programs have the trait `wanted`.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
pub(crate) const fn count(wanted: Trait) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < PROGRAMS.len() {
        count += contains(PROGRAMS[at].1, wanted) as usize;
        at += 1;
    }
    count
}

/// The programs that have the trait `wanted`, for the data of a trigger. `N` is their [`count`].
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
    fn the_table_is_sorted_so_that_every_program_is_found() {
        assert!(PROGRAMS.is_sorted_by(|(one, _), (next, _)| one < next));
        assert!(PROGRAMS.iter().all(|(name, traits)| traits.iter().all(|of| is(name, *of))));
        assert!(is("cat", ReadsOnly) && !is("tee", ReadsOnly) && !is("no-such", ReadsOnly));
    }

    #[test]
    fn all_returns_every_program_with_the_trait() {
        const NAMES: [&str; count(PrintsFiles)] = all(PrintsFiles);
        assert!(NAMES.contains(&"cat") && NAMES.iter().all(|name| is(name, PrintsFiles)));
    }
}
