//! Which paths are files that a machine wrote.
//!
//! The path alone decides, and only where it is certain. Some repositories keep source in `dist/`,
//! `build/`, `target/` or `vendor/`. Git knows, but asking it would cost more than the advice is
//! worth, so in these folders the file's name must say the same.

/// A kind of generated file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GeneratedKind {
    /// The versions that a package manager chose.
    Lock(&'static Lock),
    /// Code on few long lines, or a bundle of many files.
    Bundle,
    /// The way back from built code to its source.
    SourceMap,
    /// Code made from a `.proto` file.
    Protobuf,
    /// The expected output of a test.
    Snapshot,
    /// A coverage report.
    Coverage,
    /// The output of a build or a run.
    Output,
    /// The source of a package that somebody else wrote.
    Package,
    /// Git's record of where its branches are and were.
    Reflog,
}

/// A lock file, and how one package is found in it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lock {
    file: &'static str,
    /// The command with which the package manager shows the package; empty where it has none.
    pub(crate) query: &'static str,
    /// The words of a search for the package in the file, with an option for the lines that belong
    /// to it.
    pub(crate) pattern: &'static str,
}

const fn lock(file: &'static str, query: &'static str, pattern: &'static str) -> Lock {
    Lock { file, query, pattern }
}

const LOCKS: [Lock; 19] = [
    lock("package-lock.json", "npm ls NAME", "-A2 '/NAME\"'"),
    lock("npm-shrinkwrap.json", "npm ls NAME", "-A2 '/NAME\"'"),
    lock("pnpm-lock.yaml", "pnpm why NAME", "-A2 ' NAME@'"),
    lock("yarn.lock", "yarn why NAME", "-A2 'NAME@'"),
    lock("bun.lock", "bun pm ls --all", "'\"NAME\"'"),
    lock("deno.lock", "", "'NAME@'"),
    lock("Cargo.lock", "cargo tree -i NAME", "-A2 '\"NAME\"'"),
    lock("uv.lock", "uv tree --package NAME", "-A2 '\"NAME\"'"),
    lock("poetry.lock", "poetry show NAME", "-A2 '\"NAME\"'"),
    lock("pdm.lock", "pdm show NAME", "-A2 '\"NAME\"'"),
    lock("Pipfile.lock", "pipenv graph", "-A9 '\"NAME\"'"),
    lock("go.sum", "go mod why -m NAME", "NAME"),
    lock("composer.lock", "composer show NAME", "-A2 '\"NAME\"'"),
    lock("Gemfile.lock", "bundle info NAME", "-A2 ' NAME '"),
    lock("Podfile.lock", "", "NAME"),
    lock("Package.resolved", "", "-A7 'NAME'"),
    lock("mix.lock", "mix deps.tree", "'\"NAME\"'"),
    lock("pubspec.lock", "dart pub deps", "-A7 ' NAME:'"),
    lock("flake.lock", "nix flake metadata", "-A9 '\"NAME\"'"),
];

impl GeneratedKind {
    /// The kind of the file at `path`; `None` where the path does not say that a machine wrote it.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_under = |folder: &str| folders.split('/').any(|part| part == folder);
        if let Some(lock) = LOCKS.iter().find(|lock| lock.file == name) {
            return Some(Self::Lock(lock));
        }
        if is_in_repository(path, "packed-refs") || is_in_repository(path, "logs/") {
            return Some(Self::Reflog);
        }
        if is_reference(name) {
            return None;
        }
        if [".js.map", ".mjs.map", ".cjs.map", ".css.map", ".ts.map"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            return Some(Self::SourceMap);
        }
        // By a code generator, or by a linker.
        let is_code = !name.ends_with(".md") && name.split('.').count() > 2;
        if is_code && [".generated.", ".gen.", "_generated."].iter().any(|part| name.contains(part))
            || name.ends_with(".map")
        {
            return Some(Self::Output);
        }
        if is_bundle(folders, name) {
            return Some(Self::Bundle);
        }
        if [".pb.go", "_pb2.py", "_pb2_grpc.py", ".pb.h", ".pb.cc"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            return Some(Self::Protobuf);
        }
        if name.ends_with(".snap") {
            return Some(Self::Snapshot);
        }
        let is_report = matches!(name, "lcov.info" | "coverage-final.json" | "clover.xml");
        if is_report || is_under("lcov-report") {
            return Some(Self::Coverage);
        }
        if is_output(folders, name) {
            return Some(Self::Output);
        }
        let is_package =
            ["node_modules", "site-packages", "dist-packages"].iter().any(|part| is_under(part));
        is_package.then_some(Self::Package)
    }

    /// The kind as the subject of a finding: files of one subject are the same occasion.
    pub(crate) fn subject(self) -> &'static str {
        match self {
            Self::Lock(lock) => lock.file,
            Self::Bundle => "bundle",
            Self::SourceMap => "map",
            Self::Protobuf => "protobuf",
            Self::Snapshot => "snapshot",
            Self::Coverage => "coverage",
            Self::Output => "output",
            Self::Package => "package",
            Self::Reflog => "reflog",
        }
    }
}

