//! The lists of runners, and of the words with which a runner only prints information.

/// Which commands of a program are runs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Runs {
    /// Every command.
    Any,
    /// Commands with one of these sub-commands.
    Sub(&'static [&'static str]),
    /// The program is a launcher: it starts another runner, whose name comes after these words and
    /// the launcher's options.
    Starts(&'static [&'static str]),
    /// Commands with one of these options.
    Flag(&'static [&'static str]),
}

const SCRIPTS: Runs = Runs::Sub(&[
    "test",
    "t",
    "tst",
    "run",
    "run-script",
    "build",
    "lint",
    "typecheck",
    "check",
    "ci",
    "install",
    "i",
]);

/// The list of runners, from which rules, gate and ledger derive theirs.
pub(super) const RUNNERS: &[(&str, Runs)] = &[
    ("npm", SCRIPTS),
    ("pnpm", SCRIPTS),
    ("yarn", SCRIPTS),
    ("bun", SCRIPTS),
    ("npm", Runs::Starts(&["exec"])),
    ("pnpm", Runs::Starts(&["exec"])),
    ("pnpm", Runs::Starts(&["dlx"])),
    ("pnpm", Runs::Starts(&[])),
    ("yarn", Runs::Starts(&["workspace"])),
    ("yarn", Runs::Starts(&[])),
    ("bun", Runs::Starts(&["x"])),
    ("npx", Runs::Starts(&[])),
    ("bunx", Runs::Starts(&[])),
    ("uvx", Runs::Starts(&[])),
    ("uv", Runs::Starts(&["run"])),
    ("uv", Runs::Sub(&["sync", "build"])),
    ("pip", Runs::Sub(&["install"])),
    ("pip3", Runs::Sub(&["install"])),
    ("poetry", Runs::Starts(&["run"])),
    ("poetry", Runs::Sub(&["install", "build"])),
    ("pdm", Runs::Starts(&["run"])),
    ("pipenv", Runs::Starts(&["run"])),
    ("hatch", Runs::Starts(&["run"])),
    ("conda", Runs::Starts(&["run"])),
    ("mamba", Runs::Starts(&["run"])),
    ("pixi", Runs::Starts(&["run"])),
    ("bundle", Runs::Starts(&["exec"])),
    ("python", Runs::Starts(&["-m"])),
    ("python3", Runs::Starts(&["-m"])),
    (
        "cargo",
        Runs::Sub(&["test", "t", "build", "b", "check", "c", "clippy", "nextest", "bench", "doc"]),
    ),
    ("go", Runs::Sub(&["test", "build", "vet", "generate", "install"])),
    ("mise", Runs::Sub(&["run", "r"])),
    ("mise", Runs::Starts(&["exec"])),
    ("mise", Runs::Starts(&["x"])),
    ("cmake", Runs::Flag(&["--build", "--install"])),
    ("make", Runs::Any),
    ("gmake", Runs::Any),
    ("just", Runs::Any),
    ("ninja", Runs::Any),
    ("ctest", Runs::Any),
    ("pytest", Runs::Any),
    ("unittest", Runs::Any),
    ("tox", Runs::Any),
    ("nox", Runs::Any),
    ("jest", Runs::Any),
    ("vitest", Runs::Any),
    ("mocha", Runs::Any),
    ("playwright", Runs::Sub(&["test"])),
    ("tsc", Runs::Any),
    ("vue-tsc", Runs::Any),
    ("eslint", Runs::Any),
    ("ruff", Runs::Sub(&["check", "format"])),
    ("mypy", Runs::Any),
    ("pyright", Runs::Any),
    ("golangci-lint", Runs::Sub(&["run"])),
    ("rspec", Runs::Any),
    ("rake", Runs::Any),
    ("phpunit", Runs::Any),
    ("mvn", Runs::Any),
    ("mvnw", Runs::Any),
    ("gradle", Runs::Any),
    ("gradlew", Runs::Any),
    ("dotnet", Runs::Sub(&["test", "build"])),
    ("bazel", Runs::Sub(&["test", "build"])),
    ("mix", Runs::Sub(&["test", "compile"])),
    ("swift", Runs::Sub(&["test", "build"])),
    ("deno", Runs::Sub(&["test", "lint", "check", "task"])),
    ("turbo", Runs::Sub(&["run", "build", "test", "lint", "typecheck"])),
    ("nx", Runs::Sub(&["test", "build", "lint", "run", "run-many", "affected"])),
    ("composer", Runs::Sub(&["test", "install", "update"])),
    ("pre-commit", Runs::Sub(&["run"])),
    ("xcodebuild", Runs::Any),
    ("docker", Runs::Sub(&["build", "buildx", "bake"])),
    ("podman", Runs::Sub(&["build"])),
    ("terraform", Runs::Sub(&["plan", "apply", "validate", "destroy", "test"])),
    ("tofu", Runs::Sub(&["plan", "apply", "validate", "destroy", "test"])),
    ("helm", Runs::Sub(&["upgrade", "install", "lint", "test", "template"])),
    ("flutter", Runs::Sub(&["test", "build", "analyze"])),
    ("dart", Runs::Sub(&["test", "analyze", "compile"])),
    ("sbt", Runs::Any),
    ("zig", Runs::Sub(&["build", "test"])),
    ("ng", Runs::Sub(&["test", "build", "lint"])),
    ("cypress", Runs::Sub(&["run"])),
    ("bats", Runs::Any),
    ("prove", Runs::Any),
    ("task", Runs::Any),
    ("nix", Runs::Sub(&["build", "flake"])),
    ("node", Runs::Flag(&["--test"])),
    ("cargo", Runs::Sub(&["fmt"])),
    ("artisan", Runs::Sub(&["test"])),
    ("manage.py", Runs::Sub(&["test", "check"])),
    ("prettier", Runs::Flag(&["--check", "-c"])),
    ("black", Runs::Flag(&["--check"])),
    ("biome", Runs::Sub(&["check", "lint", "ci"])),
    ("shellcheck", Runs::Any),
    ("gh", Runs::Flag(&["--watch", "--exit-status"])),
];

