//! Files that are to be read whole: instructions, plans, specifications.

/// Names of files with instructions, in lower case.
const NAMES: [&str; 14] = [
    "claude.md",
    "claude.local.md",
    "agents.md",
    "agents.override.md",
    "gemini.md",
    "qwen.md",
    "skill.md",
    "copilot-instructions.md",
    "contributing.md",
    ".cursorrules",
    ".windsurfrules",
    ".clinerules",
    "llms.txt",
    "security.md",
];

/// Endings of texts for people.
const TEXTS: [&str; 9] = ["md", "mdx", "markdown", "mdc", "txt", "rst", "adoc", "org", "feature"];

/// Words in the name of a text, or of a folder above it, that is to be read whole.
const WORDS: [&str; 49] = [
    "adr",
    "adrs",
    "architecture",
    "backlog",
    "brief",
    "briefs",
    "checklist",
    "conventions",
    "design",
    "designs",
    "guideline",
    "guidelines",
    "handoff",
    "implementation",
    "instruction",
    "instructions",
    "issue",
    "issues",
    "memory",
    "milestone",
    "milestones",
    "openspec",
    "plan",
    "planning",
    "plans",
    "policy",
    "prd",
    "prds",
    "prompt",
    "prompts",
    "proposal",
    "proposals",
    "readme",
    "requirement",
    "requirements",
    "rfc",
    "rfcs",
    "roadmap",
    "rules",
    "runbook",
    "skill",
    "skills",
    "spec",
    "specification",
    "specifications",
    "specs",
    "task",
    "tasks",
    "todo",
];

/// How many folders above a file say what it is.
const FOLDERS: usize = 3;

/// Whether the file at `path` is to be read whole.
pub(super) fn instructs(path: &str) -> bool {
    let mut parts = path.rsplit(['/', '\\']);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    if NAMES.contains(&name.as_str()) {
        return true;
    }
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, "txt"));
    TEXTS.contains(&ending)
        && (speaks_of_work(stem)
            || parts.take(FOLDERS).any(|folder| {
                matches!(folder, ".claude" | ".codex" | ".cursor" | ".gemini" | ".agents")
                    || speaks_of_work(&folder.to_ascii_lowercase())
            }))
}

/// Whether one of the words of a name is in the list.
fn speaks_of_work(name: &str) -> bool {
    name.split(|c: char| !c.is_ascii_alphabetic()).any(|word| WORDS.contains(&word))
}
