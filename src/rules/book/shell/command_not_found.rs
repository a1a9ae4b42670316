//! Programs that the shell did not find, and what there is instead.

mod substitutes;

use substitutes::Substitute;

use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::book::support::not_found::SEARCHED_BYTES;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::Command;
use crate::shell::missing_program;
use crate::shell::words::quote;

const PYTHON3: Given = Given::Programs(&["python3", "rg"]);

pub(crate) const RULE: Rule = Rule {
    id: "command-not-found",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Failure,
    analyzer: Some(Analyzer::Router),
    summary: "command not found, but a similar program exists",
    why: "Naming a program that exists saves the loop of guesses and installs that follows exit code 127.",
    lesson: None,
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell],
        concerns: |case| case.event.error_text(SEARCHED_BYTES).contains("not found"),
        check: |case| {
            let missing = Missing::of(case)?;
            let nearest = Substitute::nearest(case, missing.command, missing.name);
            let substitute = nearest.ok_or(Miss::Near("nothing like it was found"))?;
            Ok(Finding::new(missing.advice(case, substitute)).about(missing.name))
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
            .says("ifconfig is not on PATH: use ip, which has other options"),
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

/// A program of this call that the shell did not find.
struct Missing<'c> {
    /// The command that was to start it.
    command: &'c Command,
    /// It is a wrapper around the command: `timeout`, `sudo`.
    is_wrapper: bool,
    name: &'c str,
}

impl<'c> Missing<'c> {
    fn of(case: &'c Case) -> Check<Self> {
        let error = case.event.error_text(SEARCHED_BYTES);
        let names: Vec<&str> = error.lines().filter_map(missing_program).collect();
        if names.is_empty() {
            return Err(Miss::No);
        }
        let script = case.script().ok_or(Miss::No)?;
        let missing = case.commands().find_map(|command| Self::in_command(command, &names));
        let missing =
            missing.ok_or(Miss::Near("what was not found is not started by this call itself"))?;
        if script.commands.iter().any(|other| other.remote) {
            return Err(Miss::Near(
                "part of the call ran elsewhere, and the message may be from there",
            ));
        }
        let sets_path = script.commands.iter().any(|other| {
            other.assigned("PATH").is_some()
                || other.args.iter().any(|word| word.text.starts_with("PATH="))
        });
        if sets_path || script.functions.iter().any(|function| function == missing.name) {
            return Err(Miss::Near("the call sets PATH or defines the name itself"));
        }
        if case.environment.finds(missing.name) {
            return Err(Miss::Near("it is on PATH"));
        }
        Ok(missing)
    }

    /// The first of these `names` that `command` was to start, itself or as a wrapper.
    fn in_command(command: &'c Command, names: &[&str]) -> Option<Self> {
        names.iter().find_map(|name| {
            if command.program == *name && command.spelled == *name {
                return Some(Self { command, is_wrapper: false, name: &command.program });
            }
            let wrapper = command.wrappers.iter().find(|wrapper| *wrapper == name)?;
            Some(Self { command, is_wrapper: true, name: wrapper })
        })
    }

    fn advice(&self, case: &Case, substitute: Substitute) -> Advice {
        let name = self.name;
        match substitute {
            Substitute::InProject(path) => {
                let path = quote(&path);
                let rewrite = self.with(case, &path).unwrap_or(path);
                // A project chooses its names as it does its output: the sentence repeats neither.
                let plain = format!("{name} is not on PATH: run the one that the project has");
                Advice::better(
                    format!("{name} is not on PATH, but in this project"),
                    rewrite,
                    plain,
                )
            }
            Substitute::Similar(program) => Advice::plain(format!(
                "{name} is not on PATH: use {program}, which has other options"
            )),
            Substitute::Same(program) => {
                let fact = format!("{name} is not on PATH, {program} is");
                match self.with(case, program) {
                    Some(rewrite) => Advice::better(fact.clone(), rewrite, fact),
                    None => Advice::plain(fact),
                }
            }
        }
    }

    /// The call with another program in place of the missing one, if the call is nothing but the
    /// one command.
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
