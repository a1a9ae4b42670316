//! Paths that are not there, while the file is elsewhere in the project.

mod absence;

use crate::base::read;
use crate::project::programs::{self, Trait};
use std::path::{Path, PathBuf};

use absence::{SIGNS, is_missing, tracked_file};

use crate::base::text;
use crate::project::environment::{normal, work_tree_around};
use crate::protocol::event::Tool;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::case::working_dir::from_folder;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::words::quote;
use crate::shell::{Command, Word};

/// How much of an error is searched, bytes.
const SEARCHED_BYTES: usize = 8 << 10;

/// Names that many folders have: one of them elsewhere is another file.
const COMMON: [&str; 16] = [
    "README.md",
    "package.json",
    "index.ts",
    "index.js",
    "index.tsx",
    "mod.rs",
    "main.rs",
    "lib.rs",
    "main.py",
    "__init__.py",
    "main.go",
    "Makefile",
    "Dockerfile",
    "config.json",
    "Cargo.toml",
    "types.ts",
];

const TRACKED: Given = Given::Tracked(&["src/app/utils.ts", "tests/test_a.py", "web/a.ts"]);
const UTILS: Given = Given::File("src/app/utils.ts", "x\n");
const TEST: Given = Given::File("tests/test_a.py", "x\n");
const WEB: Given = Given::File("web/a.ts", "x\n");
const GONE: Given = Given::Failed("<tool_use_error>File does not exist.</tool_use_error>");
const IN_WEB: Given = Given::Cwd("{dir}/web");

