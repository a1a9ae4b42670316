//! Programs that the shell did not find, and where the like of them is.

use std::path::{Path, PathBuf};

use super::support::synonyms;
use super::support::synonyms::Stand;
use crate::project::environment::{is_executable, project_folders};
use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::case::working_dir::from_folder;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::Command;
use crate::shell::words::quote;

/// How much of an error is searched, bytes.
const SEARCHED_BYTES: usize = 8 << 10;

const PYTHON3: Given = Given::Programs(&["python3", "rg"]);

pub(crate) const RULE: Rule = Rule {
    id: "command-not-found",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Failure,
    analyzer: Some(Analyzer::Router),
    summary: "a program not on PATH, with its like near",
    why: "A name that is looked up and found saves the loop of guesses and installs that follows exit code 127.",
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell],
        concerns: |case| case.event.error_text(SEARCHED_BYTES).contains("not found"),
        check: |case| {
            legacy::on_call(
                case,
                |case| match Missing::of(case) {
                    Ok(missing) => match missing.nearest(case) {
                        Some(_) => Verdict::Fires,
                        None => Verdict::Near("nothing like it was found"),
                    },
                    Err(verdict) => verdict,
                },
                ADVICE,
                KEY,
            )
        },
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 1000, 4),
    hits: &[
        Example::bash("python app.py")
            .given(&[
                PYTHON3,
                Given::Failed("Exit code 127\n/bin/bash: line 1: python: command not found"),
            ])
            .says("python is not on PATH, python3 is: `python3 app.py`"),
        Example::bash("cd . && python app.py | tail -3")
            .given(&[PYTHON3, Given::Failed("Exit code 127\nbash: python: command not found")])
            .says("python is not on PATH, python3 is"),
        Example::bash("python app.py")
            .given(&[PYTHON3, Given::Failed("Exit code 127\n(eval):1: command not found: python")])
            .says("`python3 app.py`"),
        Example::bash("python -V")
            .given(&[PYTHON3, Given::Failed("Exit code 127\nsh: 1: python: not found")])
            .says("`python3 -V`"),
        Example::bash("pip install x")
            .given(&[
                Given::Programs(&["pip3"]),
                Given::Failed("Exit code 127\nzsh:1: command not found: pip"),
            ])
            .says("`pip3 install x`"),
        Example::bash("fd -e rs")
            .given(&[
                Given::Programs(&["fdfind"]),
                Given::Failed("Exit code 127\nbash: line 1: fd: command not found"),
            ])
            .says("`fdfind -e rs`"),
        Example::bash("tsc --noEmit")
            .given(&[
                Given::File("package.json", "{}"),
                Given::Executable("node_modules/.bin/tsc"),
                Given::Failed("Exit code 127\nbash: line 1: tsc: command not found"),
            ])
            .says("`node_modules/.bin/tsc --noEmit`"),
        Example::bash("pytest -q tests")
            .given(&[
                Given::Executable(".venv/bin/pytest"),
                Given::Failed("Exit code 127\nbash: line 1: pytest: command not found"),
            ])
            .says("pytest is not on PATH, but in this project: `.venv/bin/pytest -q tests`"),
        Example::bash("gradle build")
            .given(&[
                Given::Executable("gradlew"),
                Given::Failed("Exit code 127\nbash: gradle: command not found"),
            ])
            .says("`./gradlew build`"),
        Example::bash("mvn -q test")
            .given(&[
                Given::Branch("main"),
                Given::Executable("mvnw"),
                Given::File("core/pom.xml", ""),
                Given::Cwd("{dir}/core"),
                Given::Failed("Exit code 127\nbash: mvn: command not found"),
            ])
            .says("`../mvnw -q test`"),
        Example::bash("run.sh --all")
            .given(&[
                Given::Executable("run.sh"),
                Given::Failed("Exit code 127\nbash: run.sh: command not found"),
            ])
            .says("`./run.sh --all`"),
        Example::bash("rails s -d")
            .given(&[
                Given::Executable("bin/rails"),
                Given::Failed("Exit code 127\nsh: rails: not found"),
            ])
            .says("`bin/rails s -d`"),
        Example::bash("timeout 5 make")
            .given(&[
                Given::Programs(&["gtimeout", "make"]),
                Given::Failed("Exit code 127\nzsh:1: command not found: timeout"),
            ])
            .says("timeout is not on PATH, gtimeout is"),
        Example::bash("sudo ifconfig")
            .given(&[
                Given::Programs(&["ip"]),
                Given::Failed("Exit code 1\nsudo: ifconfig: command not found"),
            ])
            .says("ifconfig is not on PATH; ip is, with other options"),
    ],
    misses: &[
        Example::bash("command -v rg").given(&[Given::Failed("Exit code 1")]),
        Example::bash("which fd || echo 'fd: not found'; false")
            .given(&[Given::Programs(&["fdfind"]), Given::Failed("Exit code 1\nfd: not found")]),
        Example::bash("./run.sh").given(&[
            PYTHON3,
            Given::Failed(
                "Exit code 126\nbash: ./run.sh: python: bad interpreter: No such file or directory",
            ),
        ]),
        Example::bash("./run.sh").given(&[
            PYTHON3,
            Given::Failed("Exit code 127\n./run.sh: line 3: python: command not found"),
        ]),
        Example::bash("make")
            .given(&[PYTHON3, Given::Failed("Exit code 2\n/bin/sh: 1: python: not found")]),
        Example::bash("ssh host python app.py").given(&[
            PYTHON3,
            Given::Failed("Exit code 127\nbash: line 1: python: command not found"),
        ]),
        Example::bash("docker exec c python app.py")
            .given(&[PYTHON3, Given::Failed("Exit code 127\nsh: 1: python: not found")]),
        Example::bash("docker exec c sh -c 'python x' || python y")
            .given(&[PYTHON3, Given::Failed("Exit code 127\nsh: 1: python: not found")]),
        Example::bash("frobnicate -x")
            .given(&[Given::Failed("Exit code 127\nbash: frobnicate: command not found")]),
        Example::bash("python app.py").given(&[
            Given::Programs(&["python", "python3"]),
            Given::Failed("Exit code 127\nbash: python: command not found"),
        ]),
        Example::bash("python app.py")
            .given(&[PYTHON3, Given::Failed("Exit code 1\nKeyError: 'python: command not found'")]),
        Example::bash("curl x")
            .given(&[PYTHON3, Given::Failed("Exit code 22\ncurl: (22) 404 not found")]),
        Example::bash("git commit -m 'python: not found'")
            .given(&[PYTHON3, Given::Failed("Exit code 1\npython: not found")]),
        Example::bash("PATH=/opt/bin python app.py")
            .given(&[PYTHON3, Given::Failed("Exit code 127\nbash: python: command not found")]),
        Example::bash("export PATH=/x; python app.py")
            .given(&[PYTHON3, Given::Failed("Exit code 127\nbash: python: command not found")]),
        Example::bash("docker-compose up -d").given(&[
            Given::Programs(&["docker"]),
            Given::Failed("Exit code 127\nbash: docker-compose: command not found"),
        ]),
        Example::bash("/usr/bin/python app.py").given(&[
            PYTHON3,
            Given::Failed("Exit code 127\nbash: /usr/bin/python: No such file or directory"),
        ]),
        Example::bash("npm test").given(&[
            Given::Executable("node_modules/.bin/vitest"),
            Given::Failed("Exit code 127\nsh: 1: vitest: not found"),
        ]),
        Example::bash("tsc").given(&[
            Given::File("node_modules/.bin/tsc", ""),
            Given::Failed("Exit code 127\nbash: line 1: tsc: command not found"),
        ]),
        Example::bash("cat > x.sh <<'EOF'\npython a\nEOF\nbash x.sh").given(&[
            PYTHON3,
            Given::Failed("Exit code 127\nx.sh: line 1: python: command not found"),
        ]),
        Example::bash("docker run --rm alpine python").given(&[
            PYTHON3,
            Given::Failed("Exit code 127\nexec: \"python\": executable file not found in $PATH"),
        ]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> =
    |case, _| Missing::of(case).ok()?.advice(case);
const KEY: Key =
    Key::Of(|case, _| Missing::of(case).map(|missing| missing.name.to_owned()).unwrap_or_default());

/// A program of this call that the shell did not find.
struct Missing<'c> {
    command: &'c Command,
    /// It is a wrapper around the command: `timeout`, `sudo`.
    is_wrapper: bool,
    name: &'c str,
}

/// What there is instead.
enum Nearest {
    /// In the project, by its path from the working directory.
    Local(String),
    /// On PATH.
    Stand(Stand),
}

impl<'c> Missing<'c> {
    /// # Errors
    /// The verdict where none is missing, or where it is not certain.
    fn of(case: &'c Case) -> Result<Self, Verdict> {
        let error = case.event.error_text(SEARCHED_BYTES);
        let names: Vec<&str> = error.lines().filter_map(named).collect();
        if names.is_empty() {
            return Err(Verdict::No);
        }
        let script = case.script().ok_or(Verdict::No)?;
        let bare =
            |command: &Command, name: &str| command.program == name && command.spelled == name;
        for command in case.commands() {
            let found = names.iter().find_map(|name| {
                if bare(command, name) {
                    return Some((command.program.as_str(), false));
                }
                command
                    .wrappers
                    .iter()
                    .find(|wrapper| *wrapper == name)
                    .map(|wrapper| (*wrapper, true))
            });
            let Some((name, is_wrapper)) = found else { continue };
            if script.commands.iter().any(|other| other.remote) {
                return Err(Verdict::Near(
                    "part of the call ran elsewhere, and the message may be from there",
                ));
            }
            let sets_path = script.commands.iter().any(|other| {
                other.assigned("PATH").is_some()
                    || other.args.iter().any(|word| word.text.starts_with("PATH="))
            });
            if sets_path || script.functions.iter().any(|function| function == name) {
                return Err(Verdict::Near("the call sets PATH or defines the name itself"));
            }
            if case.environment.finds(name) {
                return Err(Verdict::Near("it is on PATH"));
            }
            return Ok(Self { command, is_wrapper, name });
        }
        Err(Verdict::Near("what was not found is not started by this call itself"))
    }

    fn nearest(&self, case: &Case) -> Option<Nearest> {
        let folder = case.folder_of(self.command);
        let local = folder.as_deref().and_then(|folder| local(folder, self.name));
        if let (Some(path), Some(folder)) = (local, &folder) {
            let path = from_folder(&path, case.environment.cwd().unwrap_or(folder));
            let path = if path.contains('/') { path } else { format!("./{path}") };
            return Some(Nearest::Local(path));
        }
        synonyms::of(case, self.name).map(Nearest::Stand)
    }

    fn advice(&self, case: &Case) -> Option<Advice> {
        let name = self.name;
        match self.nearest(case)? {
            Nearest::Local(path) => {
                let shown = quote(&path);
                let command = self.with(case, &shown).unwrap_or(shown);
                // A name of the project is no more ours to say than its output.
                let plain = format!("{name} is not on PATH, but the project has its own");
                legacy::better(
                    format!("{name} is not on PATH, but in this project"),
                    command,
                    plain,
                )
            }
            Nearest::Stand(Stand { program, differs: true }) => {
                legacy::plain(format!("{name} is not on PATH; {program} is, with other options"))
            }
            Nearest::Stand(Stand { program, differs: false }) => {
                let fact = format!("{name} is not on PATH, {program} is");
                match self.with(case, program) {
                    Some(command) => legacy::better(fact.clone(), command, fact),
                    None => legacy::plain(fact),
                }
            }
        }
    }

    /// The call with another program in the missing one's place, where it is nothing but the one
    /// command.
    fn with(&self, case: &Case, program: &str) -> Option<String> {
        let script = case.script()?;
        let [only] = script.commands.as_slice() else { return None };
        let is_plain = !self.is_wrapper
            && only.depth == 0
            && only.wrappers.is_empty()
            && only.assignments.is_empty()
            && only.redirections.is_empty()
            && !only.args.iter().any(|word| word.expands);
        let args = only.raw_args();
        let separated = if args.is_empty() { args } else { format!(" {args}") };
        is_plain.then(|| format!("{program}{separated}"))
    }
}

/// The name that a shell's line says was not found. Bash: `bash: line 1: NAME: command not found`;
/// dash and busybox: `sh: 1: NAME: not found`; zsh: `zsh:1: command not found: NAME`; sudo like
/// bash.
fn named(line: &str) -> Option<&str> {
    let line = line.trim();
    let (shell, name) = match line.rsplit_once("command not found: ") {
        Some((shell, name)) => (shell, name),
        None => {
            let before = line
                .strip_suffix(": command not found")
                .or_else(|| line.strip_suffix(": not found"));
            // A catalogued case ends so.
            let before = before.or_else(|| line.strip_suffix(": command not found (127)"))?;
            before.rsplit_once(": ")?
        }
    };
    let shell = shell.split(':').next().unwrap_or_default();
    let shell = shell.rsplit('/').next().unwrap_or_default();
    let is_shell = matches!(
        shell,
        "bash" | "sh" | "dash" | "ash" | "zsh" | "ksh" | "(eval)" | "sudo" | "environment"
    );
    let is_name = (1..=40).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+'));
    (is_shell && is_name).then_some(name)
}

/// Whether the error of this call says that the shell did not find a program of this name.
pub(crate) fn is_named(case: &Case, program: &str) -> bool {
    case.event.error_text(SEARCHED_BYTES).lines().any(|line| named(line) == Some(program))
}

/// A file of the project that is what the name means.
fn local(folder: &Path, name: &str) -> Option<PathBuf> {
    let here = folder.join(name);
    if is_executable(&here) {
        return Some(here);
    }
    let own: &[&str] = match name {
        "gradle" | "gradlew" => &["gradlew"],
        "mvn" | "mvnw" => &["mvnw"],
        "rails" | "rake" | "rspec" | "bundle" | "spring" | "console" => &["bin"],
        "python3" => &[".venv/bin/python3", "venv/bin/python3"],
        _ => &[],
    };
    let own = |root: &Path| {
        own.iter()
            .map(|path| if *path == "bin" { root.join(path).join(name) } else { root.join(path) })
            .collect()
    };
    project_folders(folder)
        .flat_map(|root| {
            let mut paths: Vec<PathBuf> = own(root);
            let bins = ["node_modules/.bin", ".venv/bin", "venv/bin", "vendor/bin"];
            paths.extend(bins.iter().map(|bin| root.join(bin).join(name)));
            paths
        })
        .find(|path| is_executable(path))
}
