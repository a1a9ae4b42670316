//! Examples of calls: at once a rule's documentation, its tests through the binary, and bench and fuzz input.

/// One call with what must be known about it.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// What the agent did.
    pub call: Call,
    /// What differs from a plain successful call of Claude Code in an empty folder, with rg and fd on PATH.
    pub given: &'static [Given],
    /// Words that the answer must hold.
    pub says: &'static str,
}

/// A tool call.
#[derive(Debug, Clone, Copy)]
pub enum Call {
    /// A shell command.
    Bash(&'static str),
    /// A Read of a whole file.
    Read(&'static str),
    /// A Read of a range: path, offset, limit.
    ReadRange(&'static str, u64, u64),
    /// An Edit of a file.
    Edit(&'static str),
}

/// A circumstance of an example. `{dir}` in a text stands for the folder in which it runs.
#[derive(Debug, Clone, Copy)]
pub enum Given {
    /// The working directory after the call.
    Cwd(&'static str),
    /// Bytes of output.
    OutputBytes(usize),
    /// Lines of output or of the file that was read.
    Lines(usize),
    /// The result is an image.
    Image,
    /// The only programs on PATH.
    Programs(&'static [&'static str]),
    /// A file (a path that ends in `/`: a folder) with its content.
    File(&'static str, &'static str),
    /// The folder is a git work tree on this branch, with a commit.
    Branch(&'static str),
    /// The value of `AI_AGENT`.
    Agent(&'static str),
    /// The client, where it is not Claude Code.
    Codex,
    /// A sub-agent's call.
    SubAgent,
    /// The call failed with this error.
    Failed(&'static str),
}

impl Example {
    /// A shell command.
    pub const fn bash(command: &'static str) -> Self {
        Self { call: Call::Bash(command), given: &[], says: "" }
    }

    /// A Read of a whole file.
    pub const fn read(path: &'static str) -> Self {
        Self { call: Call::Read(path), given: &[], says: "" }
    }

    /// A Read of a range of lines.
    pub const fn read_range(path: &'static str, offset: u64, limit: u64) -> Self {
        Self { call: Call::ReadRange(path, offset, limit), given: &[], says: "" }
    }

    /// The same with circumstances.
    pub const fn given(self, given: &'static [Given]) -> Self {
        Self { given, ..self }
    }

    /// The same with words that the answer must hold.
    pub const fn says(self, says: &'static str) -> Self {
        Self { says, ..self }
    }
}

impl std::fmt::Display for Example {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self.call {
            Call::Bash(command) => f.write_str(command)?,
            Call::Read(path) => write!(f, "Read {path}")?,
            Call::ReadRange(path, offset, limit) => write!(f, "Read {path} offset={offset} limit={limit}")?,
            Call::Edit(path) => write!(f, "Edit {path}")?,
        }
        for (at, given) in self.given.iter().enumerate() {
            f.write_str(if at == 0 { "  # " } else { ", " })?;
            match given {
                Given::Cwd(cwd) => write!(f, "in {cwd}")?,
                Given::OutputBytes(n) => write!(f, "{n} bytes of output")?,
                Given::Lines(n) => write!(f, "{n} lines")?,
                Given::Image => f.write_str("an image")?,
                Given::Programs([]) => f.write_str("nothing on PATH")?,
                Given::Programs(names) => write!(f, "only {} on PATH", names.join(", "))?,
                Given::File(path, _) => write!(f, "{path} exists")?,
                Given::Branch(name) => write!(f, "on branch {name}")?,
                Given::Agent(name) => write!(f, "under {name}")?,
                Given::Codex => f.write_str("under Codex")?,
                Given::SubAgent => f.write_str("by a sub-agent")?,
                Given::Failed(error) => write!(f, "failed: {}", error.replace('\n', " "))?,
            }
        }
        Ok(())
    }
}
