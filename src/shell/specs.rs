//! Which options take a value, of the programs that several rules read.

use super::options::Spec;

/// GNU grep, under all its names.
const GREP: Spec = Spec::new(
    "ABCDdefm",
    &[
        "regexp",
        "file",
        "max-count",
        "after-context",
        "before-context",
        "context",
        "include",
        "exclude",
        "exclude-from",
        "exclude-dir",
        "binary-files",
        "devices",
        "directories",
        "label",
    ],
);

/// ripgrep 15.
const RIPGREP: Spec = Spec::new(
    "ABCEMTdefgjmrt",
    &[
        "after-context",
        "before-context",
        "color",
        "colors",
        "context",
        "context-separator",
        "encoding",
        "engine",
        "file",
        "glob",
        "iglob",
        "ignore-file",
        "max-columns",
        "max-count",
        "max-depth",
        "max-filesize",
        "path-separator",
        "pre",
        "pre-glob",
        "regexp",
        "replace",
        "sort",
        "sortr",
        "threads",
        "type",
        "type-add",
        "type-not",
    ],
);

/// curl, without the rarer long options.
pub(crate) const CURL: Spec = Spec::new(
    "ACDEFHKPQTUXYbcdehmortuwxyz",
    &[
        "request",
        "data",
        "data-raw",
        "data-binary",
        "data-urlencode",
        "json",
        "form",
        "header",
        "output",
        "user",
        "user-agent",
        "max-time",
        "connect-timeout",
        "retry",
        "url",
        "cookie",
        "cookie-jar",
        "upload-file",
        "proxy",
        "cacert",
        "cert",
        "key",
        "write-out",
        "referer",
        "range",
        "resolve",
        "interface",
        "output-dir",
    ],
);

impl Spec {
    /// The options of `program` that take a value; none if the program is not listed here.
    pub(crate) fn of(program: &str) -> Self {
        match program {
            "grep" | "egrep" | "fgrep" | "ggrep" => GREP,
            "rg" => RIPGREP,
            "curl" => CURL,
            "head" | "tail" => Self::new("nc", &["lines", "bytes"]),
            "sort" => Self::new("ktoST", &["key", "field-separator", "output"]),
            "uniq" => Self::new("fsw", &["skip-fields", "skip-chars", "check-chars"]),
            "sed" | "gsed" => {
                Self { attached: "i", ..Self::new("efl", &["expression", "file", "line-length"]) }
            }
            _ => Self::FLAGS_ONLY,
        }
    }
}
