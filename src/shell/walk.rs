//! Walks the parser's tree and collects a flat list of commands, pipelines and loops.

use rable::{ListItem, ListOperator, Node, NodeKind};

use super::command::{Command, CommandId, Heredoc, Joined, Redirection, Stage};
use super::context::NodeContext;
use super::script::{Loop, LoopKind, Pipeline, Script};
use super::words::Word;
use super::{guard, inner};

/// How deep groups, substitutions and `bash -c` are entered.
pub(super) const MAX_DEPTH: u8 = 8;

/// Most commands of one script. The most seen in real traffic is 32.
const MAX_COMMANDS: usize = 256;

pub(super) struct Walker<'s> {
    pub(super) script: &'s mut Script,
}

impl<'s> Walker<'s> {
    pub(super) fn new(script: &'s mut Script) -> Self {
        Self { script }
    }

    pub(super) fn top(&mut self, nodes: &[Node]) {
        let context = NodeContext {
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
            has_spans: true,
        };
        self.sequence(nodes, &context);
    }

    fn sequence(&mut self, nodes: &[Node], context: &NodeContext) {
        for (at, node) in nodes.iter().enumerate() {
            let joined = if at == 0 { context.joined } else { Joined::Newline };
            self.node(node, NodeContext { joined, ..context.clone() });
        }
    }

    /// Parses and walks text that the parser left raw, or that is a separate script.
    pub(super) fn text(&mut self, text: &str, context: &NodeContext) {
        if context.depth >= MAX_DEPTH || guard::admit(text).is_err() {
            return;
        }
        if let Ok(nodes) = rable::parse(text, true) {
            self.sequence(&nodes, context);
        }
    }

    fn raw_substitutions(&mut self, text: &str, context: &NodeContext) {
        for command in inner::substitutions(text) {
            self.text(command, &context.substituted());
        }
    }

