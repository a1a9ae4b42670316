//! Executes a parsed script in the abstract, up to one of its commands.

use rable::{CasePattern, ListItem, ListOperator, Node, NodeKind};

use super::super::command::Command;
use super::super::words::Word;
use super::super::wrappers::{self, Wrapped};
use super::super::{guard, walk};
use super::condition::Shown;
use super::fact::Fact;
use super::fact::{unquoted, variable};
use super::state::{Outcome, State, join, with};
use super::values::assign;

/// The execution of a script.
pub(super) struct Flow<'c> {
    /// The command to arrive at.
    target: &'c Command,
    /// What is known there; `None` until it is found.
    found: Option<State>,
    /// The functions of the script: what is known after a call, and whether it comes back.
    functions: Vec<(String, Outcome)>,
    /// What the `return`s of the function around bring back.
    returned: Outcome,
    /// `set -e` holds.
    stops_on_failure: bool,
    depth: u8,
}

impl<'c> Flow<'c> {
    pub(super) fn to(target: &'c Command) -> Self {
        Self {
            target,
            found: None,
            functions: Vec::new(),
            returned: Outcome::default(),
            stops_on_failure: false,
            depth: 0,
        }
    }

    /// What is known at the target; `None` if it was not found.
    pub(super) fn run(mut self, nodes: &[Node]) -> Option<State> {
        self.sequence(nodes, Some(Vec::new()), true);
        self.found
    }

    /// `is_own`: the spans of the nodes refer to the script's own text.
    fn sequence(&mut self, nodes: &[Node], mut state: State, is_own: bool) -> State {
        for node in nodes {
            state = self.node(node, state, false, is_own).joined();
        }
        state
    }

    /// `is_tested`: something asks whether the node succeeds, so `set -e` does not apply.
    fn node(&mut self, node: &Node, state: State, is_tested: bool, is_own: bool) -> Outcome {
        match &node.kind {
            NodeKind::Command { assignments, words, redirects } => {
                let at = is_own.then_some((node.span.start, node.span.end));
                self.substitutions([assignments, words, redirects], &state);
                let outcome = self.simple(assignments, words, at, state);
                self.stopping(outcome, is_tested)
            }
            NodeKind::Pipeline { commands, .. } => {
                for stage in commands {
                    self.node(stage, state.clone(), true, is_own);
                }
                let stages: Vec<Vec<Word>> = commands.iter().filter_map(words_of).collect();
                let ran = |ok| with(&state, [Fact::Ran(stages.clone(), ok)]);
                let outcome = Outcome { succeeded: ran(true), failed: ran(false) };
                self.stopping(outcome, is_tested)
            }
            NodeKind::List { items } => self.list(items, state, is_tested, is_own),
            NodeKind::If { condition, then_body, else_body, .. } => {
                let tested = self.node(condition, state, true, is_own);
                let then = self.node(then_body, tested.succeeded, is_tested, is_own);
                let other = match else_body {
                    Some(body) => self.node(body, tested.failed, is_tested, is_own),
                    None => Outcome { succeeded: tested.failed, failed: None },
                };
                then.or(other)
            }
            NodeKind::While { condition, body, .. } | NodeKind::Until { condition, body, .. } => {
                let is_until = matches!(node.kind, NodeKind::Until { .. });
                let tested = self.node(condition, state.clone(), true, is_own);
                let inside = if is_until { tested.failed } else { tested.succeeded };
                let after = self.node(body, inside, is_tested, is_own).joined();
                Outcome { succeeded: self.after_loop(state, after), failed: None }
            }
            NodeKind::For { body, .. }
            | NodeKind::Select { body, .. }
            | NodeKind::ForArith { body, .. } => {
                let after = self.node(body, state.clone(), is_tested, is_own).joined();
                Outcome { succeeded: self.after_loop(state, after), failed: None }
            }
            NodeKind::BraceGroup { body, .. } => self.node(body, state, is_tested, is_own),
            NodeKind::Subshell { body, .. } => {
                self.node(body, state.clone(), is_tested, is_own);
                Outcome::either(state)
            }
            NodeKind::Case { word, patterns, .. } => {
                self.case(word, patterns, &state, is_tested, is_own)
            }
            NodeKind::Function { name, body, .. } => {
                let around = std::mem::take(&mut self.returned);
                let end = self.node(body, Some(Vec::new()), false, is_own);
                let early = std::mem::replace(&mut self.returned, around);
                self.functions.push((name.clone(), end.or(early)));
                Outcome { succeeded: state, failed: None }
            }
            NodeKind::Negation { pipeline } => {
                let Outcome { succeeded, failed } = self.node(pipeline, state, true, is_own);
                Outcome { succeeded: failed, failed: succeeded }
            }
            NodeKind::Time { pipeline, .. } => self.node(pipeline, state, is_tested, is_own),
            NodeKind::ConditionalExpr { body, .. } => {
                let Shown { held, failed } = Shown::by_expression(body);
                let outcome =
                    Outcome { succeeded: with(&state, held), failed: with(&state, failed) };
                self.stopping(outcome, is_tested)
            }
            _ => Outcome::either(state),
        }
    }

