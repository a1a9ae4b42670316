//! From the parser's tree to a flat list of commands.

use rable::{ListItem, ListOperator, Node, NodeKind};

use super::command::{Command, Heredoc, Joined, Redirection, Stage};
use super::words::Word;
use super::{Loop, LoopKind, MAX_COMMANDS, MAX_DEPTH, Pipeline, Script, guard, inner};

/// What is known on the way down.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) depth: u8,
    pub(super) joined: Joined,
    pub(super) stage: Option<Stage>,
    pub(super) reads_pipe: bool,
    pub(super) writes_pipe: bool,
    pub(super) group_redirected: bool,
    pub(super) background: bool,
    pub(super) in_substitution: bool,
    pub(super) in_subshell: bool,
    pub(super) is_condition: bool,
    pub(super) in_function: bool,
    pub(super) wrappers: Vec<&'static str>,
    pub(super) remote: bool,
    /// The nodes' spans point into the script's own text.
    pub(super) spans_hold: bool,
}

impl Place {
    fn inside(&self) -> Self {
        Self { depth: self.depth + 1, joined: Joined::First, stage: None, ..self.clone() }
    }

    /// Inside a substitution or a script of its own: none of the surrounding pipes is its own.
    pub(super) fn apart(&self) -> Self {
        Self {
            reads_pipe: false,
            writes_pipe: false,
            group_redirected: false,
            background: false,
            is_condition: false,
            spans_hold: false,
            ..self.inside()
        }
    }

    fn substituted(&self) -> Self {
        Self { in_substitution: true, in_subshell: true, ..self.apart() }
    }
}

pub(super) struct Walker<'s> {
    pub(super) script: &'s mut Script,
}

impl<'s> Walker<'s> {
    pub(super) fn new(script: &'s mut Script) -> Self {
        Self { script }
    }

    pub(super) fn top(&mut self, nodes: &[Node]) {
        let place = Place {
            depth: 0,
            joined: Joined::First,
            stage: None,
            reads_pipe: false,
            writes_pipe: false,
            group_redirected: false,
            background: false,
            in_substitution: false,
            in_subshell: false,
            is_condition: false,
            in_function: false,
            wrappers: Vec::new(),
            remote: false,
            spans_hold: true,
        };
        self.sequence(nodes, &place);
    }

    fn sequence(&mut self, nodes: &[Node], place: &Place) {
        for (at, node) in nodes.iter().enumerate() {
            let joined = if at == 0 { place.joined } else { Joined::Newline };
            self.node(node, Place { joined, ..place.clone() });
        }
    }

    /// Text that was left raw by the parser, or is a script of its own.
    pub(super) fn text(&mut self, text: &str, place: &Place) {
        if place.depth >= MAX_DEPTH || guard::admit(text).is_err() {
            return;
        }
        if let Ok(nodes) = rable::parse(text, true) {
            self.sequence(&nodes, place);
        }
    }

    fn raw_substitutions(&mut self, text: &str, place: &Place) {
        for command in inner::substitutions(text) {
            self.text(command, &place.substituted());
        }
    }

