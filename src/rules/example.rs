//! Examples of calls. They are a rule's documentation, its tests through the binary, and the input
//! of benchmarks and fuzzers.

/// One call with its circumstances.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// What the agent did.
    pub call: Call,
    /// What differs from a plain successful call of Claude Code in an empty folder, with rg and fd
    /// on PATH.
    pub given: &'static [Given],
    /// Words that the advice must contain.
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
    /// A Write of a file. [`Given::Lines`], [`Given::OutputBytes`], [`Given::Output`] or
    /// [`Given::Rewrites`] gives its content.
    Write(&'static str),
    /// A search with the Grep tool: pattern, path.
    Grep(&'static str, &'static str),
    /// A search with the Grep tool: pattern, and its other fields as a JSON object.
    GrepWith(&'static str, &'static str),
    /// A call of any tool: its name, its input as JSON.
    Tool(&'static str, &'static str),
}

/// A circumstance of an example. In texts, `{dir}` means the folder in which the example runs.
#[derive(Debug, Clone, Copy)]
pub enum Given {
    /// The working directory after the call.
    Cwd(&'static str),
    /// The folder in which the client's session began.
    Project(&'static str),
    /// Bytes of the output, or of the content that was read or written.
    OutputBytes(usize),
    /// Lines of the output, or of the file that was read or written.
    Lines(usize),
    /// The output, or the content that was read or written.
    Output(&'static str),
    /// The file of a Write existed: its number of lines, and how many of them the Write changed.
    Rewrites(usize, usize),
    /// How many files or lines the Grep tool found.
    Found(u64),
    /// The result is an image.
    Image,
    /// The only programs on PATH.
    Programs(&'static [&'static str]),
    /// A file with its content, or a folder if the path ends in `/`.
    File(&'static str, &'static str),
    /// An executable file.
    Executable(&'static str),
    /// The folder is a git work tree. Its index contains these paths only, as they are now.
    Tracked(&'static [&'static str]),
    /// The folder is a git work tree on this branch, which has a commit.
    Branch(&'static str),
    /// The value of `AI_AGENT`.
    Agent(&'static str),
    /// A variable of the environment: name, value.
    Variable(&'static str, &'static str),
    /// The client is Codex.
    Codex,
    /// A sub-agent made the call.
    SubAgent,
    /// The call failed with this error.
    Failed(&'static str),
    /// The client rejected the call with this text, and reports it in its event for batches.
    Rejected(&'static str),
    /// The user stopped the failed call.
    Interrupted,
    /// The command runs in the background.
    Background,
    /// The command's timeout, ms.
    Timeout(u64),
    /// The duration of the call, ms.
    Took(u64),
    /// An earlier call of the session used this tool.
    Seen(&'static str),
    /// An earlier call of the session was this command.
    After(&'static str),
    /// An earlier call of the session was this command, and failed.
    AfterFailed(&'static str),
    /// An earlier call of a sub-agent of the session was this command.
    AfterAgent(&'static str),
    /// An earlier call of the session left this command running in the background.
    Started(&'static str),
    /// An earlier call of the session was an Edit of this file.
    Edited(&'static str),
    /// An earlier call of the session was an Edit of this file that failed.
    EditFailed(&'static str),
    /// The same call, with the circumstances so far, failed this many times earlier in the session.
    FailedBefore(usize),
    /// The client compacted the session.
    Compacted,
    /// The same call, with the circumstances so far, was made this many times earlier in the
    /// session.
    MadeBefore(usize),
    /// Earlier Reads of whole files: how many, bytes of each result.
    Reads(usize, usize),
    /// An earlier Read of a part of a file: path, offset, limit.
    ReadPart(&'static str, u64, u64),
    /// Earlier Edits, each of another file: how many, a path of the same kind.
    Edits(usize, &'static str),
    /// Time passed, ms.
    Passed(u64),
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

    /// An Edit of a file.
    pub const fn edit(path: &'static str) -> Self {
        Self { call: Call::Edit(path), given: &[], says: "" }
    }

    /// A Write of a whole file.
    pub const fn write(path: &'static str) -> Self {
        Self { call: Call::Write(path), given: &[], says: "" }
    }

    /// A search with the Grep tool.
    pub const fn grep(pattern: &'static str, path: &'static str) -> Self {
        Self { call: Call::Grep(pattern, path), given: &[], says: "" }
    }

    /// A search with the Grep tool and the fields of this JSON object.
    pub const fn grep_with(pattern: &'static str, fields: &'static str) -> Self {
        Self { call: Call::GrepWith(pattern, fields), given: &[], says: "" }
    }

    /// A call of any tool by its name, with its input as JSON.
    pub const fn tool(name: &'static str, input: &'static str) -> Self {
        Self { call: Call::Tool(name, input), given: &[], says: "" }
    }

    /// The same example with circumstances.
    pub const fn given(self, given: &'static [Given]) -> Self {
        Self { given, ..self }
    }

    /// The same example with words that the advice must contain.
    pub const fn says(self, says: &'static str) -> Self {
        Self { says, ..self }
    }
}

impl std::fmt::Display for Example {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self.call {
            Call::Bash(command) => f.write_str(command)?,
            Call::Read(path) => write!(f, "Read {path}")?,
            Call::ReadRange(path, offset, limit) => {
                write!(f, "Read {path} offset={offset} limit={limit}")?
            }
            Call::Edit(path) => write!(f, "Edit {path}")?,
            Call::Write(path) => write!(f, "Write {path}")?,
            Call::GrepWith(pattern, fields) => write!(f, "Grep {pattern} {fields}")?,
            Call::Tool(name, input) => write!(f, "{name} {input}")?,
            Call::Grep(pattern, path) => write!(f, "Grep {pattern} path={path}")?,
        }
        for (at, given) in self.given.iter().enumerate() {
            f.write_str(if at == 0 { "  # " } else { ", " })?;
            match given {
                Given::Cwd(cwd) => write!(f, "in {cwd}")?,
                Given::Project(path) => write!(f, "of the project {path}")?,
                Given::OutputBytes(n) => write!(f, "{n} bytes of output")?,
                Given::Lines(n) => write!(f, "{n} lines")?,
                Given::Output(text) => write!(f, "output: {}", one_line(text))?,
                Given::Rewrites(lines, changed) => {
                    write!(f, "{changed} of its {lines} lines changed")?
                }
                Given::Found(n) => write!(f, "{n} found")?,
                Given::Image => f.write_str("an image")?,
                Given::Programs([]) => f.write_str("nothing on PATH")?,
                Given::Programs(names) => write!(f, "only {} on PATH", names.join(", "))?,
                Given::File(path, _) => write!(f, "{path} exists")?,
                Given::Executable(path) => write!(f, "{path} can be run")?,
                Given::Tracked(paths) => write!(f, "git tracks {}", paths.join(", "))?,
                Given::Branch(name) => write!(f, "on branch {name}")?,
                Given::Agent(name) => write!(f, "under {name}")?,
                Given::Variable(name, value) => write!(f, "with {name}={value}")?,
                Given::Codex => f.write_str("under Codex")?,
                Given::SubAgent => f.write_str("by a sub-agent")?,
                Given::Rejected(error) => write!(f, "rejected: {}", one_line(error))?,
                Given::Failed(error) => write!(f, "failed: {}", one_line(error))?,
                Given::Interrupted => f.write_str("stopped by the user")?,
                Given::Background => f.write_str("in the background")?,
                Given::Timeout(ms) => write!(f, "given {} s", *ms as f64 / 1000.0)?,
                Given::Took(ms) => write!(f, "took {} s", *ms as f64 / 1000.0)?,
                Given::Seen(tool) => write!(f, "after a call of {tool}")?,
                Given::After(command) => write!(f, "after {}", one_line(command))?,
                Given::AfterFailed(command) => {
                    write!(f, "after {}, which failed", one_line(command))?
                }
                Given::AfterAgent(command) => {
                    write!(f, "after a sub-agent's {}", one_line(command))?
                }
                Given::Started(command) => write!(f, "with {command} in the background")?,
                Given::Edited(path) => write!(f, "after an Edit of {path}")?,
                Given::EditFailed(path) => write!(f, "after an Edit of {path} that failed")?,
                Given::FailedBefore(n) => write!(f, "failed so {n} times before")?,
                Given::Compacted => f.write_str("after the session was compacted")?,
                Given::MadeBefore(n) => write!(f, "made {n} times before")?,
                Given::Reads(n, bytes) => write!(f, "after {n} Reads of {bytes} bytes")?,
                Given::ReadPart(path, offset, limit) => {
                    write!(f, "after a Read of {path} offset={offset} limit={limit}")?;
                }
                Given::Edits(n, path) => write!(f, "after {n} Edits of files like {path}")?,
                Given::Passed(ms) => write!(f, "{} s later", *ms as f64 / 1000.0)?,
            }
        }
        Ok(())
    }
}

/// Text of several lines in one. Tabs go too: an example is printed on pages that hold no control
/// character.
fn one_line(text: &str) -> String {
    text.trim_end().replace('\t', " ").replace('\n', " / ")
}
