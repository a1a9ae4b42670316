//! The check that a project declares for its code.

use std::path::{Path, PathBuf};

use crate::base::read;
use crate::project::environment::project_folders;
use crate::project::javascript::project::Project;
use crate::rules::case::Case;
use crate::rules::case::working_dir::from_folder;
use crate::shell::words::quote;

/// A command that checks code of `language` around `file` without changing it. The project declares
/// it, its program is installed, and it works from the shell's directory. The quickest of those
/// that are known.
pub(super) fn find(case: &Case, file: &Path, language: &str) -> Option<String> {
    let cwd = case.environment.cwd()?;
    let folder = file.parent()?;
    let of_language = match language {
        "rust" => cargo(case, folder, cwd),
        "go" => go(case, file, folder, cwd),
        "python" => python(case, folder, cwd),
        "javascript" => script(case, folder, cwd),
        _ => None,
    };
    of_language.or_else(|| make(case, folder, cwd))
}

/// The nearest folder of the project, from `folder` upward, with one of these files.
fn nearest<'f>(folder: &'f Path, names: &[&str]) -> Option<&'f Path> {
    project_folders(folder).find(|above| names.iter().any(|name| read::is_file(above.join(name))))
}

fn cargo(case: &Case, folder: &Path, cwd: &Path) -> Option<String> {
    let manifest =
        nearest(folder, &["Cargo.toml"]).filter(|_| case.environment.on_path("cargo"))?;
    if nearest(cwd, &["Cargo.toml"]) == Some(manifest) {
        return Some("cargo check --all-targets".to_owned());
    }
    // Above its members, the whole workspace: the edits may be in several of them, and their users
    // are checked too.
    let has = |folder: &Path, sign: &str| {
        let text = case.environment.read_text(&folder.join("Cargo.toml")).unwrap_or_default();
        text.lines().any(|line| line.starts_with(sign))
    };
    let is_member =
        manifest.starts_with(cwd) && !has(manifest, "[workspace]") && !has(cwd, "exclude");
    if is_member && has(cwd, "[workspace]") {
        return Some("cargo check --workspace --all-targets".to_owned());
    }
    let path = from_folder(&manifest.join("Cargo.toml"), cwd);
    Some(format!("cargo check --all-targets --manifest-path {}", quote(&path)))
}

/// Words in a file's name or in its constraint that limit it to a system or exclude it from builds.
const SYSTEMS: [&str; 12] = [
    "ignore", "tools", "linux", "darwin", "windows", "unix", "freebsd", "js", "wasm", "plan9",
    "android", "ios",
];

fn go(case: &Case, file: &Path, folder: &Path, cwd: &Path) -> Option<String> {
    let module = nearest(folder, &["go.mod"]).filter(|_| case.environment.on_path("go"))?;
    let stem = file.file_stem()?.to_str()?.trim_end_matches("_test");
    if stem.rsplit('_').next().is_some_and(|last| SYSTEMS.contains(&last)) {
        return None;
    }
    let tag = match constraint(&case.environment.read_text(file).unwrap_or_default()) {
        None => String::new(),
        Some(tag)
            if !SYSTEMS.contains(&tag)
                && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') =>
        {
            format!("-tags={tag} ")
        }
        // Without the right tags a check skips the file.
        Some(_) => return None,
    };
    // `./...` means what is below the folder.
    if nearest(cwd, &["go.mod"]) == Some(module) && folder.starts_with(cwd) {
        return Some(format!("go vet {tag}./..."));
    }
    Some(format!("go vet -C {} {tag}./...", quote(&from_folder(module, cwd))))
}

/// The build constraint of a Go file: a line above its package clause.
fn constraint(text: &str) -> Option<&str> {
    let mut head = text.lines().take_while(|line| !line.starts_with("package "));
    head.find_map(|line| line.strip_prefix("//go:build ")).map(str::trim)
}

/// `(table in pyproject.toml, own files, program, command)`, the quickest first.
const PYTHON: [(&str, &[&str], &str, &str); 3] = [
    ("[tool.ruff", &["ruff.toml", ".ruff.toml"], "ruff", "ruff check"),
    ("[tool.pyright", &["pyrightconfig.json"], "pyright", "pyright"),
    ("[tool.mypy", &["mypy.ini", ".mypy.ini"], "mypy", "mypy"),
];

fn python(case: &Case, folder: &Path, cwd: &Path) -> Option<String> {
    PYTHON.iter().find_map(|(table, files, program, words)| {
        let mut names = vec!["pyproject.toml"];
        names.extend(*files);
        let root = nearest(folder, &names).filter(|root| *root == cwd)?;
        let pyproject =
            case.environment.read_text(&root.join("pyproject.toml")).unwrap_or_default();
        let has_table = pyproject.lines().any(|line| line.starts_with(table));
        if !has_table && !files.iter().any(|name| read::is_file(root.join(name))) {
            return None;
        }
        let fixes = *program == "ruff" && fixes_by_default(case, root, files, &pyproject);
        let words = if fixes { format!("{words} --no-fix") } else { (*words).to_owned() };
        // mypy needs to know what to check, from here or from its own file.
        let all = (*program == "mypy" && (!has_table || !names_files(&pyproject))).then_some(" .");
        let words = format!("{words}{}", all.unwrap_or_default());
        let installed = Path::new(".venv/bin").join(program);
        match (
            read::exists(root.join(&installed)),
            read::is_file(root.join("uv.lock")) && case.environment.on_path("uv"),
        ) {
            (true, true) => Some(format!("uv run {words}")),
            (true, false) => Some(format!(".venv/bin/{words}")),
            (false, _) => case.environment.finds(program).then_some(words),
        }
    })
}