    fn node(&mut self, node: &Node, place: Place) {
        if self.script.commands.len() >= MAX_COMMANDS {
            return;
        }
        match &node.kind {
            NodeKind::Command { assignments, words, redirects } => {
                let chars = place.spans_hold.then_some((node.span.start, node.span.end));
                self.simple([assignments, words, redirects], chars, &place);
            }
            NodeKind::Pipeline { commands, .. } => self.pipeline(node, commands, &place),
            NodeKind::List { items } => self.list(items, &place),
            NodeKind::If { condition, then_body, else_body, redirects } => {
                let group = self.group(redirects, &place);
                self.node(condition, Place { is_condition: true, ..group.clone() });
                self.node(then_body, group.clone());
                if let Some(body) = else_body {
                    self.node(body, group);
                }
            }
            NodeKind::While { condition, body, redirects } => {
                self.conditional(node, LoopKind::While, [condition, body], redirects, &place);
            }
            NodeKind::Until { condition, body, redirects } => {
                self.conditional(node, LoopKind::Until, [condition, body], redirects, &place);
            }
            NodeKind::For { var, words, body, redirects }
            | NodeKind::Select { var, words, body, redirects } => {
                self.script.loop_variables.push(var.clone());
                let start = self.script.commands.len();
                for word in words.iter().flatten() {
                    self.word(word, &place);
                }
                let values = words.iter().flatten().map(Word::from_node).collect();
                self.counted(node, start, LoopKind::For(values), (body, redirects), &place);
            }
            NodeKind::ForArith { body, redirects, .. } => {
                let start = self.script.commands.len();
                self.counted(node, start, LoopKind::Arithmetic, (body, redirects), &place);
            }
            NodeKind::BraceGroup { body, redirects } => {
                let group = self.group(redirects, &place);
                self.node(body, group);
            }
            NodeKind::Subshell { body, redirects } => {
                let group = self.group(redirects, &place);
                self.node(body, Place { in_subshell: true, ..group });
            }
            NodeKind::Case { word, patterns, redirects } => {
                self.word(word, &place);
                let group = self.group(redirects, &place);
                for body in patterns.iter().filter_map(|pattern| pattern.body.as_ref()) {
                    self.node(body, group.clone());
                }
            }
            NodeKind::Function { name, body, .. } => {
                self.script.functions.push(name.clone());
                self.node(body, Place { in_function: true, ..place.inside() });
            }
            NodeKind::Coproc { command, .. } => self.node(command, Place { background: true, ..place }),
            NodeKind::Negation { pipeline } => self.node(pipeline, Place { is_condition: true, ..place }),
            NodeKind::Time { pipeline, .. } => self.node(pipeline, place),
            NodeKind::ConditionalExpr { body, .. } => self.condition(body, &place),
            NodeKind::ArithmeticCommand { raw_content, .. } => self.raw_substitutions(raw_content, &place),
            _ => {}
        }
    }

    /// `while` and `until`.
    fn conditional(
        &mut self,
        node: &Node,
        kind: LoopKind,
        [condition, body]: [&Node; 2],
        redirects: &[Node],
        place: &Place,
    ) {
        let start = self.script.commands.len();
        let group = self.group(redirects, place);
        self.node(condition, Place { is_condition: true, ..group.clone() });
        let middle = self.script.commands.len();
        self.node(body, group);
        self.note_loop(node, kind, [start, middle], place);
    }

    /// `for` and `select`, and `for (( ))`; `start` is where the commands inside its words began.
    fn counted(
        &mut self,
        node: &Node,
        start: usize,
        kind: LoopKind,
        (body, redirects): (&Node, &[Node]),
        place: &Place,
    ) {
        let group = self.group(redirects, place);
        let middle = self.script.commands.len();
        self.node(body, group);
        self.note_loop(node, kind, [start, middle], place);
    }

    fn note_loop(&mut self, node: &Node, kind: LoopKind, [start, middle]: [usize; 2], place: &Place) {
        self.script.loops.push(Loop {
            kind,
            condition: start..middle,
            body: middle..self.script.commands.len(),
            wrappers: place.wrappers.clone(),
            background: place.background,
            remote: place.remote,
            in_function: place.in_function,
            chars: place.spans_hold.then_some((node.span.start, node.span.end)),
        });
    }

    /// The place inside a compound command, whose redirections it heeds.
    fn group(&mut self, redirects: &[Node], place: &Place) -> Place {
        let redirections = self.redirections(redirects, place);
        let redirected = redirections.iter().any(Redirection::takes_stdout);
        let fed = redirections.iter().any(Redirection::gives_stdin);
        Place {
            group_redirected: place.group_redirected || redirected,
            reads_pipe: place.reads_pipe || fed,
            ..place.inside()
        }
    }

    fn condition(&mut self, node: &Node, place: &Place) {
        match &node.kind {
            NodeKind::CondTerm { value, .. } => self.raw_substitutions(value, place),
            NodeKind::UnaryTest { operand, .. } | NodeKind::CondNot { operand } => {
                self.condition(operand, place)
            }
            NodeKind::BinaryTest { left, right, .. }
            | NodeKind::CondAnd { left, right }
            | NodeKind::CondOr { left, right } => {
                self.condition(left, place);
                self.condition(right, place);
            }
            NodeKind::CondParen { inner } => self.condition(inner, place),
            _ => {}
        }
    }

    fn list(&mut self, items: &[ListItem], place: &Place) {
        let mut joined = place.joined;
        for item in items {
            let background = place.background || item.operator == Some(ListOperator::Background);
            self.node(&item.command, Place { joined, background, ..place.clone() });
            joined = match item.operator {
                Some(ListOperator::And) => Joined::And,
                Some(ListOperator::Or) => Joined::Or,
                _ => Joined::Semicolon,
            };
        }
    }

