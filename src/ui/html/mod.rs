//! Reports as HTML: one file to read, print and share. It has no script and loads nothing.

mod chart;
mod days;
mod meaning;
mod ticks;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::base::calendar::Utc;
pub(crate) use chart::{Tone, axis_of_differences, interval, parts};
pub(crate) use days::over_days;
pub(crate) use meaning::{meanings, rule_name};

const CSS: &str = include_str!("page.css");

/// Forbids scripts and everything from elsewhere, should a name ever get past the escaping.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// A whole page, written at `now`, unix ms.
pub(crate) fn page(title: &str, now: u64, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(CSS)) }
            }
            body {
                (body)
                footer {
                    "Written " (Utc(now)) " by toolcoach " (env!("CARGO_PKG_VERSION"))
                    ". Days are in UTC. This page loads nothing and runs no script."
                }
            }
        }
    }
    .into_string()
        + "\n"
}

/// A text whose words in backquotes are code.
pub(crate) fn prose(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 0 { (part) } @else { code { (part) } }
        }
    }
}

/// A cell of a table with a number. On a narrow screen, where a row becomes a card, `label` stands
/// before it.
pub(crate) fn number(label: &str, text: &str) -> Markup {
    html! { td.n data-label=(label) { (text) } }
}

/// Figures in boxes, each with what it is.
pub(crate) fn tiles(tiles: &[(String, String)]) -> Markup {
    html! {
        div.tiles {
            @for (value, what) in tiles {
                div.tile { b { (value) } " " span { (what) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_a_name_contains_it_is_text(name in ".*") {
            let hostile = format!("{name}<script>`</title></style>\"' onload=x");
            let body = html! {
                p { (prose(&hostile)) (rule_name(&hostile)) }
                table { tr { (number(&hostile, &hostile)) } }
                (tiles(&[(hostile.clone(), hostile.clone())]))
                (meanings([hostile.as_str(), "grep-recursive"].into_iter()))
            };
            let page = page(&hostile, 0, &body);
            prop_assert!(!page.contains("<script"), "{}", page);
            for tag in ["title", "style", "code", "td", "b", "p", "a"] {
                let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
                let opened = page.split(&open).skip(1).filter(|rest| rest.starts_with([' ', '>']));
                prop_assert_eq!(opened.count(), page.matches(&close).count(), "{} in {}", tag, page);
            }
        }
    }

    #[test]
    fn what_is_in_backquotes_is_code() {
        assert_eq!(prose("use `a<b` here").into_string(), "use <code>a&lt;b</code> here");
        assert_eq!(prose("plain").into_string(), "plain");
    }
}
