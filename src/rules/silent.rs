//! Custom rules that can never speak, or not of all that they name: a glob where only a name counts,
//! or signs of other tools' globs, which are letters here.

use crate::protocol::event::{self, Tool};
use crate::settings::{Concern, CustomRule};

/// Why one value of a custom rule matches nothing.
pub(super) struct Doubt<'r> {
    /// The key of the rule.
    pub(super) key: &'static str,
    /// The value, or the item of the list.
    pub(super) value: &'r str,
    /// What is wrong with it.
    pub(super) what: String,
}

/// Every value of a rule that matches nothing.
pub(super) fn doubts(rule: &CustomRule) -> Vec<Doubt<'_>> {
    let mut doubts = Doubts(Vec::new());
    match &rule.concern {
        Concern::Command { programs, subcommands, flags, args } => {
            doubts.look("program", programs, |name| why_not_a_name("program", name));
            doubts.look("subcommand", subcommands, why_not_a_subcommand);
            doubts.look("flags", flags, |name| why_not_a_name("flag", name));
            // A command may have been typed with braces, but not with a glob of ours.
            let has_star = |glob: &str| glob.contains(['*', '?']);
            doubts.look("args", args.as_slice(), |glob| {
                why_not_a_glob(glob).filter(|_| has_star(glob))
            });
        }
        Concern::Call { tools, path } => {
            doubts.look("tool", tools, why_not_a_tool);
            doubts.look("path", path.as_slice(), |glob| why_not_a_path(glob, tools));
        }
    }
    doubts.0
}

struct Doubts<'r>(Vec<Doubt<'r>>);

impl<'r> Doubts<'r> {
    fn look(
        &mut self,
        key: &'static str,
        values: &'r [String],
        why: impl Fn(&str) -> Option<String>,
    ) {
        let doubt = |value: &'r String| Some(Doubt { key, value, what: why(value)? });
        self.0.extend(values.iter().filter_map(doubt));
    }
}

/// Why a value that is compared as a whole matches nothing.
fn why_not_a_name(what: &str, name: &str) -> Option<String> {
    if name.contains('|') {
        Some(why_not_one(name))
    } else if name.contains(['*', '?']) || has_braces(name) {
        Some(format!(
            "`{name}` matches nothing, since a {what} is compared as a name, not as a glob; write a \
             list of names"
        ))
    } else {
        None
    }
}

/// Why alternatives in one string match nothing.
fn why_not_one(value: &str) -> String {
    let items: Vec<String> = value.split('|').map(|item| format!("\"{item}\"")).collect();
    format!("`{value}` is one name here; write a list: [{}]", items.join(", "))
}

fn why_not_a_subcommand(name: &str) -> Option<String> {
    if name.starts_with('-') {
        return Some(format!("`{name}` is an option, never a sub-command; name it in `flags`"));
    }
    why_not_a_name("sub-command", name)
}

fn why_not_a_tool(name: &str) -> Option<String> {
    if name.contains('|') {
        return Some(why_not_one(name));
    }
    let known = event::known_tool(name).filter(|known| *known != name);
    let spelled = known.map(|known| format!("there is no tool `{name}`; it is `{known}`"));
    spelled.or_else(|| why_not_a_glob(name))
}

fn why_not_a_path(glob: &str, tools: &[String]) -> Option<String> {
    let is_shell =
        |tool: &String| event::known_tool(tool).map(event::kind_of_tool) == Some(Tool::Shell);
    if tools.iter().all(is_shell) {
        Some("a shell call has no path of its own; `program` with `args` looks at its words".into())
    } else if let Some(rest) = glob.strip_prefix("./").or_else(|| glob.strip_prefix("../")) {
        Some(format!("`{glob}` matches nothing, since paths are absolute; write `{rest}`"))
    } else if glob.starts_with('~') {
        Some(format!("`{glob}` matches nothing, since `~` is a letter here"))
    } else if glob.ends_with('/') {
        Some(format!("`{glob}` matches no file; `{glob}**` matches all below it"))
    } else if glob.contains('\\') {
        Some(format!("`{glob}` matches nothing; the parts of a path are separated by `/`"))
    } else {
        why_not_a_glob(glob)
    }
}

fn why_not_a_glob(glob: &str) -> Option<String> {
    let sign = if has_braces(glob) {
        "{"
    } else if has_class(glob) {
        "["
    } else {
        return None;
    };
    Some(format!(
        "`{glob}` matches nothing, since `{sign}` is a letter here; only *, ** and ? stand for others"
    ))
}

/// Whether there are alternatives in braces. A name in braces alone is a template's: `{{name}}`.
fn has_braces(text: &str) -> bool {
    text.split('{').skip(1).any(|rest| {
        let inside = rest.split('}').next().unwrap_or_default();
        inside.len() < rest.len() && inside.contains(',')
    })
}

/// Whether there is a class of characters, such as `[a-z]` or `*.[ch]`. Names in brackets are
/// those of files: `app/[slug]/page.tsx`.
fn has_class(text: &str) -> bool {
    text.match_indices('[').any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        let inside = rest.get(1..).and_then(|rest| rest.split_once(']')).map(|(inside, _)| inside);
        inside.is_some_and(|inside| {
            let letters: Vec<char> = inside.chars().collect();
            let is_range = |part: &[char]| matches!(part, [_, '-', _]);
            let is_of_ranges = !letters.is_empty() && letters.chunks(3).all(is_range);
            let is_of_endings = before.ends_with("*.") && (2..=3).contains(&letters.len());
            is_of_ranges || is_of_endings
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_other_globs_are_told_from_names() {
        for (glob, is_doubted) in [
            ("*.{ts,tsx}", true),
            ("src/{a,b}/**", true),
            ("*.[ch]", true),
            ("[a-z]*", true),
            ("v[0-9a-f]/**", true),
            ("*.ts", false),
            ("app/[slug]/page.tsx", false),
            ("app/[...rest]/page.tsx", false),
            ("[id].tsx", false),
            ("{{cookiecutter.name}}/**", false),
            ("{x}", false),
            ("a,b{", false),
            ("[", false),
            ("[]", false),
        ] {
            assert_eq!(why_not_a_glob(glob).is_some(), is_doubted, "{glob}");
        }
    }
}
