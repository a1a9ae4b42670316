//! What a reader can do about it, and what is silent already.

use maud::{Markup, html};

use crate::commands::stats::next_steps::{NextStep, Silenced};
use crate::commands::stats::statistics::Statistics;
use crate::ui::html::prose;

pub(super) fn render(stats: &Statistics, steps: &[NextStep]) -> Markup {
    let Silenced { muted, learned } = Silenced::of(stats);
    html! {
        h2 id="next" { "What to do" }
        @if steps.is_empty() {
            p { "Nothing for now: no rule hurts, and no habit is frequent enough for a line in CLAUDE.md or AGENTS.md." }
        } @else {
            ol.steps {
                @for step in steps {
                    li {
                        (step.finding) ":"
                        @if let Some(lesson) = step.lesson { blockquote { (prose(lesson)) } }
                        " " code { (step.answer) }
                    }
                }
            }
        }
        @if !muted.is_empty() {
            p.soft { "Muted: " (muted.join(", ")) ". " code { "toolcoach unmute RULE" } " ends a mute." }
        }
        @if !learned.is_empty() { p.soft { "Learned: " (learned.join("; ")) "." } }
    }
}
