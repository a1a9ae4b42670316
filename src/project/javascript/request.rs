//! What a command asks a package manager of JavaScript to do, whichever it is.

use super::package_manager::PackageManager;
use super::project::Project;
use super::words::{CHANGES, ELSEWHERE, FOLDERS, NOISE, WITH_VALUE, is_package, is_run};
use crate::shell::{Command, Word, options};

/// What kind of dependency a package becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Normal,
    Dev,
    Optional,
    Peer,
}

/// The work, whatever words a manager has for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Work<'c> {
    Install {
        frozen: bool,
        production: bool,
        without_scripts: bool,
    },
    Add {
        kind: Kind,
        exact: bool,
        packages: Vec<&'c Word>,
    },
    Remove {
        packages: Vec<&'c Word>,
    },
    Update {
        packages: Vec<&'c Word>,
    },
    Run {
        script: &'c str,
        args: Vec<&'c Word>,
    },
    /// `test` and `start`, which most managers have as sub-commands.
    Named {
        script: &'static str,
        args: Vec<&'c Word>,
    },
    /// A script of one package of a workspace.
    RunIn {
        package: &'c str,
        script: &'c str,
        args: Vec<&'c Word>,
    },
    /// A program that a dependency brought.
    Exec {
        program: &'c str,
        args: Vec<&'c Word>,
    },
}

/// A call of a package manager.
pub(crate) struct Request<'c> {
    pub(crate) manager: PackageManager,
    /// The manager and its sub-command as they were called: `npm install`.
    called: String,
    pub(super) work: Work<'c>,
    /// The folder that an option names.
    pub(crate) folder: Option<&'c Word>,
    /// Every word of it is understood.
    pub(super) is_whole: bool,
}

impl<'c> Request<'c> {
    /// What `command` asks for; `None` where that does not concern a project. A word that is not a
    /// sub-command may be a script: its work is a run of it.
    pub(crate) fn of(command: &'c Command) -> Option<Self> {
        let mut words = command.args.as_slice();
        let manager = match command.program.as_str() {
            "npm" | "npx" => PackageManager::Npm,
            "pnpm" => PackageManager::Pnpm,
            "yarn" => PackageManager::Yarn,
            "bun" | "bunx" => PackageManager::Bun,
            _ => return None,
        };
        let own = words.iter().take_while(|word| word.text != "--");
        if own.clone().any(|word| ELSEWHERE.contains(&word.text.as_str()))
            && !is_run(manager, words)
        {
            return None;
        }
        let mut request = Self {
            manager,
            called: command.program.clone(),
            work: Work::Install { frozen: false, production: false, without_scripts: false },
            folder: None,
            is_whole: true,
        };
        if matches!(command.program.as_str(), "npx" | "bunx") {
            request.work = request.exec(words)?;
            return Some(request);
        }
        let Some((at, sub)) = options::subcommand(manager.name(), words) else {
            // `yarn` alone installs.
            let alone = manager == PackageManager::Yarn && words.is_empty();
            return alone.then_some(request);
        };
        request.called = format!("{} {sub}", manager.name());
        let globals = words.get(..at)?;
        words = words.get(at + 1..)?;
        request.leading(globals);
        request.work = request.work_of(sub, words)?;
        Some(request)
    }

    /// Takes in an option that is not understood and its value. Returns how many words it has, 0 if
    /// it is not such an option.
    fn take_unknown(&mut self, words: &[Word]) -> usize {
        // In pnpm and Yarn `-w` is the root of the workspace and has no value.
        let has_value = |text: &str| {
            WITH_VALUE.contains(&text) && (text != "-w" || self.manager == PackageManager::Npm)
        };
        match words {
            [option, _, ..] if has_value(&option.text) => {
                self.is_whole = false;
                2
            }
            _ => 0,
        }
    }

    /// Takes in the options before the sub-command.
    fn leading(&mut self, mut globals: &'c [Word]) {
        while let Some(word) = globals.first() {
            let taken = self.take_folder(globals);
            let known = taken > 0 || NOISE.contains(&word.text.as_str());
            self.is_whole &= known;
            globals = globals.get(taken.max(1)..).unwrap_or_default();
        }
    }

    /// Takes in an option that names a folder. Returns how many words it has, 0 if it is not one.
    fn take_folder(&mut self, words: &'c [Word]) -> usize {
        match words {
            [option, folder, ..] if FOLDERS.contains(&option.text.as_str()) => {
                self.folder = Some(folder);
                2
            }
            // Its value is in the same word, and cannot be taken out as a word.
            [option, ..]
                if FOLDERS.iter().any(|name| option.text.starts_with(&format!("{name}="))) =>
            {
                self.folder = Some(option);
                self.is_whole = false;
                1
            }
            _ => 0,
        }
    }

