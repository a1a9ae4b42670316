//! The command or file of a call, fit to be shown: on one line, and without a secret.

use crate::base::text;
use crate::project::secrets::in_text::looks_secret;
use crate::protocol::event::Event;

/// What the call is about that `rule` spoke of. A command that may hold a secret is not shown.
pub(crate) fn of_event(event: &Event, rule: &str) -> String {
    let input = event.input();
    let what = event
        .command()
        .or(input.file_path.as_deref())
        .or(input.pattern.as_deref())
        .unwrap_or_default();
    let visible = text::clean(what);
    let visible = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let what = match event.command() {
        Some(_) => visible,
        None => format!("{} {visible}", text::excerpt(&event.tool_name)).trim_end().to_owned(),
    };
    if looks_secret(&what) || rule == "secret-on-cmdline" {
        let first =
            what.split(' ').next().filter(|word| !looks_secret(word) && !word.contains('='));
        return format!("{} ... (not shown: it may hold a secret)", first.unwrap_or_default())
            .trim_start()
            .to_owned();
    }
    what
}