pub(crate) const RULE: Rule = Rule {
    id: "enoent-cwd-drift",
    severity: Severity::Hint,
    harm: Harm::Waste,
    events: Events::Failure,
    analyzer: Some(Analyzer::AntiPattern),
    summary: "a missing path that is elsewhere in the project",
    why: "The working directory stays where a cd left it, so relative paths break in later calls; naming the \
          path that exists saves the search for it.",
    lesson: None,
    trigger: Trigger::Deferred {
        tools: &[Tool::Shell, Tool::Read, Tool::Edit],
        concerns: |case| {
            let error = case.event.error_text(SEARCHED_BYTES);
            SIGNS.iter().any(|sign| error.contains(sign))
        },
        check: |case| {
            let lost = Lost::of(case)?;
            Ok(Finding::new(lost.advice(case)?).about(lost.written))
        },
    },
    better: None,
    needs: &[],
    repeat: Repeat::nth(1, 1000, 5),
    hits: &[
        Example::bash("pytest tests/test_a.py")
            .given(&[
                TEST,
                WEB,
                TRACKED,
                IN_WEB,
                Given::Failed("Exit code 4\nERROR: file or directory not found: tests/test_a.py"),
            ])
            .says(
                "tests/test_a.py is not below web, the current directory; it is here: `../tests/test_a.py`",
            ),
        Example::bash("cat web/a.ts")
            .given(&[
                WEB,
                TRACKED,
                IN_WEB,
                Given::Failed("Exit code 1\ncat: web/a.ts: No such file or directory"),
            ])
            .says("it is here: `a.ts`"),
        Example::bash("cd web && ls")
            .given(&[
                WEB,
                TRACKED,
                IN_WEB,
                Given::Failed("Exit code 1\n/bin/bash: line 1: cd: web: No such file or directory"),
            ])
            .says("cd web failed: the shell is in that folder already"),
        Example::bash("cd tests")
            .given(&[
                TEST,
                WEB,
                TRACKED,
                IN_WEB,
                Given::Failed("Exit code 1\nbash: line 1: cd: tests: No such file or directory"),
            ])
            .says("`../tests`"),
        Example::bash("sed -n 1,5p app/utils.ts")
            .given(&[
                UTILS,
                TRACKED,
                Given::Failed("Exit code 2\nsed: can't read app/utils.ts: No such file or directory"),
            ])
            .says("`src/app/utils.ts`"),
        Example::bash("wc -l test_a.py && echo x")
            .given(&[TEST, TRACKED, Given::Failed("Exit code 1\nwc: test_a.py: No such file or directory")])
            .says("`tests/test_a.py`"),
        Example::read("{dir}/app/utils.ts")
            .given(&[UTILS, TRACKED, GONE])
            .says("app/utils.ts does not exist; a file of this name is here"),
        Example::read("{dir}/lib/utils.ts").given(&[UTILS, TRACKED, GONE]).says("src/app/utils.ts`"),
        Example::edit("/elsewhere/project/src/app/utils.ts")
            .given(&[
                UTILS,
                TRACKED,
                Given::Failed("File does not exist. Note: your current working directory is /x."),
            ])
            .says("src/app/utils.ts`"),
        Example::bash("ls -la tests/test_a.py 2>&1; exit 2")
            .given(&[
                TEST,
                WEB,
                TRACKED,
                IN_WEB,
                Given::Failed("Exit code 2\nls: cannot access 'tests/test_a.py': No such file or directory"),
            ])
            .says("`../tests/test_a.py`"),
    ],
    misses: &[
        Example::bash("ls build").given(&[
            TRACKED,
            Given::Failed("Exit code 2\nls: cannot access 'build': No such file or directory"),
        ]),
        Example::bash("ssh h cat x")
            .given(&[Given::File("x", ""), Given::Failed("Exit code 1\nNo such file or directory")]),
        Example::bash("ssh h cat test_a.py").given(&[
            TEST,
            TRACKED,
            Given::Failed("Exit code 1\ncat: test_a.py: No such file or directory"),
        ]),
        Example::bash("cat a.ts").given(&[
            Given::File("x/a.ts", ""),
            Given::File("y/a.ts", ""),
            Given::Tracked(&["x/a.ts", "y/a.ts"]),
            Given::Failed("Exit code 1\ncat: a.ts: No such file or directory"),
        ]),
        Example::bash("rm test_a.py").given(&[
            TEST,
            TRACKED,
            Given::Failed("Exit code 1\nrm: cannot remove 'test_a.py': No such file or directory"),
        ]),
        Example::bash("mkdir tests/x").given(&[
            TEST,
            WEB,
            TRACKED,
            IN_WEB,
            Given::Failed("Exit code 1\nmkdir: cannot create directory 'tests/x': No such file or directory"),
        ]),
        Example::bash("echo x > tests/test_a.py").given(&[
            TEST,
            WEB,
            TRACKED,
            IN_WEB,
            Given::Failed("Exit code 1\nbash: tests/test_a.py: No such file or directory"),
        ]),
        Example::bash("cc -o tests/test_a.py x.c").given(&[
            TEST,
            WEB,
            TRACKED,
            IN_WEB,
            Given::Failed("Exit code 1\ncc: cannot open tests/test_a.py: No such file or directory"),
        ]),
        Example::bash("cat *.zip")
            .given(&[TRACKED, Given::Failed("Exit code 1\ncat: '*.zip': No such file or directory")]),
        Example::bash("cat tests/test_a.py").given(&[
            TEST,
            TRACKED,
            Given::Failed("Exit code 1\ncat: tests/test_a.py: No such file or directory"),
        ]),
        Example::bash("python x.py").given(&[
            TEST,
            TRACKED,
            Given::Failed("Exit code 1\nFileNotFoundError: [Errno 2] No such file or directory: 'test_a.py'"),
        ]),
        Example::bash("cat $F/test_a.py").given(&[
            TEST,
            TRACKED,
            Given::Failed("Exit code 1\ncat: /test_a.py: No such file or directory"),
        ]),
        Example::read("{dir}/docs/README.md").given(&[
            Given::File("README.md", "x"),
            Given::Tracked(&["README.md"]),
            GONE,
        ]),
        Example::read("{dir}/app/utils.ts").given(&[TRACKED, GONE]),
        Example::read("{dir}/utils.ts").given(&[
            UTILS,
            TRACKED,
            Given::Failed("File does not exist. Did you mean src/app/utils.ts?"),
        ]),
        Example::read("{dir}/gone.ts").given(&[UTILS, TRACKED, GONE]),
        Example::read("/tmp/elsewhere.json").given(&[UTILS, TRACKED, GONE]),
        Example::bash("docker run -v x:/x i cat tests/test_a.py").given(&[
            TEST,
            WEB,
            TRACKED,
            IN_WEB,
            Given::Failed("Exit code 1\ncat: tests/test_a.py: No such file or directory"),
        ]),
        Example::bash("git add tests/test_a.py").given(&[
            TEST,
            WEB,
            TRACKED,
            IN_WEB,
            Given::Failed("Exit code 128\nfatal: pathspec 'tests/test_a.py' does not exist"),
        ]),
    ],
    since: "0.1.0",
};

/// A path that is not there, and the file that was found for it.
#[derive(Debug)]
struct Lost {
    /// As it was written.
    written: String,
    found: PathBuf,
    /// The folder that it is relative to; `None` for a tool that takes absolute paths.
    folder: Option<PathBuf>,
    /// It is the target of a `cd`.
    is_cd: bool,
}

impl Lost {
    fn of(case: &Case) -> Check<Self> {
        let error = case.event.error_text(SEARCHED_BYTES);
        if error.contains("Did you mean") {
            return Err(Miss::Near("the client names a file itself"));
        }
        if case.is(Tool::Shell) { Self::in_shell(case, &error) } else { Self::in_tool(case) }
    }

