//! The three forms, and what find, xargs or the loop says of the files that the grep gets.

use crate::project::programs::{self, Trait};
use crate::rules::rewrite::expression;
use crate::rules::rewrite::find::Action;
use crate::rules::trigger::{Check, Miss};
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Joined, Loop, LoopKind, Script, Word, is_shell, options};

/// How find and grep are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `find -exec grep`
    Exec,
    /// `find | xargs grep`
    Xargs,
    /// `for f in $(find); do grep; done`
    Loop,
}

impl Form {
    /// The form in a few words.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Exec => "find -exec grep",
            Self::Xargs => "find | xargs grep",
            Self::Loop => "for f in $(find) with grep",
        }
    }
}

/// The parts of a search in one of the forms.
pub(super) struct Parts<'s> {
    pub(super) form: Form,
    pub(super) grep: &'s Command,
    /// The command that ends the form: find, xargs, or the last of the loop.
    pub(super) last: &'s Command,
    /// The text among the grep's operands that a file replaces; `None` if the files are added at
    /// its end.
    pub(super) placeholder: Option<String>,
    /// The grep runs once for each file.
    pub(super) each: bool,
    /// The file's name is printed if the grep succeeds.
    pub(super) prints: bool,
    /// The grep gets names that end with a zero byte.
    pub(super) takes_null: bool,
}

/// Reads the form.
///
/// # Errors
/// [`Miss::No`] if no grep searches what `find` finds, [`Miss::Near`] if the form does more than
/// that.
pub(super) fn read<'s>(script: &'s Script, find: &'s Command) -> Check<Parts<'s>> {
    let mut forms = [exec, xargs, for_loop].into_iter().map(|read| read(script, find));
    forms.find(|parts| !matches!(parts, Err(Miss::No))).unwrap_or(Err(Miss::No))
}

/// Whether a grep in a script for a shell, or in a `while read` loop, searches what `find` finds, and
/// nothing else is done. One search does the same, but how it prints names is not known.
pub(super) fn is_loose(script: &Script, find: &Command) -> bool {
    let own = find.wrappers.len();
    let is_inner = |other: &&Command| {
        other.wrappers.len() > own + 1
            && other.wrappers.get(own) == Some(&"find")
            && other.wrappers.get(own + 1).is_some_and(|wrapper| is_shell(wrapper))
    };
    let reads_names = |found: &&Loop| {
        found.kind == LoopKind::While
            && script.range(&found.condition).iter().any(|read| read.is("read") && read.reads_pipe)
            && find.writes_pipe
            && script.before(find).len() < found.condition.start
            && script.range(&found.body).iter().all(|command| command.shows_output())
    };
    only_searches(script.after(find).iter().filter(is_inner))
        || script
            .loops
            .iter()
            .filter(reads_names)
            .any(|found| only_searches(script.range(&found.body).iter()))
}

fn only_searches<'s>(commands: impl Iterator<Item = &'s Command>) -> bool {
    let mut has_grep = false;
    for command in commands {
        has_grep |= is_grep(command);
        if !is_grep(command) && !matches!(command.program.as_str(), "echo" | "printf" | "read") {
            return false;
        }
    }
    has_grep
}

fn is_grep(command: &Command) -> bool {
    programs::is(&command.program, Trait::IsGrep)
}

/// The command that `starter` starts, if it is a grep.
fn child<'s>(script: &'s Script, starter: &Command, wrapper: &str) -> Option<&'s Command> {
    let depth = starter.wrappers.len() + 1;
    let is_started = |other: &&Command| other.wrappers.len() >= depth && other.is_under(wrapper);
    let child = script.after(starter).iter().find(is_started)?;
    (child.wrappers.last() == Some(&wrapper) && child.wrappers.len() == depth && is_grep(child))
        .then_some(child)
}

fn exec<'s>(script: &'s Script, find: &'s Command) -> Check<Parts<'s>> {
    let grep = child(script, find, "find").ok_or(Miss::No)?;
    let files = expression::read(&find.args).map_err(Miss::Near)?;
    let Action::Run { each, prints, .. } = files.action else {
        return Err(Miss::Near("it runs something else"));
    };
    Ok(Parts {
        form: Form::Exec,
        grep,
        last: find,
        placeholder: Some("{}".to_owned()),
        each,
        prints,
        takes_null: false,
    })
}

fn xargs<'s>(script: &'s Script, find: &'s Command) -> Check<Parts<'s>> {
    let (last, grep) = piped(script, find)?;
    if last.wrappers != find.wrappers || !last.assignments.is_empty() {
        return Err(Miss::Near("xargs runs under another program"));
    }
    let count = last.args.len().checked_sub(grep.args.len() + 1);
    let own = count.and_then(|count| last.args.get(..count)).ok_or(Miss::No)?;
    let mut parts = Parts {
        form: Form::Xargs,
        grep,
        last,
        placeholder: None,
        each: false,
        prints: false,
        takes_null: false,
    };
    parts.read_xargs_options(own).map_err(Miss::Near)?;
    Ok(parts)
}

