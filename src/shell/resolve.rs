//! Finds what a simple command really runs: it peels wrappers off and enters the commands that they
//! start.

use rable::{Node, NodeKind};

use super::command::{CommandId, Redirection};
use super::context::NodeContext;
use super::walk::{MAX_DEPTH, Walker};
use super::words::Word;
use super::wrappers;
use super::wrappers::Wrapped;

impl Walker<'_> {
    /// Fills in the command at index `at`: peels the wrappers off `words` and enters what they
    /// start.
    pub(super) fn resolve(
        &mut self,
        at: usize,
        assigned: Vec<Word>,
        mut words: Vec<Word>,
        redirections: Vec<Redirection>,
        context: &NodeContext,
    ) {
        let mut assignments: Vec<(String, Word)> =
            assigned.into_iter().filter_map(split_assignment).collect();
        let mut wrappers = context.wrappers.clone();
        let mut children: Vec<(Child, NodeContext)> = Vec::new();
        while let Some(first) = words.first() {
            let program = base_name(first);
            let rest = words.get(1..).unwrap_or_default();
            let below = |name| NodeContext {
                wrappers: wrappers.iter().copied().chain([name]).collect(),
                ..context.clone()
            };
            match wrappers::wrapped(&program, rest) {
                Wrapped::Becomes(name, skip) => {
                    let skipped = rest.get(..skip).unwrap_or_default();
                    assignments.extend(skipped.iter().cloned().filter_map(split_assignment));
                    wrappers.push(name);
                    words.drain(..=skip);
                    continue;
                }
                Wrapped::Starts(name, child) => {
                    children.push((
                        Child::Words(child.to_vec()),
                        NodeContext { stage: None, ..below(name) },
                    ));
                }
                Wrapped::Script(name, text) => {
                    let context = below(name);
                    let piped =
                        NodeContext { reads_pipe: context.reads_pipe, ..context.detached() };
                    children.push((Child::Text(text.to_owned()), piped));
                }
                Wrapped::Remote(name, child) => {
                    let context = NodeContext { remote: true, ..below(name).detached() };
                    // ssh joins its words and passes them to a shell; the others run the words.
                    let child = if name == "ssh" {
                        let text: Vec<&str> = child.iter().map(|word| word.text.as_str()).collect();
                        Child::Text(text.join(" "))
                    } else {
                        Child::Words(child.to_vec())
                    };
                    children.push((child, context));
                }
                Wrapped::No => {}
            }
            break;
        }
        let program = words.first().map(base_name).unwrap_or_default();
        let spelled = words.first().map(|word| word.raw.clone()).unwrap_or_default();
        if let Some(command) = self.script.commands.get_mut(at) {
            command.program = program;
            command.spelled = spelled;
            command.args = words.split_off(1.min(words.len()));
            command.assignments = assignments;
            command.redirections = redirections;
            command.wrappers = wrappers;
        }
        for (child, context) in children {
            self.child(child, context);
        }
    }

    fn child(&mut self, child: Child, context: NodeContext) {
        match child {
            Child::Text(text) => self.text(&text, &context),
            Child::Words(words) if !words.is_empty() && context.depth < MAX_DEPTH => {
                let at = self.script.commands.len();
                let context =
                    NodeContext { depth: context.depth + 1, reads_pipe: false, ..context };
                self.script.commands.push(context.command(CommandId(at)));
                self.resolve(at, Vec::new(), words, Vec::new(), &context);
            }
            Child::Words(_) => {}
        }
    }

    /// Enters a heredoc that feeds a shell, as a script, or ssh, as a remote one.
    pub(super) fn heredoc_script(&mut self, at: usize, redirects: &[Node], context: &NodeContext) {
        let Some(command) = self.script.commands.get(at) else { return };
        let remote = command.is("ssh");
        let reads_script = matches!(command.program.as_str(), "bash" | "sh" | "zsh")
            && command.args.iter().all(|word| word.text.starts_with('-'));
        if !remote && !reads_script {
            return;
        }
        for redirect in redirects {
            if let NodeKind::HereDoc { content, .. } = &redirect.kind {
                let inside = NodeContext { remote: context.remote || remote, ..context.detached() };
                self.text(content, &inside);
            }
        }
    }
}

enum Child {
    Words(Vec<Word>),
    Text(String),
}

fn base_name(word: &Word) -> String {
    word.literal()
        .map(|text| text.rsplit('/').next().unwrap_or(text).to_owned())
        .unwrap_or_default()
}

/// Name and value of an assignment before a command, or in the words of `env`.
fn split_assignment(word: Word) -> Option<(String, Word)> {
    let (name, value) = wrappers::assignment(&word.text)?;
    let name = name.to_owned();
    let value = Word {
        text: value.to_owned(),
        raw: word.raw.split_once('=').map(|(_, raw)| raw.to_owned()).unwrap_or_default(),
        ..word
    };
    Some((name, value))
}