    fn in_tool(case: &Case) -> Check<Self> {
        let written = case.event.input().file_path.as_deref().ok_or(Miss::No)?;
        let path = case.environment.absolute(written).ok_or(Miss::No)?;
        if read::exists(&path) {
            return Err(Miss::Near("the file is there"));
        }
        let name = path.file_name().ok_or(Miss::No)?.to_string_lossy().into_owned();
        // Of a path in another project more than the name has to match.
        let root =
            case.environment.work_tree().ok_or(Miss::Near("there is no work tree to look in"))?;
        let needs_more = COMMON.contains(&name.as_str()) || !path.starts_with(root);
        let found = tracked_file(&case.environment, &path, 1 + usize::from(needs_more))?;
        let written = match path.strip_prefix(root) {
            Ok(below) => below.to_string_lossy().into_owned(),
            Err(_) => name,
        };
        Ok(Self { written, found, folder: None, is_cd: false })
    }

    fn in_shell(case: &Case, error: &str) -> Check<Self> {
        let script = case.script().ok_or(Miss::No)?;
        if script.commands.iter().any(|command| command.remote) {
            return Err(Miss::Near("part of the call ran elsewhere"));
        }
        let mut miss = Miss::No;
        for command in case.commands() {
            for (at, word) in command.args.iter().enumerate() {
                if !is_missing(error, word) {
                    continue;
                }
                match Self::of_word(case, command, at, word) {
                    Ok(lost) => return Ok(lost),
                    Err(near) => miss = near,
                }
            }
        }
        Err(miss)
    }

    fn of_word(case: &Case, command: &Command, at: usize, word: &Word) -> Check<Self> {
        let is_output =
            at.checked_sub(1).and_then(|before| command.args.get(before)).is_some_and(|option| {
                matches!(option.text.as_str(), "-o" | "--output" | "--out" | "-O" | "--outfile")
            });
        if is_output || programs::is(&command.program, Trait::ChangesFolders) {
            return Err(Miss::Near("the path was to be created or removed"));
        }
        let folder = case
            .told_folder_of(command)
            .ok_or(Miss::Near("the folder in which it ran is not known"))?;
        let path = normal(&folder.join(&word.text));
        if read::exists(&path) {
            return Err(Miss::Near("the path is there now"));
        }
        let written = word.text.trim_end_matches('/').to_owned();
        let lost = |found| Self {
            written: written.clone(),
            found,
            folder: Some(folder.clone()),
            is_cd: command.is("cd"),
        };
        let root =
            work_tree_around(&folder).ok_or(Miss::Near("there is no work tree to look in"))?;
        let above = folder.ancestors().skip(1).take_while(|above| above.starts_with(root));
        let found: Vec<PathBuf> =
            above.map(|above| above.join(&written)).filter(|path| read::exists(path)).collect();
        match found.as_slice() {
            [only] => return Ok(lost(only.clone())),
            [] => {}
            _ => return Err(Miss::Near("there are several such paths above")),
        }
        let is_common = COMMON.contains(&written.as_str());
        let depth = Path::new(&written).components().count();
        let depth = depth.max(1 + usize::from(is_common));
        tracked_file(&case.environment, &folder.join(&written), depth).map(lost)
    }

    fn advice(&self, case: &Case) -> Check<Advice> {
        let cwd = case.environment.cwd().ok_or(Miss::NoBetterForm)?;
        let written = text::excerpt(&self.written);
        if text::has_markup(&text::clean(&self.written)) {
            return Err(Miss::NoBetterForm);
        }
        // A repository must not be able to say something through the name of a path.
        let root = case.environment.work_tree();
        let below = root.and_then(|root| self.found.strip_prefix(root).ok());
        let is_plain = below.is_some_and(|path| {
            path.as_os_str().is_empty() || path.to_str().is_some_and(text::is_plain_name)
        });
        let Some(folder) = &self.folder else {
            let plain =
                format!("{written} does not exist; git tracks a file of this name elsewhere");
            return Ok(Advice::with_rewrite(
                format!("{written} does not exist; a file of this name is here"),
                is_plain.then(|| quote(&self.found.to_string_lossy())),
                plain,
            ));
        };
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let name = if text::is_plain_name(name) {
            format!("{}, ", text::excerpt(name))
        } else {
            String::new()
        };
        if self.is_cd && self.found == *folder {
            return Ok(Advice::plain(format!(
                "cd {written} failed: the shell is in that folder already"
            )));
        }
        let place = if folder == cwd { "the current directory" } else { "where the command ran" };
        let fact = format!("{written} is not below {name}{place}");
        Ok(Advice::with_rewrite(
            format!("{fact}; it is here"),
            is_plain.then(|| quote(&from_folder(&self.found, cwd))),
            format!("{fact}, but elsewhere in the project"),
        ))
    }
}