/// The programs in [`RUNNERS`].
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
pub(crate) const PROGRAMS: [&str; RUNNERS.len()] = {
    let mut programs = [""; RUNNERS.len()];
    let mut at = 0;
    while at < RUNNERS.len() {
        programs[at] = RUNNERS[at].0;
        at += 1;
    }
    programs
};

/// Words with which any runner prints information, or does not end, instead of running once.
#[rustfmt::skip]
pub(super) const QUERIES: [&str; 34] = [
    "--help", "-h", "--version", "--list", "--list-tests", "--dry-run", "--dry", "--dryRun", "--graph", "--watch",
    "--watchAll", "--watchAll=true", "--ui", "--hot", "--debug", "help", "list", "--show-settings", "--show-files",
    "--show-config", "--showConfig", "--print-config", "--printConfig", "--check-config", "--checkConfig",
    "--validate-config", "--traceResolution", "--env-info", "--collect-only", "--show-only", "--showOnly",
    "--dump-config", "--print-targets", "--explain",
];

/// Those of [`QUERIES`] with which a runner does its work, but does not end.
pub(super) const WATCHES: [&str; 6] =
    ["--watch", "--watchAll", "--watchAll=true", "--ui", "--hot", "--debug"];

/// The same for single runners. A word that ends in `:` stands for all words that begin with it.
#[rustfmt::skip]
pub(super) const QUERIES_OF: &[(&[&str], &[&str])] = &[
    (&["make", "gmake"], &["--just-print", "--question", "--print-data-base", "-v"]),
    (&["just"], &["-l", "-n", "--summary", "--show", "--dump", "--evaluate"]),
    (&["ninja"], &["-t", "-n"]),
    (&["gradle", "gradlew"], &[
        "tasks", "dependencies", "dependencyInsight", "projects", "properties", "-v", "-m", "--status", "bootRun", "run",
    ]),
    (&["mvn", "mvnw"], &["help:", "dependency:", "versions:", "exec:", "spring-boot:", "-v"]),
    (&["tsc", "vue-tsc"], &["--showConfig", "--listFilesOnly", "--listFiles", "--init", "-v", "-w"]),
    (&["rake"], &["-T", "-P", "-D", "-W", "--tasks", "routes"]),
    (&["ctest"], &["-N", "--show-only"]),
    (&["xcodebuild"], &["-list", "-showBuildSettings", "-version", "-showsdks"]),
    (&["go"], &["-list", "-n"]),
    (&["tox", "nox"], &["-l", "-av", "-a", "--listenvs"]),
    (&["phpunit"], &["--list-suites", "--list-groups"]),
    (&["dotnet"], &["-t"]),
    (&["pytest"], &["--collect-only", "--co", "--fixtures", "--markers", "--cache-show", "--setup-plan"]),
    (&["jest", "vitest"], &["--listTests", "--showConfig", "--clearCache", "-w", "watch", "dev"]),
    (&["mocha"], &["-w"]),
    (&["eslint"], &["--print-config", "--env-info"]),
    (&["sbt"], &["run", "console", "projects", "tasks"]),
    (&["nix"], &["show", "metadata", "update", "info", "lock"]),
    (&["task"], &["-l", "-a", "--list-all", "--summary"]),
    (&["docker"], &["ls", "inspect", "version", "use", "create", "rm", "du"]),
];

/// Tasks that do not end by themselves, so their exit status does not matter.
pub(super) const SERVERS: [&str; 6] = ["dev", "start", "serve", "preview", "watch", "storybook"];

/// Options of launchers that take the next word as their value.
pub(super) const LAUNCHER_OPTIONS_WITH_VALUE: [&str; 16] = [
    "-n",
    "--name",
    "-w",
    "--workspace",
    "-p",
    "--package",
    "-c",
    "--filter",
    "-F",
    "--with",
    "--from",
    "--extra",
    "--group",
    "--python",
    "--directory",
    "--env-file",
];
