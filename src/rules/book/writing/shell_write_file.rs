//! Files of the project written through the shell.

use std::path::{Path, PathBuf};

use crate::base::text;
use crate::protocol::event::Tool;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Joined, Redirection, Script, Word, options};

/// Shorter text is as well written by the shell: lines, bytes.
const MIN_LINES: usize = 3;
const MIN_BYTES: usize = 200;

/// What is appended must be longer: an Edit needs to be told where the end is.
const MIN_APPENDED_LINES: usize = 8;

pub(crate) const RULE: Rule = Rule {
    id: "shell-write-file",
    severity: Severity::Hint,
    harm: Harm::Style,
    events: Events::Success,
    analyzer: None,
    summary: "a source file written by heredoc or printf",
    why: "Checkpoints and hooks of Edit and Write miss what the shell writes, and an unquoted heredoc expands $ and \
          backticks silently (anthropics/claude-code#15326, #18158).",
    trigger: Trigger::Any(&[
        Trigger::Command { programs: &["cat", "tee"], subcommands: &[], signs: &["<<"], check: |case, command| legacy::on_command(case, command, writes, ADVICE, KEY)},
        // A long text on one line is not found: a `>` stands in too many commands to parse them all
        // for it.
        Trigger::Command {
            programs: &["echo", "printf"],
            subcommands: &[],
            signs: &["\n", "\\n"],
            check: |case, command| legacy::on_command(case, command, writes, ADVICE, KEY),
        },
    ]),
    better: Some(Trigger::Call { tools: &[Tool::Write], check: |case| legacy::good_call(case, |_| Verdict::Fires)}),
    needs: &[Need::FileTools],
    repeat: Repeat::nth(1, 6, 2),
    hits: &[
        Example::bash("cat > src/app.py <<'EOF'\nimport os\nprint(1)\nprint(2)\nEOF")
            .given(&[Given::Cwd("/repo")])
            .says("src/app.py came from the shell"),
        Example::bash("tee lib/a.js <<'X'\na\nb\nc\nX").given(&[Given::Cwd("/repo")]).says("lib/a.js"),
        Example::bash("cat <<'EOF' | tee src/b.py > /dev/null\nimport os\nprint(1)\nprint(2)\nEOF")
            .given(&[Given::Cwd("/repo")])
            .says("src/b.py came from the shell"),
        Example::bash("cat > web/Dockerfile <<'EOF'\nFROM node:22\nCOPY . .\nCMD [\"node\", \"a.js\"]\nEOF")
            .given(&[Given::Cwd("/repo")])
            .says("web/Dockerfile"),
        Example::bash("cat <<'EOF' > README.md\n# Title\n\nText.\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("mkdir -p src/api && cat > src/api/a.ts <<EOF\na\nb\nc\nEOF\ngit add src/api/a.ts")
            .given(&[Given::Cwd("/repo")]),
        Example::bash("cat >> tests/test_x.py <<'EOF'\n1\n2\n3\n4\n5\n6\n7\n8\nEOF")
            .given(&[Given::Cwd("/repo")])
            .says("tests/test_x.py grew through the shell"),
        Example::bash(
            "cat > /repo/cmd/main.go <<'EOF'\npackage main\n\nfunc main() { println(\"$x\") }\nEOF",
        )
        .given(&[Given::Cwd("/repo/cmd"), Given::Programs(&["rg"])])
        .says("main.go came from"),
        Example::bash("printf 'package a\\n\\nfunc A() {\\n}\\n' > a/a.go").given(&[Given::Cwd("/repo")]),
        Example::bash("echo 'a: 1\nb: 2\nc: 3' > config/settings.yaml").given(&[Given::Cwd("/repo")]),
        Example::bash("cd web && cat > src/index.tsx <<'EOF'\n1\n2\n3\nEOF")
            .given(&[Given::Cwd("/repo/web")]),
        Example::bash("cat > run.sh <<'EOF'\n#!/bin/sh\nset -e\nmake\nEOF\nchmod +x run.sh")
            .given(&[Given::Cwd("/repo"), Given::SubAgent]),
    ],
    misses: &[
        Example::bash("cat > /tmp/x.py <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("echo dist/ >> .gitignore").given(&[Given::Cwd("/repo")]),
        Example::bash("echo '# Title' > README.md").given(&[Given::Cwd("/repo")]),
        Example::bash("python3 - <<'EOF'\nprint(1)\nprint(2)\nprint(3)\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("kubectl apply -f - <<'EOF'\na: 1\nb: 2\nc: 3\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("cat > run.sh <<EOF\n#!/bin/sh\nROOT=$PWD\nmake\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("cat > x.md <<EOF\nbuilt\nat\n`date`\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("cat > probe.py <<'EOF'\n1\n2\n3\nEOF\npython3 probe.py; rm probe.py")
            .given(&[Given::Cwd("/repo")]),
        Example::bash("mkdir -p cmd/try && cat > cmd/try/main.go <<'EOF'\n1\n2\n3\nEOF\ngo run ./cmd/try; rm -r cmd/try")
            .given(&[Given::Cwd("/repo")]),
        Example::bash("cat > seed.sql <<'EOF'\n1\n2\n3\nEOF\ncat seed.sql | psql app").given(&[Given::Cwd("/repo")]),
        Example::bash("cat > tmp_probe.py <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("cat > a.json <<'EOF'\n{\n\"a\": 1\n}\nEOF\n./tool a.json")
            .given(&[Given::Cwd("/repo")]),
        Example::bash("cat > src/app.py <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo"), Given::Codex]),
        Example::bash("cat > src/app.py <<'EOF'\n1\n2\n3\nEOF")
            .given(&[Given::Cwd("/repo"), Given::EditFailed("/repo/src/app.py")]),
        Example::bash("cat >> ~/.bashrc <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("cat > \"$OUT/a.py\" <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("ssh web 'cat > app.py' <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("cat <<'EOF' | sudo tee /etc/app.yml\na: 1\nb: 2\nc: 3\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("cat <<'EOF' | sed s/a/b/ | tee src/b.py\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("sudo tee src/a.py <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("d=$(mktemp -d); cd \"$d\"; cat > lib.go <<'EOF'\n1\n2\n3\nEOF")
            .given(&[Given::Cwd("/repo")]),
        Example::bash("cd /tmp/demo && cat > main.go <<'EOF'\n1\n2\n3\nEOF")
            .given(&[Given::Cwd("/tmp/demo"), Given::Project("/repo")]),
        Example::bash("[ -f a.py ] || cat > a.py <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("cat head.py - > all.py <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("cat src/a.py > src/b.py").given(&[Given::Cwd("/repo")]),
        Example::bash("cat > build.log <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
        Example::bash("git commit -F - <<'EOF'\ncat > src/app.py <<'X'\nb\nc\nEOF")
            .given(&[Given::Cwd("/repo")]),
        Example::bash("cat >> CHANGELOG.md <<'EOF'\n\n- a\n- b\nEOF").given(&[Given::Cwd("/repo")]),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = |case, occasion| {
    let written = written(case, occasion.command?).ok()?;
    let path = shown(case, &written.path);
    legacy::plain(match written.appends {
        true => format!(
            "{path} grew through the shell: checkpoints and edit hooks miss that; Edit adds lines after the last one, and shows the change"
        ),
        false => format!(
            "{path} came from the shell: checkpoints and edit hooks miss that; Write makes a file without quoting, Edit changes a part"
        ),
    })
};
const KEY: Key = Key::Rule;

fn writes(case: &Case, command: &Command) -> Verdict {
    match written(case, command) {
        Ok(_) => Verdict::Fires,
        Err("") => Verdict::No,
        Err(because) => Verdict::Near(because),
    }
}

/// Endings of files that people write.
const ENDINGS: [&str; 78] = [
    "rs", "go", "py", "pyi", "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte",
    "astro", "java", "kt", "kts", "scala", "groovy", "gradle", "clj", "cljs", "c", "h", "cc",
    "cpp", "cxx", "hpp", "hh", "m", "mm", "cs", "fs", "swift", "rb", "erb", "php", "pl", "pm",
    "lua", "r", "jl", "dart", "ex", "exs", "erl", "hs", "ml", "mli", "elm", "zig", "nim", "sol",
    "sh", "bash", "zsh", "fish", "ps1", "sql", "html", "htm", "css", "scss", "sass", "less", "md",
    "mdx", "rst", "adoc", "tex", "toml", "yaml", "yml", "json", "proto", "graphql", "tf",
];

/// Names of files without an ending that people write.
const NAMES: [&str; 8] = [
    "Dockerfile",
    "Containerfile",
    "Makefile",
    "Justfile",
    "justfile",
    "Jenkinsfile",
    "Gemfile",
    "Rakefile",
];

/// Programs that look at a file or file it away, and do not use what is in it.
const LOOKS: [&str; 22] = [
    "cat",
    "head",
    "tail",
    "wc",
    "ls",
    "stat",
    "file",
    "chmod",
    "git",
    "grep",
    "rg",
    "sed",
    "diff",
    "gofmt",
    "rustfmt",
    "prettier",
    "black",
    "ruff",
    "eslint",
    "shellcheck",
    "echo",
    "tee",
];

/// A file that a command writes.
struct Written {
    path: PathBuf,
    appends: bool,
}

/// The file of the project that the command writes out of the agent's own words. An error without a
/// reason is not worth one.
fn written(case: &Case, command: &Command) -> Result<Written, &'static str> {
    let script = case.script().ok_or("")?;
    let (target, appends, payload) = match command.program.as_str() {
        "cat" => {
            let stdin = options::read(&command.args, Spec::FLAGS_ONLY);
            if !stdin.iter().all(|item| matches!(item, Item::Operand(word) if word.is("-"))) {
                return Err("");
            }
            let (target, appends) = output(command).ok_or("")?;
            (target, appends, heredoc(command)?)
        }
        "tee" => {
            let items = options::read(&command.args, Spec::FLAGS_ONLY);
            let operands = options::operands(&items);
            let [target] = operands.as_slice() else { return Err("") };
            let fed = feeder(script, command).unwrap_or(command);
            (*target, options::has(&items, Some('a'), "append"), heredoc(fed)?)
        }
        _ => {
            let (target, appends) = output(command).ok_or("")?;
            (target, appends, words(command)?)
        }
    };
    let min_lines = if appends { MIN_APPENDED_LINES } else { MIN_LINES };
    if payload.lines < min_lines && payload.bytes < MIN_BYTES {
        return Err("the text is short");
    }
    let path = target.literal().ok_or("the file is not literal")?;
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let name = path.rsplit('/').next().unwrap_or(path);
    if !ENDINGS.contains(&ending.to_ascii_lowercase().as_str()) && !NAMES.contains(&name) {
        return Err("the file is no source or document");
    }
    if !case.environment.client.has_file_tools() {
        return Err("this client has no Write tool");
    }
    let place_is_plain = command.depth == 0
        && command.wrappers.is_empty()
        && (command.stage.is_none() || feeder(script, command).is_some())
        && !command.background
        && !case.in_background()
        && !command.is_condition
        && command.joined != Joined::Or;
    if !place_is_plain {
        return Err("it is part of something larger");
    }
    let absolute = place(case, script, command, path).ok_or("the folder is not known")?;
    if !is_of_project(case, &absolute) {
        return Err("the file is not of the project");
    }
    if is_used(script, command, path) {
        return Err("the same script uses the file");
    }
    let failed = |call: &crate::store::history::CallLine| {
        !call.ok && matches!(call.tool.as_ref(), "Write" | "Edit" | "MultiEdit")
    };
    if case.calls_on(&absolute.to_string_lossy()).any(failed) {
        return Err("a Write or Edit of the file has failed");
    }
    Ok(Written { path: absolute, appends })
}

/// The `cat` of `cat <<EOF | tee FILE`.
fn feeder<'s>(script: &'s Script, command: &Command) -> Option<&'s Command> {
    match script.stages(command.stage?.pipeline)?.as_slice() {
        [cat, tee] if cat.is("cat") && cat.args.is_empty() && tee.id == command.id => Some(cat),
        _ => None,
    }
}

/// A path as it is told: from the project's folder, or the name alone if that is long.
fn shown(case: &Case, path: &Path) -> String {
    let root = case.environment.work_tree().or(case.environment.cwd());
    let below =
        root.and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path).to_string_lossy();
    if below.chars().count() <= text::MAX_QUOTED_CHARS {
        text::excerpt(&below)
    } else {
        text::file_name(&below)
    }
}

/// The file that standard output goes to, and whether it is appended to.
fn output(command: &Command) -> Option<(&Word, bool)> {
    let mut taking = command.redirections.iter().filter(|redirection| redirection.takes_stdout());
    let last = taking.next_back()?;
    Some((&last.target, last.operator.contains(">>")))
}

/// How much is written.
struct Payload {
    lines: usize,
    bytes: usize,
}

/// The heredoc that feeds a command, if it needs no shell.
fn heredoc(command: &Command) -> Result<Payload, &'static str> {
    let feeding = command.redirections.iter().rfind(|redirection| redirection.gives_stdin());
    let heredoc =
        feeding.and_then(|redirection: &Redirection| redirection.heredoc.as_ref()).ok_or("")?;
    if !heredoc.quoted && expands(&heredoc.text) {
        return Err("the heredoc is filled in by the shell");
    }
    Ok(Payload { lines: heredoc.text.lines().count(), bytes: heredoc.text.len() })
}

/// Whether an unquoted heredoc holds anything that the shell replaces.
fn expands(text: &str) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '$' | '`' => return true,
            _ => {}
        }
    }
    false
}

/// The words of an echo or printf, if they need no shell.
fn words(command: &Command) -> Result<Payload, &'static str> {
    let mut payload = Payload { lines: 1, bytes: 0 };
    for word in &command.args {
        let text = word.literal().ok_or("the shell fills in a word")?;
        payload.lines += text.matches('\n').count() + text.matches("\\n").count();
        payload.bytes += text.len();
    }
    Ok(payload)
}