    fn pipeline(&mut self, node: &Node, stages: &[Node], place: &Place) {
        let pipeline = self.script.pipelines.len();
        let span = place.spans_hold.then_some((node.span.start, node.span.end));
        self.script.pipelines.push(Pipeline {
            stages: vec![None; stages.len()],
            chars: span,
            depth: place.depth,
            in_substitution: place.in_substitution,
        });
        for (index, stage) in stages.iter().enumerate() {
            let first = index == 0;
            self.node(
                stage,
                Place {
                    stage: Some(Stage { pipeline, index }),
                    joined: if first { place.joined } else { Joined::Pipe },
                    reads_pipe: place.reads_pipe || !first,
                    writes_pipe: place.writes_pipe || index + 1 < stages.len(),
                    is_condition: place.is_condition,
                    ..place.clone()
                },
            );
        }
    }

    fn redirections(&mut self, nodes: &[Node], place: &Place) -> Vec<Redirection> {
        let mut found = Vec::with_capacity(nodes.len());
        for node in nodes {
            match &node.kind {
                NodeKind::Redirect { op, target, fd, .. } => {
                    self.word(target, place);
                    found.push(Redirection {
                        operator: op.clone(),
                        fd: (*fd >= 0).then_some(*fd),
                        target: Word::from_node(target),
                        heredoc: None,
                    });
                }
                NodeKind::HereDoc { delimiter, content, quoted, fd, .. } => {
                    if !quoted {
                        self.raw_substitutions(content, place);
                    }
                    found.push(Redirection {
                        operator: "<<".to_owned(),
                        fd: (*fd >= 0).then_some(*fd),
                        target: Word::plain(delimiter),
                        heredoc: Some(Heredoc { text: content.clone(), quoted: *quoted }),
                    });
                }
                _ => {}
            }
        }
        found
    }

    /// Enters the substitutions of a word.
    fn word(&mut self, node: &Node, place: &Place) {
        let NodeKind::Word { parts, value, .. } = &node.kind else { return };
        for part in parts {
            match &part.kind {
                NodeKind::CommandSubstitution { command, .. }
                | NodeKind::ProcessSubstitution { command, .. }
                    if place.depth < MAX_DEPTH =>
                {
                    self.node(command, place.substituted());
                }
                NodeKind::ParamExpansion { arg: Some(arg), .. } => self.raw_substitutions(arg, place),
                NodeKind::ArithmeticExpansion { .. } => {
                    if let Some((_, inside)) = value.split_once("$((") {
                        self.raw_substitutions(inside, place);
                    }
                }
                _ => {}
            }
        }
    }

    fn simple(
        &mut self,
        [assignments, words, redirects]: [&[Node]; 3],
        chars: Option<(usize, usize)>,
        place: &Place,
    ) {
        let words_read: Vec<Word> = words.iter().map(Word::from_node).collect();
        let assigned: Vec<Word> = assignments.iter().map(Word::from_node).collect();
        let at = self.script.commands.len();
        if let Some(stage) = place.stage
            && let Some(slot) =
                self.script.pipelines.get_mut(stage.pipeline).and_then(|p| p.stages.get_mut(stage.index))
        {
            *slot = Some(at);
        }
        // Substitutions come after the command that holds them, so its place in the list is taken first.
        self.script.commands.push(Command { chars, ..blank(place) });
        let redirections = self.redirections(redirects, place);
        for node in assignments.iter().chain(words) {
            self.word(node, place);
        }
        self.resolve(at, assigned, words_read, redirections, place);
        self.heredoc_script(at, redirects, place);
    }
}

/// A command of which only the place is known yet.
pub(super) fn blank(place: &Place) -> Command {
    Command {
        program: String::new(),
        spelled: String::new(),
        chars: None,
        args: Vec::new(),
        assignments: Vec::new(),
        redirections: Vec::new(),
        stage: place.stage,
        reads_pipe: place.reads_pipe,
        writes_pipe: place.writes_pipe,
        group_redirected: place.group_redirected,
        background: place.background,
        joined: place.joined,
        depth: place.depth,
        in_substitution: place.in_substitution,
        in_subshell: place.in_subshell,
        is_condition: place.is_condition,
        in_function: place.in_function,
        wrappers: place.wrappers.clone(),
        remote: place.remote,
    }
}
