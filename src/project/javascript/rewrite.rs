//! The command that asks another package manager of JavaScript for the same work.

use super::package_manager::PackageManager;
use super::project::Project;
use super::request::{Kind, Request, Work};
use crate::shell::Word;
use crate::shell::words::quote;

impl Request<'_> {
    /// The command that asks the project's manager for the same; `None` where that is not known.
    pub(crate) fn for_manager(&self, project: &Project) -> Option<String> {
        if !self.is_whole {
            return None;
        }
        let words = self.words(project)?;
        let folder = match self.folder {
            None => String::new(),
            Some(folder) => {
                folder.literal()?;
                let option = match project.manager {
                    PackageManager::Npm => "--prefix",
                    PackageManager::Pnpm => "-C",
                    PackageManager::Yarn | PackageManager::Bun => "--cwd",
                };
                format!(" {option} {}", folder.raw)
            }
        };
        // A launcher has no such option.
        let (launcher, words) = match words.strip_prefix('!') {
            Some(_) if !folder.is_empty() => return None,
            Some(launched) => (launched.to_owned(), String::new()),
            None => (project.manager.name().to_owned(), words),
        };
        let separated = if words.is_empty() { words } else { format!(" {words}") };
        Some(format!("{launcher}{folder}{separated}"))
    }

    /// The words after the manager's name; those of a launcher begin with `!`.
    fn words(&self, project: &Project) -> Option<String> {
        use PackageManager::{Bun, Npm, Pnpm, Yarn};
        let manager = project.manager;
        let with = |start: &str, args: &[&Word]| {
            let raw = args.iter().map(|word| word.raw.as_str());
            std::iter::once(start).chain(raw).collect::<Vec<_>>().join(" ")
        };
        let to_script = |start: &str, args: &[&Word]| match (manager, args) {
            (_, []) => start.to_owned(),
            (Npm, args) => with(&format!("{start} --"), args),
            (_, args) => with(start, args),
        };
        Some(match &self.work {
            Work::Install { frozen, production, without_scripts } => {
                let mut words = match (manager, frozen) {
                    (Npm, true) => "ci",
                    (Yarn, true) if project.is_berry => "install --immutable",
                    (_, true) => "install --frozen-lockfile",
                    (_, false) => "install",
                }
                .to_owned();
                if *production {
                    words.push_str(match manager {
                        Npm => " --omit=dev",
                        Pnpm => " --prod",
                        Yarn if project.is_berry => return None,
                        Yarn | Bun => " --production",
                    });
                }
                match (without_scripts, manager) {
                    (true, Yarn) if project.is_berry => return None,
                    (true, _) => words.push_str(" --ignore-scripts"),
                    (false, _) => {}
                }
                words
            }
            Work::Add { kind, exact, packages } => {
                // At the root of a workspace pnpm and Yarn 1 want an option that names the root.
                let at_root = project.is_workspace && project.root == project.package;
                let mut words = match manager {
                    Npm => "install",
                    Pnpm if at_root => "add -w",
                    Yarn if at_root => return None,
                    _ => "add",
                }
                .to_owned();
                words.push_str(match (kind, manager) {
                    (Kind::Normal, _) => "",
                    (Kind::Dev, Bun) => " -d",
                    (Kind::Dev, _) => " -D",
                    (Kind::Optional, Bun) => " --optional",
                    (Kind::Optional, _) => " -O",
                    (Kind::Peer, Npm | Pnpm) => " --save-peer",
                    (Kind::Peer, Yarn) => " -P",
                    (Kind::Peer, Bun) => " --peer",
                });
                if *exact {
                    words.push_str(" -E");
                }
                with(&words, packages)
            }
            Work::Remove { packages } => {
                with(if manager == Npm { "uninstall" } else { "remove" }, packages)
            }
            Work::Update { packages } => match manager {
                Npm | Pnpm | Bun => with("update", packages),
                Yarn if project.is_berry => return None,
                Yarn => with("upgrade", packages),
            },
            Work::Run { script, args } => to_script(&format!("run {}", quote(script)), args),
            Work::RunIn { package, script, args } => {
                let (package, script) = (quote(package), quote(script));
                match manager {
                    Npm => to_script(&format!("run {script} -w {package}"), args),
                    Pnpm => with(&format!("--filter {package} run {script}"), args),
                    Yarn => with(&format!("workspace {package} run {script}"), args),
                    Bun => with(&format!("run --filter {package} {script}"), args),
                }
            }
            // `bun test` and `bun start` are other things.
            Work::Named { script, args } if manager == Bun => {
                to_script(&format!("run {script}"), args)
            }
            Work::Named { script, args } => to_script(script, args),
            Work::Exec { program, args } => {
                let program = quote(program);
                match manager {
                    Npm => with(&format!("!npx {program}"), args),
                    Pnpm => with(&format!("exec {program}"), args),
                    Yarn => with(&format!("run {program}"), args),
                    Bun => with(&format!("!bunx {program}"), args),
                }
            }
        })
    }
}
