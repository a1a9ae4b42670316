//! Programs that print lines and fail or succeed as they are told.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::harness::program;

/// The file in the working directory in which each start is noted.
pub const LOG: &str = "started.log";

/// The variable with the status of runs.
pub const STATUS: &str = "STUB_STATUS";

const NAMES: [&str; 26] = [
    "npm", "pytest", "python3", "cargo", "make", "go", "npx", "uv", "poetry", "pnpm", "yarn",
    "ruff", "mypy", "tsc", "mvn", "just", "tox", "dotnet", "docker", "kubectl", "gh", "curl",
    "eslint", "jest", "gradle", "deploy",
];

const SCRIPT: &[u8] = b"#!/bin/bash
top=$PWD; while [ ! -f \"$top/.top\" ] && [ \"$top\" != / ]; do top=$(dirname \"$top\"); done
[ \"$top\" = / ] || echo \"${0##*/} $*\" >>\"$top/started.log\"
if [ \"${0##*/}\" = deploy ]; then echo pushed; exit; fi
seq -f 'ok test %g' 30
echo 'warning: old thing' >&2
if [ \"${STUB_STATUS:-0}\" = 0 ]; then echo '30 passed'; else echo 'FAILED test_x'; echo 'error: boom' >&2; echo '1 failed'; fi
seq -f 'tail %g' 8
exit \"${STUB_STATUS:-0}\"
";

/// A git that pushes nothing.
const GIT: &[u8] = b"#!/bin/bash
echo \"git $*\" >>started.log
echo pushed
";

/// Makes the programs; the folders of runs, and of a git that only notes.
pub fn make(scratch: &Path) -> (PathBuf, PathBuf) {
    let (runs, git) = (scratch.join("stubs"), scratch.join("stub-git"));
    program(&runs.join("stub"), SCRIPT);
    for name in NAMES {
        symlink("stub", runs.join(name)).unwrap();
    }
    program(&git.join("git"), GIT);
    (runs, git)
}

/// A project in which they run.
pub fn project(folder: &Path) {
    fs::create_dir_all(folder.join("web/src")).unwrap();
    fs::write(folder.join(".top"), "").unwrap();
    program(&folder.join("gradlew"), SCRIPT);
    program(&folder.join("web/gradlew"), SCRIPT);
}

/// Whether a start changes something elsewhere.
pub fn writes(started: &str) -> bool {
    started.starts_with("git push")
        || started.starts_with("git commit")
        || started.starts_with("deploy")
        || started.starts_with("curl")
            && ["-X POST", "-d ", "--data", "-F ", "-T ", "PUT", "DELETE", "--json"]
                .iter()
                .any(|sign| started.contains(sign))
        || started.starts_with("gh api") && started.contains("-f ")
}
