//! How a request by curl prints less. A request that may change something is never shown again.

use super::bound::Bound;
use super::printer::Printer;
use crate::rules::trigger::{Check, Miss};
use crate::shell::options;
use crate::shell::options::{Item, Spec};

/// The bound of a request.
pub(super) fn bound(printer: &Printer) -> Check<Bound> {
    let items = options::read(&printer.command.args, Spec::of("curl"));
    let saves = items.iter().any(|item| {
        matches!(item, Item::Short('o' | 'O', _))
            || matches!(item, Item::Long("output" | "remote-name" | "remote-name-all", _))
    });
    if saves {
        return Err(Miss::Near("its output went to a file"));
    }
    let rewrite =
        if items.iter().any(may_write) { None } else { printer.with_end("-o /tmp/response") };
    let words = "add -o FILE, then let jq or rg look into it";
    Ok(Bound::new(rewrite, words).then("let jq or rg look into it"))
}

/// Whether an option makes the request one that may change something.
fn may_write(item: &Item) -> bool {
    match item {
        Item::Short('d' | 'F' | 'T' | 'Q', _) => true,
        Item::Short('X', Some(method)) | Item::Long("request", Some(method)) => {
            !matches!(method.text.to_ascii_uppercase().as_str(), "GET" | "HEAD")
        }
        Item::Long(name, _) => {
            name.starts_with("data")
                || name.starts_with("form")
                || matches!(*name, "json" | "upload-file" | "quote" | "request" | "config")
        }
        // A file of options.
        Item::Short('K', _) => true,
        _ => false,
    }
}
