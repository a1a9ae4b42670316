//! The three forms: what find, its action or what stands behind it, and the grep say.

use super::Form;
use crate::rules::rewrite::expression;
use crate::rules::rewrite::find::Action;
use crate::shell::options::{Item, Spec};
use crate::shell::{Command, Joined, LoopKind, Script, Word, options};

/// What is known of the grep in its form.
pub(super) struct Part<'s> {
    pub(super) form: Form,
    pub(super) grep: &'s Command,
    /// The command that ends the form: find, xargs, or the loop's last.
    pub(super) last: &'s Command,
    /// How a file is written among the grep's operands; `None` where they are put behind it.
    pub(super) place: Option<String>,
    /// It is started once for each file.
    pub(super) each: bool,
    /// The name is printed where it succeeds.
    pub(super) prints: bool,
    /// Its names end with a zero byte.
    pub(super) takes_null: bool,
}

/// Reads the form; `None` if no grep searches what `find` finds.
pub(super) fn read<'s>(
    script: &'s Script,
    find: &'s Command,
) -> Option<Result<Part<'s>, &'static str>> {
    [exec, xargs, looped].into_iter().find_map(|read| read(script, find))
}

fn is_grep(command: &Command) -> bool {
    matches!(command.program.as_str(), "grep" | "egrep" | "fgrep")
}

/// The command that `starter` starts, if it is a grep.
fn child<'s>(script: &'s Script, starter: &Command, wrapper: &str) -> Option<&'s Command> {
    let at = script.commands.iter().position(|other| other.id == starter.id)?;
    let depth = starter.wrappers.len() + 1;
    let started = |other: &&Command| other.wrappers.len() >= depth && other.is_under(wrapper);
    let child = script.commands.iter().skip(at + 1).find(started)?;
    (child.wrappers.last() == Some(&wrapper) && child.wrappers.len() == depth && is_grep(child))
        .then_some(child)
}

fn exec<'s>(script: &'s Script, find: &'s Command) -> Option<Result<Part<'s>, &'static str>> {
    let grep = child(script, find, "find")?;
    Some(expression::read(&find.args).and_then(|files| match files.action {
        Action::Run { each, prints, .. } => Ok(Part {
            form: Form::Exec,
            grep,
            last: find,
            place: Some("{}".to_owned()),
            each,
            prints,
            takes_null: false,
        }),
        _ => Err("it runs something else"),
    }))
}

fn xargs<'s>(script: &'s Script, find: &'s Command) -> Option<Result<Part<'s>, &'static str>> {
    let stage = find.stage?;
    let stages = &script.pipelines.get(stage.pipeline)?.stages;
    let behind = || stages.iter().skip(stage.index + 1).map(|at| script.commands.get((*at)?));
    let last = behind().flatten().find(|command| command.is("xargs"))?;
    let grep = child(script, last, "xargs")?;
    let is_order =
        |command: &Command| command.is("sort") && command.args.iter().all(|word| word.is("-u"));
    for command in behind() {
        match command {
            Some(command) if command.id == last.id => break,
            Some(command) if is_order(command) => {}
            _ => return Some(Err("what stands between find and xargs picks among the files")),
        }
    }
    if last.wrappers != find.wrappers || !last.assignments.is_empty() {
        return Some(Err("xargs runs under another program"));
    }
    let own = last.args.get(..last.args.len().checked_sub(grep.args.len() + 1)?)?;
    let mut part = Part {
        form: Form::Xargs,
        grep,
        last,
        place: None,
        each: false,
        prints: false,
        takes_null: false,
    };
    Some(xargs_options(own, &mut part).map(|()| part))
}

/// Reads the options of xargs.
fn xargs_options(own: &[Word], part: &mut Part) -> Result<(), &'static str> {
    const SPEC: Spec =
        Spec { short: "dILnP", attached: "i", long: &["max-args", "max-procs", "delimiter"] };
    for item in options::read(own, SPEC) {
        match item {
            Item::Short('0', None) | Item::Long("null", None) => part.takes_null = true,
            Item::Short('r', None) | Item::Long("no-run-if-empty", None) => {}
            Item::Short('P', Some(_)) | Item::Long("max-procs", Some(_)) => {}
            Item::Short('n' | 'L', Some(count)) | Item::Long("max-args", Some(count)) => {
                part.each = count.literal() == Some("1");
            }
            Item::Short('d', Some(mark)) | Item::Long("delimiter", Some(mark)) => {
                matches!(mark.text, "\\n" | "\n")
                    .then_some(())
                    .ok_or("xargs splits in a way of its own")?;
            }
            Item::Short('I', Some(mark)) | Item::Short('i', Some(mark)) => {
                part.place =
                    Some(mark.literal().ok_or("what xargs replaces is not known")?.to_owned());
                part.each = true;
            }
            Item::Short('i', None) => {
                part.place = Some("{}".to_owned());
                part.each = true;
            }
            _ => return Err("an option of xargs is not known"),
        }
    }
    Ok(())
}

fn looped<'s>(script: &'s Script, find: &'s Command) -> Option<Result<Part<'s>, &'static str>> {
    let at = script.commands.iter().position(|other| other.id == find.id)?;
    let found = script.loops.iter().find(|found| found.condition.contains(&at))?;
    let LoopKind::For(values) = &found.kind else { return None };
    let grep = script.range(&found.body).iter().find(|command| is_grep(command))?;
    let variable = grep.args.iter().find_map(|word| word.leading_variable.as_ref())?;
    if !script.loop_variables.contains(&variable.name) {
        return None;
    }
    let whole = matches!(values.as_slice(), [word] if word.raw.starts_with("$(") && word.raw.ends_with(')'));
    if found.condition.len() != 1 || !whole || script.loop_variables.len() != 1 || found.background
    {
        return Some(Err("its loop goes through something else too"));
    }
    let name = &variable.name;
    let is_file =
        |word: &Word| word.text == format!("${name}") || word.text == format!("${{{name}}}");
    let body = script.range(&found.body);
    let prints = match body {
        [_] => false,
        [_, echo] => {
            let names_it = matches!(echo.args.as_slice(), [word] if is_file(word));
            if !echo.is("echo") || !names_it || echo.joined != Joined::And || grep.is_condition {
                return Some(Err("its loop does more than search"));
            }
            true
        }
        _ => return Some(Err("its loop does more than search")),
    };
    if grep.stage.is_some() || grep.writes_pipe || grep.reads_pipe || grep.group_redirected {
        return Some(Err("its loop is part of a pipeline"));
    }
    let place = grep.args.iter().find(|word| is_file(word)).map(|word| word.text.clone());
    let last = body.last()?;
    Some(Ok(Part { form: Form::Loop, grep, last, place, each: true, prints, takes_null: false }))
}