    /// The outcome where `set -e` ends the script after a failure.
    fn stopping(&self, outcome: Outcome, is_tested: bool) -> Outcome {
        let ends = self.stops_on_failure && !is_tested;
        Outcome { failed: if ends { None } else { outcome.failed }, ..outcome }
    }

    /// What is known after a loop: its body may have run or not, and a `break` may have left it.
    fn after_loop(&self, before: State, after: State) -> State {
        match after {
            Some(_) => join(before, after),
            None => before,
        }
    }

    fn list(&mut self, items: &[ListItem], state: State, is_tested: bool, is_own: bool) -> Outcome {
        let mut outcome = Outcome::either(state);
        let mut joint = None;
        for item in items {
            let is_asked = matches!(item.operator, Some(ListOperator::And | ListOperator::Or));
            let is_tested = is_tested || is_asked;
            outcome = match joint {
                Some(ListOperator::And) => {
                    let next = self.node(&item.command, outcome.succeeded, is_tested, is_own);
                    Outcome { failed: join(outcome.failed, next.failed), ..next }
                }
                Some(ListOperator::Or) => {
                    let next = self.node(&item.command, outcome.failed, is_tested, is_own);
                    Outcome { succeeded: join(outcome.succeeded, next.succeeded), ..next }
                }
                _ => self.node(&item.command, outcome.joined(), is_tested, is_own),
            };
            joint = item.operator;
        }
        outcome
    }

    fn case(
        &mut self,
        word: &Node,
        patterns: &[CasePattern],
        state: &State,
        is_tested: bool,
        is_own: bool,
    ) -> Outcome {
        let name = variable(unquoted(&Word::from_node(word).raw));
        let set = || name.clone().map(Fact::Set);
        let mut known = state.clone();
        let mut end = Outcome::default();
        let mut takes_all = false;
        for clause in patterns {
            let texts: Vec<String> =
                clause.patterns.iter().map(|node| Word::from_node(node).raw).collect();
            let is_empty = |text: &str| unquoted(text).chars().all(|c| c == '*');
            let may_be_empty =
                texts.iter().any(|text| is_empty(text) || unquoted(text).starts_with('$'));
            let inside = if may_be_empty { known.clone() } else { with(&known, set()) };
            let ran = match &clause.body {
                Some(body) => self.node(body, inside, is_tested, is_own),
                None => Outcome { succeeded: inside, failed: None },
            };
            end = end.or(ran);
            takes_all |= texts.iter().any(|text| text == "*");
            // The clauses below get only what this one did not match.
            if texts.iter().any(|text| is_empty(text)) {
                known = with(&known, set());
            }
        }
        if !takes_all {
            end.succeeded = join(end.succeeded, known);
        }
        end
    }

    fn simple(
        &mut self,
        assignments: &[Node],
        words: &[Node],
        at: Option<(usize, usize)>,
        state: State,
    ) -> Outcome {
        let words: Vec<Word> = words.iter().map(Word::from_node).collect();
        let state = self.stopped_by_words(&words, state);
        self.note(&words, at, &state);
        let words = peeled(&words);
        let Some(first) = words.first() else {
            let assigned: Vec<Word> = assignments.iter().map(Word::from_node).collect();
            // mktemp prints a path, or it fails.
            let fresh = assigned.iter().filter(|word| word.raw.contains("=$(mktemp"));
            let fresh = fresh.filter_map(|word| wrappers::assignment(&word.text));
            let set: Vec<Fact> = fresh.map(|(name, _)| Fact::Set(name.to_owned())).collect();
            let state = assign(state, &assigned);
            return Outcome { succeeded: with(&state, set), failed: state };
        };
        let args = words.get(1..).unwrap_or_default();
        let program = first.literal().unwrap_or_default();
        match program {
            "exit" | "break" | "continue" => return Outcome::default(),
            "return" => {
                let code = args.first().map(|word| word.text.as_str());
                let brings = |codes: bool| if codes { state.clone() } else { None };
                let returned = Outcome {
                    succeeded: brings(!code.is_some_and(|code| matches!(code, "1" | "2"))),
                    failed: brings(code != Some("0")),
                };
                self.returned = std::mem::take(&mut self.returned).or(returned);
                return Outcome::default();
            }
            "export" | "declare" | "local" | "readonly" | "typeset" => {
                return Outcome::either(assign(state, args));
            }
            "[" | "test" => {
                let Shown { held, failed } = Shown::by_words(args);
                return Outcome { succeeded: with(&state, held), failed: with(&state, failed) };
            }
            "set" => {
                let has = |sign| {
                    args.iter().any(|word| word.text.starts_with(sign) && word.text.contains('e'))
                };
                self.stops_on_failure = (self.stops_on_failure || has('-')) && !has('+');
            }
            _ => {}
        }
        self.inner_script(words);
        if let Some((_, called)) = self.functions.iter().rfind(|(name, _)| name == program) {
            let then = |known: &State| with(&state, known.clone()?);
            return Outcome { succeeded: then(&called.succeeded), failed: then(&called.failed) };
        }
        // A function of this name from elsewhere does what its name says.
        if matches!(program, "die" | "fatal" | "abort") {
            return Outcome::default();
        }
        let ran = |ok| with(&state, [Fact::Ran(vec![words.to_vec()], ok)]);
        Outcome {
            succeeded: if program == "false" { None } else { ran(true) },
            failed: if matches!(program, "true" | ":") { None } else { ran(false) },
        }
    }