/// Where `path` is, seen from the command. The client tells the folder after the whole call, so a
/// `cd` must be one that the shell stayed in, or one with an absolute target.
fn place(case: &Case, script: &Script, command: &Command, path: &str) -> Option<PathBuf> {
    if path.starts_with(['/', '~']) {
        return case.environment.absolute(path);
    }
    let before = script.commands.iter().take_while(|other| other.id != command.id);
    let moves = |other: &&Command| matches!(other.program.as_str(), "cd" | "pushd" | "popd");
    let mut moved = before.filter(moves);
    let (first, more) = (moved.next(), moved.next());
    let total = script.commands.iter().filter(moves).count();
    match first {
        None if total == 0 => case.environment.absolute(path),
        Some(cd)
            if total == 1 && more.is_none() && cd.is("cd") && !cd.in_subshell && cd.depth == 0 =>
        {
            let target = cd.args.first()?.literal()?;
            let folder = if target.starts_with(['/', '~']) {
                case.environment.absolute(target)?
            } else {
                case.environment.cwd()?.to_owned()
            };
            Some(crate::project::environment::normal(&folder.join(path)))
        }
        _ => None,
    }
}

/// Whether the file lies in the project and is there to stay.
fn is_of_project(case: &Case, path: &Path) -> bool {
    let root = case.environment.work_tree().or(case.environment.cwd());
    let Some(below) = root.and_then(|root| path.strip_prefix(root).ok()) else { return false };
    let throw_away = below.components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        matches!(part.as_ref(), ".git" | "temp" | ".tmp")
            || part.starts_with("tmp")
            || part.contains("scratch")
    });
    !case.environment.is_aside(path) && !throw_away
}

