//! What the rules on a page mean: each name leads to its explanation on the same page.

use maud::{Markup, html};

use super::prose;
use crate::rules;

/// The name of a rule, which leads to its meaning if the page explains it.
pub(crate) fn rule_name(id: &str) -> Markup {
    html! {
        @if rules::named(id).is_some() { a href=(format!("#rule-{id}")) { (id) } }
        @else { (id) }
    }
}

/// The section that explains these rules. Custom rules have no explanation but their own settings.
pub(crate) fn meanings<'r>(ids: impl Iterator<Item = &'r str>) -> Markup {
    let (known, custom): (Vec<&str>, Vec<&str>) = ids.partition(|id| rules::named(id).is_some());
    html! {
        @if !known.is_empty() {
            h2 id="meaning" { "What the rules mean" }
            @for rule in known.into_iter().filter_map(rules::named) {
                div.rule id=(format!("rule-{}", rule.id)) {
                    h3 { (rule.id) " " span.soft { "(" (rule.severity.as_str()) ")" } }
                    p { (prose(rule.summary)) }
                    p { (prose(rule.why)) }
                    @if let Some(example) = rule.hits.first() {
                        p.soft { "For instance: " code { (example) } }
                    }
                }
            }
            @if !custom.is_empty() {
                p.soft { "Custom rules are explained where they are set: " (custom.join(", ")) }
            }
        }
    }
}