    fn node(&mut self, node: &Node, context: NodeContext) {
        if self.script.commands.len() >= MAX_COMMANDS {
            return;
        }
        match &node.kind {
            NodeKind::Command { assignments, words, redirects } => {
                let chars = context.has_spans.then_some((node.span.start, node.span.end));
                self.simple([assignments, words, redirects], chars, &context);
            }
            NodeKind::Pipeline { commands, .. } => self.pipeline(node, commands, &context),
            NodeKind::List { items } => self.list(items, &context),
            NodeKind::If { condition, then_body, else_body, redirects } => {
                let group = self.group(redirects, &context);
                self.node(condition, NodeContext { is_condition: true, ..group.clone() });
                self.node(then_body, group.clone());
                if let Some(body) = else_body {
                    self.node(body, group);
                }
            }
            NodeKind::While { condition, body, redirects } => {
                self.conditional(node, LoopKind::While, [condition, body], redirects, &context);
            }
            NodeKind::Until { condition, body, redirects } => {
                self.conditional(node, LoopKind::Until, [condition, body], redirects, &context);
            }
            NodeKind::For { var, words, body, redirects }
            | NodeKind::Select { var, words, body, redirects } => {
                self.script.loop_variables.push(var.clone());
                let start = self.script.commands.len();
                for word in words.iter().flatten() {
                    self.word(word, &context);
                }
                let values = words.iter().flatten().map(Word::from_node).collect();
                self.counted(node, start, LoopKind::For(values), (body, redirects), &context);
            }
            NodeKind::ForArith { body, redirects, .. } => {
                let start = self.script.commands.len();
                self.counted(node, start, LoopKind::Arithmetic, (body, redirects), &context);
            }
            NodeKind::BraceGroup { body, redirects } => {
                let group = self.group(redirects, &context);
                self.node(body, group);
            }
            NodeKind::Subshell { body, redirects } => {
                let group = self.group(redirects, &context);
                self.node(body, NodeContext { in_subshell: true, ..group });
            }
            NodeKind::Case { word, patterns, redirects } => {
                self.word(word, &context);
                let group = self.group(redirects, &context);
                for body in patterns.iter().filter_map(|pattern| pattern.body.as_ref()) {
                    self.node(body, group.clone());
                }
            }
            NodeKind::Function { name, body, .. } => {
                self.script.functions.push(name.clone());
                self.node(body, NodeContext { in_function: true, ..context.inside() });
            }
            NodeKind::Coproc { command, .. } => {
                self.node(command, NodeContext { background: true, ..context })
            }
            NodeKind::Negation { pipeline } => {
                self.node(pipeline, NodeContext { is_condition: true, ..context })
            }
            NodeKind::Time { pipeline, .. } => {
                let wrappers = context.wrappers.iter().copied().chain(["time"]).collect();
                self.node(pipeline, NodeContext { wrappers, ..context })
            }
            NodeKind::ConditionalExpr { body, .. } => self.condition(body, &context),
            NodeKind::ArithmeticCommand { raw_content, .. } => {
                self.raw_substitutions(raw_content, &context)
            }
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
        context: &NodeContext,
    ) {
        let start = self.script.commands.len();
        let group = self.group(redirects, context);
        self.node(condition, NodeContext { is_condition: true, ..group.clone() });
        let middle = self.script.commands.len();
        self.node(body, group);
        self.note_loop(node, kind, [start, middle], context);
    }

    /// `for`, `select` and `for (( ))`. `start` is the index of the first command inside its words.
    fn counted(
        &mut self,
        node: &Node,
        start: usize,
        kind: LoopKind,
        (body, redirects): (&Node, &[Node]),
        context: &NodeContext,
    ) {
        let group = self.group(redirects, context);
        let middle = self.script.commands.len();
        self.node(body, group);
        self.note_loop(node, kind, [start, middle], context);
    }

    fn note_loop(
        &mut self,
        node: &Node,
        kind: LoopKind,
        [start, middle]: [usize; 2],
        context: &NodeContext,
    ) {
        self.script.loops.push(Loop {
            kind,
            condition: start..middle,
            body: middle..self.script.commands.len(),
            wrappers: context.wrappers.clone(),
            background: context.background,
            remote: context.remote,
            in_function: context.in_function,
            chars: context.has_spans.then_some((node.span.start, node.span.end)),
        });
    }

    /// The context inside a compound command with these redirections.
    fn group(&mut self, redirects: &[Node], context: &NodeContext) -> NodeContext {
        let redirections = self.redirections(redirects, context);
        let redirected = redirections.iter().any(Redirection::takes_stdout);
        let fed = redirections.iter().any(Redirection::gives_stdin);
        NodeContext {
            group_redirected: context.group_redirected || redirected,
            reads_pipe: context.reads_pipe || fed,
            ..context.inside()
        }
    }

    fn condition(&mut self, node: &Node, context: &NodeContext) {
        match &node.kind {
            NodeKind::CondTerm { value, .. } => self.raw_substitutions(value, context),
            NodeKind::UnaryTest { operand, .. } | NodeKind::CondNot { operand } => {
                self.condition(operand, context)
            }
            NodeKind::BinaryTest { left, right, .. }
            | NodeKind::CondAnd { left, right }
            | NodeKind::CondOr { left, right } => {
                self.condition(left, context);
                self.condition(right, context);
            }
            NodeKind::CondParen { inner } => self.condition(inner, context),
            _ => {}
        }
    }

    fn list(&mut self, items: &[ListItem], context: &NodeContext) {
        let mut joined = context.joined;
        for item in items {
            let background = context.background || item.operator == Some(ListOperator::Background);
            self.node(&item.command, NodeContext { joined, background, ..context.clone() });
            joined = match item.operator {
                Some(ListOperator::And) => Joined::And,
                Some(ListOperator::Or) => Joined::Or,
                _ => Joined::Semicolon,
            };
        }
    }

    fn pipeline(&mut self, node: &Node, stages: &[Node], context: &NodeContext) {
        let pipeline = self.script.pipelines.len();
        let span = context.has_spans.then_some((node.span.start, node.span.end));
        self.script.pipelines.push(Pipeline {
            stages: vec![None; stages.len()],
            chars: span,
            in_substitution: context.in_substitution,
        });
        for (index, stage) in stages.iter().enumerate() {
            let first = index == 0;
            self.node(
                stage,
                NodeContext {
                    stage: Some(Stage { pipeline, index }),
                    joined: if first { context.joined } else { Joined::Pipe },
                    reads_pipe: context.reads_pipe || !first,
                    writes_pipe: context.writes_pipe || index + 1 < stages.len(),
                    is_condition: context.is_condition,
                    ..context.clone()
                },
            );
        }
    }

    fn redirections(&mut self, nodes: &[Node], context: &NodeContext) -> Vec<Redirection> {
        let mut found = Vec::with_capacity(nodes.len());
        for node in nodes {
            match &node.kind {
                NodeKind::Redirect { op, target, fd, .. } => {
                    self.word(target, context);
                    found.push(Redirection {
                        operator: op.clone(),
                        fd: (*fd >= 0).then_some(*fd),
                        target: Word::from_node(target),
                        heredoc: None,
                    });
                }
                NodeKind::HereDoc { delimiter, content, quoted, fd, .. } => {
                    if !quoted {
                        self.raw_substitutions(content, context);
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

    /// Walks the substitutions in a word.
    fn word(&mut self, node: &Node, context: &NodeContext) {
        let NodeKind::Word { parts, value, .. } = &node.kind else { return };
        for part in parts {
            match &part.kind {
                NodeKind::CommandSubstitution { command, .. }
                | NodeKind::ProcessSubstitution { command, .. }
                    if context.depth < MAX_DEPTH =>
                {
                    self.node(command, context.substituted());
                }
                NodeKind::ParamExpansion { arg: Some(arg), .. } => {
                    self.raw_substitutions(arg, context)
                }
                NodeKind::ArithmeticExpansion { .. } => {
                    if let Some((_, inside)) = value.split_once("$((") {
                        self.raw_substitutions(inside, context);
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
        context: &NodeContext,
    ) {
        let words_read: Vec<Word> = words.iter().map(Word::from_node).collect();
        let assigned: Vec<Word> = assignments.iter().map(Word::from_node).collect();
        let at = self.script.commands.len();
        if let Some(stage) = context.stage
            && let Some(slot) = self
                .script
                .pipelines
                .get_mut(stage.pipeline)
                .and_then(|p| p.stages.get_mut(stage.index))
        {
            *slot = Some(at);
        }
        // Substitutions come after the command that contains them, so the command takes its index
        // first.
        self.script.commands.push(Command { chars, ..context.command(CommandId(at)) });
        let redirections = self.redirections(redirects, context);
        for node in assignments.iter().chain(words) {
            self.word(node, context);
        }
        self.resolve(at, assigned, words_read, redirections, context);
        self.heredoc_script(at, redirects, context);
    }
}
