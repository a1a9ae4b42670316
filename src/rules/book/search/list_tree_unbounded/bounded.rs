//! The same listing within bounds.

use crate::rules::advice::Advice;
use crate::rules::book::search::support::better_search::{has_git, has_ripgrep};
use crate::rules::book::search::support::scope::{is_outside, is_whole_tree, moves_outside};
use crate::rules::case::Case;
use crate::rules::rewrite::place::{self, Place};
use crate::shell::options::{self, Item, Spec};
use crate::shell::{Command, Script, Word};

/// A listing as it was written.
pub(super) struct Listing<'c> {
    script: &'c Script,
    command: &'c Command,
    folders: Vec<&'c Word>,
    /// What it leaves out, as options of ripgrep.
    globs: Vec<String>,
    /// It leaves something out, which may be hidden and no option then.
    is_narrowed: bool,
    /// The text of its command.
    own: &'c str,
    /// The text of its pipeline.
    pipeline: &'c str,
    /// The part of the pipeline's text after the command.
    filters: &'c str,
}

impl<'c> Listing<'c> {
    /// `None` if its text is not in the script itself.
    pub(super) fn new(
        script: &'c Script,
        command: &'c Command,
        folders: Vec<&'c Word>,
        globs: Vec<String>,
        is_narrowed: bool,
    ) -> Option<Self> {
        let own = script.text_of(command)?;
        let (pipeline, filters) = match command.stage {
            Some(stage) => {
                (script.pipeline_text(stage.pipeline)?, script.text_after_stage(stage)?.trim())
            }
            None => (own, ""),
        };
        Some(Self { script, command, folders, globs, is_narrowed, own, pipeline, filters })
    }

    pub(super) fn advise(&self, case: &Case, lines: usize) -> Option<Advice> {
        let label = match self.command.program.as_str() {
            "ls" => "ls -R",
            "du" => "du -a",
            name => name,
        };
        let lead = match lines {
            0 | 1 => format!("{label} lists every level"),
            lines => format!("{label} printed {lines} lines"),
        };
        let plain = format!("{lead}: bound it by a depth, a folder or | head");
        let (kept, better) = self.bounded(case)?;
        let better = case.in_folder_of(self.command, better);
        Some(Advice::with_rewrite(format!("{lead}; {kept}"), better, plain))
    }

    /// Which part of the listing is left, and the command that prints it.
    fn bounded(&self, case: &Case) -> Option<(&'static str, String)> {
        Some(match self.command.program.as_str() {
            "tree" => ("this prints two levels of it", self.two_levels()?),
            "du" => ("this prints the largest of them", self.largest()),
            _ => self.sources(case).unwrap_or_else(|| {
                ("this prints the first of them", format!("{} | head -100", self.pipeline))
            }),
        })
    }

    fn two_levels(&self) -> Option<String> {
        let spelled = self.command.spelled.as_str();
        let args = self.own.strip_prefix(spelled)?;
        let rest = self.pipeline.strip_prefix(self.own)?;
        Some(format!("{spelled} -L 2{args}{rest}"))
    }

    fn largest(&self) -> String {
        let filter = match (self.filters, self.has_flag('h', "human-readable")) {
            ("", true) => "sort -h | tail -n 30",
            ("", false) => "sort -n | tail -n 30",
            _ if is_descending(self.script, self.command) => "head -n 30",
            _ => "tail -n 30",
        };
        format!("{} | {filter}", self.pipeline)
    }

    /// The first files in the same folders that are not ignored; `None` if another program cannot
    /// list them, or may not show what was asked for.
    fn sources(&self, case: &Case) -> Option<(&'static str, String)> {
        // Other programs enter a link that is a root, and print a root that is a file.
        let is_other = |folder: &&Word| {
            matches!(place::of(case, self.command, folder), Place::Link | Place::File)
        };
        if self.folders.iter().any(is_other) {
            return None;
        }
        let has_details = self.command.is("ls") && self.has_flag('l', "");
        let is_unknown = |folder: &&Word| {
            is_outside(&folder.text) || (folder.expands && !is_whole_tree(case, folder))
        };
        if has_details || moves_outside(case) || self.folders.iter().any(is_unknown) {
            return None;
        }
        let folders = self.folder_words();
        let errors = if self.own.ends_with("2>/dev/null") { " 2>/dev/null" } else { "" };
        let space = if self.filters.is_empty() { "" } else { " " };
        let rest = format!("{}{errors}{space}{} | head -100", folders.join(" "), self.filters);
        if has_ripgrep(case) {
            let globs: String = self.globs.iter().map(|glob| format!("{glob} ")).collect();
            let label = if self.command.args.iter().any(|word| word.is("f")) && !self.is_narrowed {
                "this lists them without ignored and hidden files"
            } else {
                "this lists files only, without ignored and hidden ones and links"
            };
            return Some((label, format!("rg --files {globs}{rest}")));
        }
        // git lists only what is in the work tree.
        let is_inside = |folder: &&str| {
            !folder.starts_with(['/', '~', '$', '"', '\'', ':']) && !folder.starts_with("..")
        };
        // It lists hidden files, which ls leaves out, and is silent about a folder that is missing.
        let is_folder = |folder: &&Word| {
            place::of(case, self.command, folder) == Place::Folder && !folder.globs
        };
        let can_list = has_git(case, self.command)
            && self.command.is("find")
            && !self.is_narrowed
            && self.folders.iter().all(is_folder)
            && folders.iter().all(is_inside);
        can_list.then(|| {
            let list = "git -c core.quotePath=off ls-files -co --exclude-standard";
            ("this is without ignored files, with links and repositories", format!("{list} {rest}"))
        })
    }

    /// The folders as words of a command.
    fn folder_words(&self) -> Vec<&'c str> {
        if self.folders.is_empty() {
            return vec!["."];
        }
        let word = |folder: &&'c Word| match folder.raw.as_str() {
            "*" | "./*" => ".",
            raw => raw,
        };
        self.folders.iter().map(word).collect()
    }

    fn has_flag(&self, short: char, long: &str) -> bool {
        options::has(&options::read(&self.command.args, Spec::FLAGS_ONLY), Some(short), long)
    }
}

/// Whether a `sort` in the pipeline puts the largest first.
fn is_descending(script: &Script, command: &Command) -> bool {
    let stages = command.stage.and_then(|stage| script.stages(stage.pipeline)).unwrap_or_default();
    let sort = stages.into_iter().rev().find(|stage| stage.is("sort"));
    sort.is_some_and(|sort| {
        let items = options::read(&sort.args, Spec::of("sort"));
        let by_key = items
            .iter()
            .any(|item| matches!(item, Item::Short('k', Some(key)) if key.text.contains('r')));
        options::has(&items, Some('r'), "reverse") || by_key
    })
}