/// Whether a later command of the script runs, reads or removes the file: then one call does what
/// would be two.
fn is_used(script: &Script, command: &Command, path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folder.trim_start_matches("./");
    // `go run ./cmd/try; rm -r cmd/try`
    let names_folder = |other: &Command| {
        let takes_folder = match other.program.as_str() {
            "go" => other.args.first().is_some_and(|word| word.is("run")),
            program => matches!(program, "rm" | "mv" | "node" | "bun" | "python" | "python3"),
        };
        let is_folder = |word: &Word| {
            let word = word.text.trim_start_matches("./").trim_end_matches('/');
            word.len() > 1 && (word == folder || folder.starts_with(&format!("{word}/")))
        };
        takes_folder && other.args.iter().any(is_folder)
    };
    let names_file = |other: &Command| {
        let fed = |redirection: &Redirection| {
            redirection.gives_stdin() && redirection.target.text.ends_with(name)
        };
        other.spelled.ends_with(name)
            || other.args.iter().any(|word| word.text.contains(name))
            || other.redirections.iter().any(fed)
    };
    let looks = |other: &Command| LOOKS.contains(&other.program.as_str()) && !other.writes_pipe;
    let later = script.commands.iter().skip_while(|other| other.id != command.id).skip(1);
    later.filter(|other| !looks(other)).any(|other| names_file(other) || names_folder(other))
}