/// The xargs that reads what `find` prints, and the grep that it starts.
fn piped<'s>(script: &'s Script, find: &Command) -> Check<(&'s Command, &'s Command)> {
    let stage = find.stage.ok_or(Miss::No)?;
    let pipeline = script.pipelines.get(stage.pipeline).ok_or(Miss::No)?;
    let later =
        || pipeline.stages.iter().skip(stage.index + 1).map(|at| script.commands.get((*at)?));
    let last = later().flatten().find(|command| command.is("xargs")).ok_or(Miss::No)?;
    let grep = child(script, last, "xargs").ok_or(Miss::No)?;
    let is_sort =
        |command: &Command| command.is("sort") && command.args.iter().all(|word| word.is("-u"));
    let mut between = later().take_while(|command| command.is_none_or(|other| other.id != last.id));
    if between.all(|command| command.is_some_and(is_sort)) {
        Ok((last, grep))
    } else {
        Err(Miss::Near("a stage between find and xargs selects some of the files"))
    }
}

impl Parts<'_> {
    fn read_xargs_options(&mut self, own: &[Word]) -> Result<(), &'static str> {
        const SPEC: Spec =
            Spec { short: "dILnP", attached: "i", long: &["max-args", "max-procs", "delimiter"] };
        for item in options::read(own, SPEC) {
            match item {
                Item::Short('0', None) | Item::Long("null", None) => self.takes_null = true,
                Item::Short('r', None) | Item::Long("no-run-if-empty", None) => {}
                Item::Short('P', Some(_)) | Item::Long("max-procs", Some(_)) => {}
                Item::Short('n' | 'L', Some(count)) | Item::Long("max-args", Some(count)) => {
                    self.each = count.literal() == Some("1");
                }
                Item::Short('d', Some(mark)) | Item::Long("delimiter", Some(mark)) => {
                    if !matches!(mark.text, "\\n" | "\n") {
                        return Err("xargs splits its input in a special way");
                    }
                }
                Item::Short('I' | 'i', Some(mark)) => {
                    let text = mark.literal().ok_or("what xargs replaces is not known")?;
                    self.placeholder = Some(text.to_owned());
                    self.each = true;
                }
                Item::Short('i', None) => {
                    self.placeholder = Some("{}".to_owned());
                    self.each = true;
                }
                _ => return Err("an option of xargs is not known"),
            }
        }
        Ok(())
    }
}

fn for_loop<'s>(script: &'s Script, find: &'s Command) -> Check<Parts<'s>> {
    let at = script.before(find).len();
    let found = script.loops.iter().find(|found| found.condition.contains(&at)).ok_or(Miss::No)?;
    let LoopKind::For(values) = &found.kind else { return Err(Miss::No) };
    let body = script.range(&found.body);
    let grep = body.iter().find(|command| is_grep(command)).ok_or(Miss::No)?;
    let mut variables = grep.args.iter().filter_map(|word| word.leading_variable.as_ref());
    let name = &variables.next().ok_or(Miss::No)?.name;
    if !script.loop_variables.contains(name) {
        return Err(Miss::No);
    }
    let is_substitution = |word: &Word| word.raw.starts_with("$(") && word.raw.ends_with(')');
    let is_whole = matches!(values.as_slice(), [word] if is_substitution(word));
    if found.condition.len() != 1
        || !is_whole
        || script.loop_variables.len() != 1
        || found.background
    {
        return Err(Miss::Near("its loop also goes through something else"));
    }
    let is_file =
        |word: &Word| word.text == format!("${name}") || word.text == format!("${{{name}}}");
    let prints = match body {
        [_] => false,
        [_, echo] => {
            let names_it = matches!(echo.args.as_slice(), [word] if is_file(word));
            if !echo.is("echo") || !names_it || echo.joined != Joined::And || grep.is_condition {
                return Err(Miss::Near("its loop does more than search"));
            }
            true
        }
        _ => return Err(Miss::Near("its loop does more than search")),
    };
    if grep.stage.is_some() || grep.writes_pipe || grep.reads_pipe || grep.group_redirected {
        return Err(Miss::Near("its loop is part of a pipeline"));
    }
    let placeholder = grep.args.iter().find(|word| is_file(word)).map(|word| word.text.clone());
    let last = body.last().ok_or(Miss::No)?;
    Ok(Parts { form: Form::Loop, grep, last, placeholder, each: true, prints, takes_null: false })
}
