//! What secrets look like: one list of shapes for the rule that finds them in commands and for the
//! texts that must not repeat them.

pub mod in_text;
pub mod names;
pub mod texts;
pub mod values;

pub use names::{is_password_name, is_secret_name, parts};
pub use texts::{Found, every, may_hold};
pub use values::{
    is_local_host, is_password, is_placeholder, is_random, is_strong_password, of_url,
};

use values::is_made_by_chance;

/// A family of credentials that is known by how it begins.
#[derive(Debug)]
pub struct Shape {
    /// How it begins.
    pub prefix: &'static str,
    /// What it is, with its article.
    pub kind: &'static str,
    /// The variable that programs usually read it from.
    pub variable: Option<&'static str>,
    /// The fewest characters that make a word suspicious: then it is not repeated.
    pub suspicious: usize,
    /// Whether `_` and `-` belong to it beside letters and digits.
    joined: bool,
    /// How many characters follow a real one.
    length: (usize, usize),
}

const fn shape(
    prefix: &'static str,
    (kind, variable): (&'static str, Option<&'static str>),
    suspicious: usize,
    joined: bool,
    length: (usize, usize),
) -> Shape {
    Shape { prefix, kind, variable, suspicious, joined, length }
}

const ANTHROPIC: (&str, Option<&str>) = ("an Anthropic API key", Some("ANTHROPIC_API_KEY"));
const OPENAI: (&str, Option<&str>) = ("an OpenAI API key", Some("OPENAI_API_KEY"));
const GITHUB: (&str, Option<&str>) = ("a GitHub token", Some("GITHUB_TOKEN"));
const GITLAB: (&str, Option<&str>) = ("a GitLab token", Some("GITLAB_TOKEN"));
const SLACK: (&str, Option<&str>) = ("a Slack token", Some("SLACK_TOKEN"));
const AWS: (&str, Option<&str>) = ("an AWS access key", None);
const GOOGLE: (&str, Option<&str>) = ("a Google API key", Some("GOOGLE_API_KEY"));
const NPM: (&str, Option<&str>) = ("an npm token", Some("NPM_TOKEN"));
const PYPI: (&str, Option<&str>) = ("a PyPI token", Some("TWINE_PASSWORD"));
const HUGGING_FACE: (&str, Option<&str>) = ("a Hugging Face token", Some("HF_TOKEN"));
const STRIPE: (&str, Option<&str>) = ("a Stripe live key", Some("STRIPE_API_KEY"));

/// No end.
const ANY: usize = usize::MAX;

/// The shapes, longer prefixes before those they begin with. The lengths are those that the issuers
/// publish or that secret scanners look for; where an issuer promises none, the least that was
/// seen.
pub const SHAPES: [Shape; 27] = [
    shape("sk-ant-", ANTHROPIC, 16, true, (20, ANY)),
    shape("sk-proj-", OPENAI, 16, true, (20, ANY)),
    shape("sk-svcacct-", OPENAI, 16, true, (20, ANY)),
    shape("sk-admin-", OPENAI, 16, true, (20, ANY)),
    shape("sk-or-v1-", ("an OpenRouter API key", Some("OPENROUTER_API_KEY")), 16, false, (40, ANY)),
    // Without dashes after it: `sk-learn-contrib-...` is a name.
    shape("sk-", ("an API key", None), 16, false, (32, 64)),
    shape("sk_live_", STRIPE, 16, false, (20, ANY)),
    shape("rk_live_", STRIPE, 16, false, (20, ANY)),
    shape("ghp_", GITHUB, 16, false, (30, ANY)),
    shape("gho_", GITHUB, 16, false, (30, ANY)),
    shape("ghu_", GITHUB, 16, false, (30, ANY)),
    shape("ghs_", GITHUB, 16, false, (30, ANY)),
    shape("ghr_", GITHUB, 16, false, (30, ANY)),
    shape("github_pat_", GITHUB, 16, true, (40, ANY)),
    shape("glpat-", GITLAB, 16, true, (20, ANY)),
    shape("xoxb-", SLACK, 10, true, (24, ANY)),
    shape("xoxa-", SLACK, 10, true, (24, ANY)),
    shape("xoxp-", SLACK, 10, true, (24, ANY)),
    shape("xoxr-", SLACK, 10, true, (24, ANY)),
    shape("xoxs-", SLACK, 10, true, (24, ANY)),
    shape("AKIA", AWS, 16, false, (16, 16)),
    shape("ASIA", AWS, 16, false, (16, 16)),
    shape("AIza", GOOGLE, 20, true, (35, 35)),
    shape("npm_", NPM, 20, false, (36, 36)),
    shape("pypi-", PYPI, 20, true, (40, ANY)),
    shape("hf_", HUGGING_FACE, 20, false, (30, 40)),
    // A JSON Web Token says only in a header or under a name that it is a secret: `length` matches
    // none.
    shape("eyJ", ("a token", None), 20, true, (ANY, ANY)),
];