    /// Notes what is known at the target. The commands in `bash -c` have no place in the text, so
    /// their words show.
    fn note(&mut self, words: &[Word], at: Option<(usize, usize)>, state: &State) {
        let is_target = match self.target.chars {
            Some(_) => self.target.chars == at,
            None => {
                let args = self.target.args.iter().map(|word| &word.raw);
                let target: Vec<&String> = [&self.target.spelled].into_iter().chain(args).collect();
                let words: Vec<&String> = words.iter().map(|word| &word.raw).collect();
                // Wrappers may come before them.
                at.is_none() && words.ends_with(&target)
            }
        };
        if is_target {
            let before = self.found.take();
            self.found = Some(before.map_or_else(|| state.clone(), |one| join(one, state.clone())));
        }
    }

    /// The state after the words are expanded: `${D:?}` stops where D is empty, `${D:=x}` sets it.
    fn stopped_by_words(&self, words: &[Word], state: State) -> State {
        let set = words.iter().filter(|word| word.expands).flat_map(|word| {
            word.text.split("${").skip(1).filter_map(|rest| {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
                let (name, after) = rest.split_at_checked(end)?;
                let is_set = after.starts_with(":?")
                    || after.strip_prefix(":=").is_some_and(|value| !value.starts_with('}'));
                (is_set && !name.is_empty()).then(|| Fact::Set(name.to_owned()))
            })
        });
        with(&state, set.collect::<Vec<_>>())
    }

    /// Enters the script of `bash -c`, which does not know the variables of this one.
    fn inner_script(&mut self, words: &[Word]) {
        let Some((first, args)) = words.split_first() else { return };
        let program = first.literal().unwrap_or_default();
        match wrappers::wrapped(program.rsplit('/').next().unwrap_or_default(), args) {
            Wrapped::Script(_, text) => self.text(text),
            Wrapped::Starts(_, child) => {
                self.note(child, None, &Some(Vec::new()));
                self.inner_script(peeled(child));
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.depth >= walk::MAX_DEPTH || guard::admit(text).is_err() {
            return;
        }
        if let Ok(nodes) = rable::parse(text, true) {
            self.depth += 1;
            let stops = std::mem::take(&mut self.stops_on_failure);
            self.sequence(&nodes, Some(Vec::new()), false);
            self.stops_on_failure = stops;
            self.depth -= 1;
        }
    }

    /// Enters the substitutions in the words of a command.
    fn substitutions(&mut self, lists: [&[Node]; 3], state: &State) {
        let words = lists.into_iter().flatten();
        for part in words.filter_map(|node| match &node.kind {
            NodeKind::Word { parts, .. } => Some(parts),
            _ => None,
        }) {
            for inner in part {
                if let NodeKind::CommandSubstitution { command, .. } = &inner.kind {
                    self.node(command, state.clone(), true, false);
                }
            }
        }
    }
}

/// The words without `sudo`, `env` and their like in front.
fn peeled(mut words: &[Word]) -> &[Word] {
    while let Some((first, args)) = words.split_first() {
        let program = first.literal().unwrap_or_default();
        match wrappers::wrapped(program.rsplit('/').next().unwrap_or_default(), args) {
            Wrapped::Becomes(_, skip) => words = args.get(skip..).unwrap_or_default(),
            _ => break,
        }
    }
    words
}

/// The words of a stage, if it is a simple command.
fn words_of(node: &Node) -> Option<Vec<Word>> {
    match &node.kind {
        NodeKind::Command { words, .. } => {
            let words: Vec<Word> = words.iter().map(Word::from_node).collect();
            Some(peeled(&words).to_vec())
        }
        _ => None,
    }
}