/// Whether `path` is the file `below` a repository's `.git`, or in that folder if it ends in `/`.
fn is_in_repository(path: &str, below: &str) -> bool {
    let inside =
        path.strip_prefix(".git/").or_else(|| path.split_once("/.git/").map(|(_, inside)| inside));
    inside.is_some_and(|inside| {
        inside == below || (below.ends_with('/') && inside.starts_with(below))
    })
}

/// Whether an agent reads such a file to learn how to use a package, wherever it is.
fn is_reference(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    name == "package.json"
        || [".d.ts", ".d.mts", ".d.cts", ".pyi", ".md", ".rst", ".txt", ".log"]
            .iter()
            .any(|ending| lower.ends_with(ending))
        || ["readme", "license", "changelog"].iter().any(|start| lower.starts_with(start))
}

/// The stem of a script or style sheet of the web.
fn web_stem(name: &str) -> Option<&str> {
    let (stem, ending) = name.rsplit_once('.')?;
    matches!(ending, "js" | "mjs" | "cjs" | "css").then_some(stem)
}

fn is_bundle(folders: &str, name: &str) -> bool {
    let Some(stem) = web_stem(name) else { return false };
    if [".min", ".bundle", ".chunk"].iter().any(|end| stem.ends_with(end)) {
        return true;
    }
    // `index-Bx12yAbc.js`: a hash of the content.
    let is_hash = |tail: &str| {
        (8..=32).contains(&tail.len())
            && tail.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && tail.contains(|c: char| c.is_ascii_digit())
            && tail.contains(|c: char| c.is_ascii_alphabetic())
    };
    let hashed = stem.rsplit_once(['-', '.']).is_some_and(|(_, tail)| is_hash(tail));
    let served = ["dist", "build", "out", "assets", "static", "public", "_next"];
    hashed && folders.split('/').any(|part| served.contains(&part))
}

/// Whether only a build or a run writes into these folders, or mostly does and the name says so.
fn is_output(folders: &str, name: &str) -> bool {
    // Their JSON files are left out: an agent reads manifests to see what a build made.
    const CACHES: [&str; 5] = [".next", ".nuxt", ".svelte-kit", ".parcel-cache", "__pycache__"];
    // Below `src` a folder is source whatever its name.
    let mut parts = folders.split('/').take_while(|part| *part != "src").peekable();
    while let Some(part) = parts.next() {
        let next = parts.peek().copied().unwrap_or_default();
        let is_output = match part {
            "dist" => web_stem(name).is_some(),
            "build" => matches!(next, "static" | "assets") && web_stem(name).is_some(),
            // Rust and Maven. Test reports are left out: they are made for reading.
            "target" => {
                matches!(next, "debug" | "release" | "doc" | "classes" | "generated-sources")
                    && name.contains('.')
            }
            part => {
                CACHES.contains(&part)
                    && (web_stem(name).is_some()
                        || name.ends_with(".html")
                        || name.ends_with(".pyc"))
            }
        };
        if is_output {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_generated_file_says_its_kind() {
        for (path, kind) in [
            ("package-lock.json", "package-lock.json"),
            ("/r/web/pnpm-lock.yaml", "pnpm-lock.yaml"),
            ("/r/static/app.min.js", "bundle"),
            ("/r/public/assets/index-Bx12yAbc.js", "bundle"),
            ("/r/app.js.map", "map"),
            ("api/v1/user.pb.go", "protobuf"),
            ("/r/__snapshots__/a.test.js.snap", "snapshot"),
            ("coverage/lcov.info", "coverage"),
            ("/r/dist/index.js", "output"),
            ("/r/build/static/js/main.js", "output"),
            ("/r/target/debug/build/x/out/bindings.rs", "output"),
            ("/r/.next/server/page.js", "output"),
            ("/r/node_modules/x/lib/index.js", "package"),
            ("/v/lib/python3.12/site-packages/x/a.py", "package"),
            (".git/logs/HEAD", "reflog"),
            ("/r/.git/packed-refs", "reflog"),
        ] {
            assert_eq!(GeneratedKind::of(path).map(GeneratedKind::subject), Some(kind), "{path}");
        }
    }

    #[test]
    fn a_file_that_a_person_may_have_written_is_not_generated() {
        for path in [
            "/r/node_modules/react/package.json",
            "/r/node_modules/react/README.md",
            "/r/node_modules/@types/node/fs.d.ts",
            "/r/src/dist.ts",
            "/r/src/dist/index.js",
            "/r/src/target/debug/a.rs",
            "/r/build/webpack.config.js",
            "/r/build/utils.js",
            "/r/vendor/github.com/a/b/c.go",
            "/r/target/surefire-reports/TEST-a.xml",
            "/r/coverage/model.py",
            "/r/.git/hooks/pre-commit",
            "/r/.next/build-manifest.json",
            "/r/.git/config",
            "/r/src/map.rs",
            "/r/src/foo-bar-widgets.js",
            "/r/public/js/report-20240101.js",
            "/r/go.mod",
            "/r/x_pb2.pyi",
        ] {
            assert_eq!(GeneratedKind::of(path), None, "{path}");
        }
    }
}