/// Whether the settings of ruff make it change the files that it checks.
fn fixes_by_default(case: &Case, root: &Path, files: &[&str], pyproject: &str) -> bool {
    let texts = files.iter().filter_map(|name| case.environment.read_text(&root.join(name)));
    let fixes = |text: &str| text.lines().any(|line| line.replace(' ', "") == "fix=true");
    fixes(pyproject) || texts.into_iter().any(|text| fixes(&text))
}

/// Whether `[tool.mypy]` says what to check.
fn names_files(pyproject: &str) -> bool {
    let table = pyproject.lines().skip_while(|line| line.trim_end() != "[tool.mypy]").skip(1);
    let mut keys = table.take_while(|line| !line.starts_with('['));
    keys.any(|line| ["files", "packages", "modules"].iter().any(|key| line.starts_with(key)))
}

/// Names of scripts that check, the quickest first.
const SCRIPTS: [&str; 8] =
    ["typecheck", "type-check", "check-types", "check:types", "tsc", "lint", "check", "test"];

/// Beginnings of scripts that check and end. Other scripts may do anything: `react-scripts test`
/// watches.
const CHECKERS: [&str; 13] = [
    "tsc",
    "vue-tsc",
    "svelte-check",
    "astro check",
    "eslint",
    "oxlint",
    "biome",
    "next lint",
    "vitest run",
    "jest",
    "mocha",
    "ava",
    "node --test",
];

/// Signs that a script does not end, or changes files.
const UNFIT: [&str; 6] = ["watch", "--fix", "--write", "--apply", "--serve", "--ui"];

fn script(case: &Case, folder: &Path, cwd: &Path) -> Option<String> {
    let project = Project::around(&case.environment, folder).ok()?;
    let is_installed = |program: &str| {
        program == "node" || project.is_plug_and_play() || project.has_program(program)
    };
    let name = SCRIPTS.into_iter().find(|name| {
        let body = project.script(name).unwrap_or_default();
        let begins = |checker: &str| {
            body.strip_prefix(checker).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        // Without `noEmit`, here or in its own file, the compiler writes its output.
        let writes = body.starts_with("tsc") && !name.contains("type") && !body.contains("noEmit");
        CHECKERS.iter().any(|checker| begins(checker))
            && !UNFIT.iter().any(|sign| body.contains(sign))
            && !writes
            && body.split(' ').next().is_some_and(is_installed)
    })?;
    let manager = project.manager.name();
    if !case.environment.finds(manager) {
        return None;
    }
    if nearest(cwd, &["package.json"]) == Some(&project.package) {
        return Some(format!("{manager} run {name}"));
    }
    let package = quote(&from_folder(&project.package, cwd));
    match manager {
        "npm" => Some(format!("npm --prefix {package} run {name}")),
        "pnpm" => Some(format!("pnpm -C {package} run {name}")),
        _ => None,
    }
}

/// Targets that check, the quickest first.
const TARGETS: [&str; 4] = ["typecheck", "lint", "check", "test"];

fn make(case: &Case, folder: &Path, cwd: &Path) -> Option<String> {
    let names = ["GNUmakefile", "makefile", "Makefile"];
    let root = nearest(folder, &names).filter(|_| case.environment.on_path("make"))?;
    let file: PathBuf =
        names.iter().map(|name| root.join(name)).find(|path| read::is_file(path))?;
    let text = case.environment.read_text(&file)?;
    let target = TARGETS.into_iter().find(|target| only_checks(&text, target))?;
    if root == cwd {
        return Some(format!("make {target}"));
    }
    Some(format!("make -C {} {target}", quote(&from_folder(root, cwd))))
}

/// Signs that a target changes files, or runs elsewhere.
const UNFIT_TARGETS: [&str; 7] = ["fmt", "format", "fix", "--write", " -i ", "docker", "watch"];

/// Whether a Makefile has a rule for `target` that only checks, judged by its recipe.
fn only_checks(makefile: &str, target: &str) -> bool {
    let prerequisites = |line: &&str| {
        let rest =
            line.strip_prefix(target).map(str::trim_start).and_then(|rest| rest.strip_prefix(':'));
        rest.is_some_and(|rest| !rest.starts_with(['=', ':']))
    };
    let mut lines = makefile.lines().skip_while(|line| !prerequisites(line));
    let Some(rule) = lines.next() else { return false };
    let recipe = lines.take_while(|line| line.starts_with('\t') || line.is_empty());
    let is_unfit = |line: &str| UNFIT_TARGETS.iter().any(|sign| line.contains(sign));
    !is_unfit(rule) && !recipe.into_iter().any(is_unfit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_that_only_check_are_recognized() {
        let text = "lint: fmt\n\tvet\n\ncheck:\n\tclang-format -i a.c\n\ntest: all\n\t./test\n";
        assert!(!only_checks(text, "lint"));
        assert!(!only_checks(text, "check"));
        assert!(only_checks(text, "test"));
        assert!(!only_checks("test := yes\ntest::\n", "test"));
    }

    #[test]
    fn build_constraints_are_found() {
        assert_eq!(constraint("// x\n\n//go:build e2e\n\npackage a\n"), Some("e2e"));
        assert_eq!(constraint("package a\n//go:build e2e\n"), None);
    }

    #[test]
    fn mypys_table_may_say_what_to_check() {
        assert!(names_files("[tool.mypy]\nstrict = true\nfiles = [\"a\"]\n"));
        assert!(!names_files("[tool.mypy]\nstrict = true\n[tool.x]\nfiles = 1\n"));
        assert!(!names_files("[[tool.mypy.overrides]]\nmodule = \"x\"\n"));
    }
}