    fn work_of(&mut self, sub: &'c str, words: &'c [Word]) -> Option<Work<'c>> {
        use PackageManager::{Bun, Npm, Pnpm, Yarn};
        match (self.manager, sub) {
            (Npm, "install" | "i" | "in") | (Pnpm | Bun, "install" | "i") | (Yarn, "install") => {
                self.changes(words, true)
            }
            (_, "add") | (Bun, "a") => {
                let work = self.changes(words, false)?;
                matches!(work, Work::Add { .. }).then_some(work)
            }
            (Npm, "ci" | "clean-install" | "ic") => match self.changes(words, true)? {
                Work::Install { production, without_scripts, .. } => {
                    Some(Work::Install { frozen: true, production, without_scripts })
                }
                _ => None,
            },
            (Npm | Pnpm, "uninstall" | "un" | "remove" | "rm")
            | (Yarn | Bun, "remove")
            | (Npm, "r")
            | (Bun, "rm") => {
                let packages = self.packages(words);
                (!packages.is_empty()).then_some(Work::Remove { packages })
            }
            (Npm | Pnpm, "update" | "up" | "upgrade")
            | (Yarn, "upgrade" | "up")
            | (Bun, "update") => Some(Work::Update { packages: self.packages(words) }),
            (Npm, "run" | "run-script") | (_, "run") => self.run(words),
            (Npm | Pnpm, "test" | "t" | "tst") | (Yarn, "test") => {
                Some(Work::Named { script: "test", args: self.passed(words) })
            }
            (Npm | Pnpm | Yarn, "start") => {
                Some(Work::Named { script: "start", args: self.passed(words) })
            }
            (Npm, "exec" | "x") | (Pnpm, "exec") | (Bun, "x") => self.exec(words),
            (Yarn, "workspace") => self.run_in(words),
            // Short for a run of the script; `settled` checks whether there is one.
            (Pnpm | Yarn, script) => Some(Work::Run { script, args: self.passed(words) }),
            _ => None,
        }
    }

    /// An install, of packages if some are named.
    fn changes(&mut self, mut words: &'c [Word], may_be_bare: bool) -> Option<Work<'c>> {
        let (mut kind, mut exact, mut packages) = (Kind::Normal, false, Vec::new());
        let (mut frozen, mut production, mut without_scripts) = (false, false, false);
        while let Some(word) = words.first() {
            let taken = self.take_folder(words).max(self.take_unknown(words));
            if taken == 0 {
                match word.text.as_str() {
                    "-D" | "--save-dev" | "--dev" => kind = Kind::Dev,
                    "-d" if self.manager == PackageManager::Bun => kind = Kind::Dev,
                    "-O" | "--save-optional" | "--optional" => kind = Kind::Optional,
                    "--save-peer" | "--peer" => kind = Kind::Peer,
                    "-P" if self.manager == PackageManager::Yarn => kind = Kind::Peer,
                    "-E" | "--save-exact" | "--exact" => exact = true,
                    "--frozen-lockfile" | "--immutable" => frozen = true,
                    "--omit=dev" | "--production" | "--prod" => production = true,
                    "--ignore-scripts" => without_scripts = true,
                    text if text.starts_with('-') => self.is_whole &= NOISE.contains(&text),
                    _ => packages.push(word),
                }
            }
            words = words.get(taken.max(1)..).unwrap_or_default();
        }
        if packages.is_empty() {
            // An option of packages without one, or `-P` of npm, is not understood.
            self.is_whole &= kind == Kind::Normal && !exact;
            return may_be_bare.then_some(Work::Install { frozen, production, without_scripts });
        }
        self.is_whole &= !frozen
            && !production
            && !without_scripts
            && packages.iter().all(|word| is_package(word));
        Some(Work::Add { kind, exact, packages })
    }

    /// The packages of a removal or an update.
    fn packages(&mut self, mut words: &'c [Word]) -> Vec<&'c Word> {
        let mut packages = Vec::new();
        while let Some(word) = words.first() {
            let taken = self.take_folder(words).max(self.take_unknown(words));
            match word.text.as_str() {
                _ if taken > 0 => {}
                "-D" | "--save-dev" => {}
                text if text.starts_with('-') => self.is_whole &= NOISE.contains(&text),
                _ => packages.push(word),
            }
            words = words.get(taken.max(1)..).unwrap_or_default();
        }
        self.is_whole &= packages.iter().all(|word| is_package(word));
        packages
    }

    fn run(&mut self, mut words: &'c [Word]) -> Option<Work<'c>> {
        while let Some(word) = words.first().filter(|word| word.text.starts_with('-')) {
            let taken = self.take_folder(words);
            // The value of an option that is not known would be taken for the script.
            if taken == 0 && !NOISE.contains(&word.text.as_str()) && word.text != "--if-present" {
                return None;
            }
            self.is_whole &= word.text != "--if-present";
            words = words.get(taken.max(1)..)?;
        }
        let script = words.first()?.literal()?;
        Some(Work::Run { script, args: self.passed(words.get(1..)?) })
    }

    /// A script of a package of the workspace: `workspace web dev`.
    fn run_in(&mut self, words: &'c [Word]) -> Option<Work<'c>> {
        let [package, rest @ ..] = words else { return None };
        let rest =
            if rest.first().is_some_and(|word| word.is("run")) { rest.get(1..)? } else { rest };
        let script = rest.first()?.literal()?;
        let is_script = !CHANGES.contains(&script) && !script.starts_with('-');
        self.is_whole &= is_script && !matches!(script, "exec" | "dlx");
        Some(Work::RunIn { package: package.literal()?, script, args: self.passed(rest.get(1..)?) })
    }

    /// The arguments that reach a script. npm keeps those before `--` for itself.
    fn passed(&mut self, words: &'c [Word]) -> Vec<&'c Word> {
        let mut args: Vec<&Word> = words.iter().collect();
        // A variable of this call is unknown to the next.
        self.is_whole &= !args.iter().any(|word| word.expands);
        let own = words.iter().position(|word| word.text == "--");
        if self.manager != PackageManager::Npm {
            self.is_whole &= own.is_none();
            return args;
        }
        let before = words.get(..own.unwrap_or(words.len())).unwrap_or_default();
        self.is_whole &= before.iter().all(|word| !word.text.starts_with('-'));
        if let Some(own) = own {
            args.remove(own);
        }
        args
    }

    /// A program with its arguments. `None` if packages are fetched for it.
    fn exec(&mut self, mut words: &'c [Word]) -> Option<Work<'c>> {
        while let Some(word) = words.first().filter(|word| word.text.starts_with('-')) {
            if !matches!(
                word.text.as_str(),
                "--" | "-y" | "--yes" | "--no-install" | "--no" | "--bun"
            ) {
                return None;
            }
            self.is_whole &= word.text != "--bun";
            words = words.get(1..)?;
        }
        let program = words.first()?.literal()?;
        let mut args = words.get(1..)?.iter().peekable();
        // `npm exec tsc -- --noEmit`
        args.next_if(|word| self.called.starts_with("npm ") && word.text == "--");
        let args: Vec<&Word> = args.collect();
        self.is_whole &= !args.iter().any(|word| word.expands);
        Some(Work::Exec { program, args })
    }

    /// The same for this project, where a run may be of a program that a dependency brought. `None`
    /// if the project has neither the script nor the program.
    pub(crate) fn settled(self, project: &Project) -> Option<Self> {
        match self.work {
            Work::Run { script, args } if !project.has_script(script) => {
                let brought = matches!(
                    self.manager,
                    PackageManager::Yarn | PackageManager::Pnpm | PackageManager::Bun
                );
                let work = Work::Exec { program: script, args };
                (brought && project.has_program(script)).then_some(Self { work, ..self })
            }
            Work::RunIn { .. } if !project.is_workspace => None,
            Work::Named { script, .. } if !project.has_script(script) => None,
            Work::Exec { program, .. } if !project.has_program(program) => None,
            _ => Some(self),
        }
    }

    /// As it was called, with the first name that it was given, if that is a plain one.
    pub(crate) fn label(&self) -> String {
        let first = match &self.work {
            Work::Add { packages, .. } | Work::Remove { packages } | Work::Update { packages } => {
                packages.first().and_then(|word| word.literal())
            }
            Work::Run { script, .. } | Work::Exec { program: script, .. } => Some(*script),
            Work::RunIn { package, .. } => Some(*package),
            Work::Install { .. } | Work::Named { .. } => None,
        };
        let is_name = |name: &&str| {
            name.len() <= 30
                && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:/@".contains(c))
        };
        // In a short form the sub-command is the name already.
        let first =
            first.filter(is_name).filter(|name| !self.called.ends_with(&format!(" {name}")));
        first.map_or_else(|| self.called.clone(), |name| format!("{} {name}", self.called))
    }

    /// Whether it changes what is installed.
    pub(crate) fn installs(&self) -> bool {
        match self.work {
            Work::RunIn { script, .. } => CHANGES.contains(&script),
            Work::Run { .. } | Work::Named { .. } | Work::Exec { .. } => false,
            _ => true,
        }
    }
}