/// A secret that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// What it is, with its article.
    pub kind: &'static str,
    /// Its text. It is hashed and told apart by it, and goes nowhere else.
    pub text: String,
    /// The variable that the command gives it to, or that programs usually read it from.
    pub variable: Option<String>,
}

/// How much a text must look like a real one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// It is used as a credential: only a placeholder is none.
    Used,
    /// It may be sample data: `abcdef...` and `123456...` are taken for made up.
    Data,
}

/// The first secret of a known shape in `text`, a private key included.
pub fn known(text: &str, care: Care) -> Option<Secret> {
    let shaped = SHAPES.iter().find_map(|shape| shape.each(text, |_, _| care).next());
    shaped.or_else(|| private_keys(text, care).next()).map(|(_, secret)| secret)
}

impl Shape {
    /// Every real one in `text`, with the byte at which it begins; `care` is told where, and its
    /// whole text.
    fn each<'t>(
        &'static self,
        text: &'t str,
        care: impl Fn(usize, &str) -> Care + 't,
    ) -> impl Iterator<Item = (usize, Secret)> + 't {
        text.match_indices(self.prefix).filter_map(move |(at, _)| {
            let before = text.get(..at)?.chars().next_back();
            // In the middle of a word it is no beginning: `task-proj-...`.
            if before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
                return None;
            }
            let rest = text.get(at + self.prefix.len()..)?;
            let tail = leading(rest, |c| {
                c.is_ascii_alphanumeric() || self.joined && matches!(c, '_' | '-')
            });
            let whole = text.get(at..at + self.prefix.len() + tail.len())?;
            self.is_real(tail, care(at, whole)).then(|| {
                let variable = self.variable.map(str::to_owned);
                (at, Secret { kind: self.kind, text: whole.to_owned(), variable })
            })
        })
    }

    /// Whether `tail` after the prefix makes a whole and real one.
    fn is_real(&self, tail: &str, care: Care) -> bool {
        let (least, most) = self.length;
        let of_form = match self.prefix {
            "AKIA" | "ASIA" => tail.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()),
            "pypi-" => tail.starts_with("AgE"),
            _ => true,
        };
        // Hugging Face makes tokens of letters alone; a name in camel case has fewer capitals.
        let capitals = tail.bytes().filter(u8::is_ascii_uppercase).count();
        let is_mixed =
            self.prefix == "hf_" && (tail.len() / 3..=tail.len() * 2 / 3).contains(&capitals);
        (least..=most).contains(&tail.len())
            && of_form
            && (has_digit(tail) || is_mixed)
            && is_made_by_chance(tail, care)
    }
}

/// The beginning of `text` whose characters all pass.
fn leading(text: &str, passes: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !passes(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn has_digit(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

/// Most characters of a private key that are looked at: RSA's with 8,192 bits have 6,400.
const MAX_KEY_CHARS: usize = 8000;

/// Every private key with its body; the line alone is what one searches for.
fn private_keys(text: &str, care: Care) -> impl Iterator<Item = (usize, Secret)> {
    text.match_indices("-----BEGIN ").filter_map(move |(at, begin)| {
        let (label, body) = text.get(at + begin.len()..)?.split_once("-----")?;
        if label.len() > 40 || !label.ends_with("PRIVATE KEY") {
            return None;
        }
        // The line breaks may be written as `\n`.
        let body: String = body.split("-----").next()?.chars().take(MAX_KEY_CHARS).collect();
        let body: String = body.replace("\\n", "").chars().filter(|c| !c.is_whitespace()).collect();
        let body = leading(&body, |c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='));
        let real = body.len() >= 40 && is_made_by_chance(body, care);
        real.then(|| (at, Secret { kind: "a private key", text: body.to_owned(), variable: None }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_ones_are_known_and_samples_are_not() {
        let kind = |text: &str, care| known(text, care).map(|secret| secret.kind);
        for (text, wanted) in [
            ("ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh", Some("a GitHub token")),
            ("x=sk-ant-api03-k2J9sLq0pWx7vB2nM4tR6yU1", Some("an Anthropic API key")),
            ("AKIA2E4QXJ7LMN5RTV3K", Some("an AWS access key")),
            ("AKIAIOSFODNN7EXAMPLE", None),
            ("ghp_", None),
            ("ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", None),
            ("ghp_abcd1234abcd1234abcd1234abcd1234abcd", None),
            ("sk-your-key-goes-here-0123456789", None),
            ("ask-k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh", None),
            ("sk-learn-contrib-lightning-extras-0-12-1", None),
            ("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", Some("a Hugging Face token")),
            ("hf_SomeVeryLongCamelCaseNameForThisThing", None),
            ("hf_hub_download_with_resume_and_retry_2", None),
            ("npm_config_registry_of_the_company_proxy1", None),
            ("-----BEGIN RSA PRIVATE KEY-----", None),
        ] {
            assert_eq!(kind(text, Care::Data), wanted, "{text}");
        }
        let sample = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";
        assert_eq!(kind(sample, Care::Data), None);
        assert_eq!(kind(sample, Care::Used), Some("a GitHub token"));
    }
}
