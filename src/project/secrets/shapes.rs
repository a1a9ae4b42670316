//! The shapes of credentials whose issuers give them a prefix, and of private keys.

use super::secret::{Care, Secret, leading};
use super::values::looks_generated;

/// A family of credentials with a known prefix.
#[derive(Debug)]
pub struct Shape {
    /// How each of them begins.
    pub prefix: &'static str,
    /// The kind of secret, with its article.
    pub(crate) kind: &'static str,
    /// The variable that programs usually read it from.
    pub(crate) variable: Option<&'static str>,
    /// How many characters after the prefix make a word suspicious, so that advice does not repeat
    /// it.
    pub(crate) suspicious: usize,
    /// It may contain `_` and `-` besides letters and digits.
    has_separators: bool,
    /// The least and most characters after the prefix of a real one.
    length: (usize, usize),
}

const fn shape(
    prefix: &'static str,
    (kind, variable): (&'static str, Option<&'static str>),
    suspicious: usize,
    has_separators: bool,
    length: (usize, usize),
) -> Shape {
    Shape { prefix, kind, variable, suspicious, has_separators, length }
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

/// No upper limit.
const ANY: usize = usize::MAX;

/// The shapes; a longer prefix comes before a shorter one that it begins with. The lengths are
/// those that issuers publish or that secret scanners look for. If an issuer promises none, it is
/// the shortest length seen.
pub const SHAPES: [Shape; 27] = [
    shape("sk-ant-", ANTHROPIC, 16, true, (20, ANY)),
    shape("sk-proj-", OPENAI, 16, true, (20, ANY)),
    shape("sk-svcacct-", OPENAI, 16, true, (20, ANY)),
    shape("sk-admin-", OPENAI, 16, true, (20, ANY)),
    shape("sk-or-v1-", ("an OpenRouter API key", Some("OPENROUTER_API_KEY")), 16, false, (40, ANY)),
    // No dashes may follow, since `sk-learn-contrib-...` is a name.
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
    // A JSON Web Token is a secret only in a header or under a name that says so. This length
    // matches no token, so the shape only makes a word suspicious.
    shape("eyJ", ("a token", None), 20, true, (ANY, ANY)),
];

/// The first secret of a known shape in `text`, or else a private key.
pub fn known(text: &str, care: Care) -> Option<Secret> {
    let shaped = SHAPES.iter().find_map(|shape| shape.each(text, |_, _| care).next());
    shaped.or_else(|| private_keys(text, care).next()).map(|(_, secret)| secret)
}

impl Shape {
    /// Every real secret of this shape in `text`, with its byte offset. `care` gets the offset and
    /// the whole secret.
    pub(super) fn each<'t>(
        &'static self,
        text: &'t str,
        care: impl Fn(usize, &str) -> Care + 't,
    ) -> impl Iterator<Item = (usize, Secret)> + 't {
        text.match_indices(self.prefix).filter_map(move |(at, _)| {
            let before = text.get(..at)?.chars().next_back();
            // In the middle of a word it is not a prefix: `task-proj-...`.
            if before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
                return None;
            }
            let rest = text.get(at + self.prefix.len()..)?;
            let tail = leading(rest, |c| {
                c.is_ascii_alphanumeric() || self.has_separators && matches!(c, '_' | '-')
            });
            let whole = text.get(at..at + self.prefix.len() + tail.len())?;
            self.is_real(tail, care(at, whole)).then(|| {
                let variable = self.variable.map(str::to_owned);
                (at, Secret { kind: self.kind, text: whole.to_owned(), variable })
            })
        })
    }

    /// Whether the prefix and `tail` are a whole and real secret.
    fn is_real(&self, tail: &str, care: Care) -> bool {
        let (least, most) = self.length;
        let has_form = match self.prefix {
            "AKIA" | "ASIA" => tail.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()),
            "pypi-" => tail.starts_with("AgE"),
            _ => true,
        };
        // Hugging Face has tokens without digits. A name in camel case has fewer capitals than
        // those.
        let capitals = tail.bytes().filter(u8::is_ascii_uppercase).count();
        let is_mixed =
            self.prefix == "hf_" && (tail.len() / 3..=tail.len() * 2 / 3).contains(&capitals);
        (least..=most).contains(&tail.len())
            && has_form
            && (has_digit(tail) || is_mixed)
            && looks_generated(tail, care)
    }
}

fn has_digit(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

/// Most characters of a private key that are checked. An RSA key of 8,192 bits has 6,400.
const MAX_KEY_CHARS: usize = 8000;

/// Every private key in `text` with its byte offset. The `BEGIN` line without a body does not
/// count, since people search for it.
pub(super) fn private_keys(text: &str, care: Care) -> impl Iterator<Item = (usize, Secret)> {
    text.match_indices("-----BEGIN ").filter_map(move |(at, begin)| {
        let (label, body) = text.get(at + begin.len()..)?.split_once("-----")?;
        if label.len() > 40 || !label.ends_with("PRIVATE KEY") {
            return None;
        }
        // A string literal has `\n` for line breaks.
        let body: String = body.split("-----").next()?.chars().take(MAX_KEY_CHARS).collect();
        let body: String = body.replace("\\n", "").chars().filter(|c| !c.is_whitespace()).collect();
        let body = leading(&body, |c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='));
        let is_real = body.len() >= 40 && looks_generated(body, care);
        is_real
            .then(|| (at, Secret { kind: "a private key", text: body.to_owned(), variable: None }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_secrets_are_found_and_samples_are_not() {
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
        assert_eq!(kind(sample, Care::Used), None);
    }
}
