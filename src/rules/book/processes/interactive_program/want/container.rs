//! A terminal for a container.

use super::Want;
use crate::shell::options::Spec;
use crate::shell::{Command, options};

/// Long options of `docker run` and `docker exec` that take a value.
#[rustfmt::skip]
const CONTAINER_VALUES: &[&str] = &[
    "env", "user", "name", "volume", "workdir", "publish", "network", "entrypoint", "env-file", "mount", "platform", "label",
    "memory", "cpus", "gpus", "hostname", "add-host", "restart", "pull", "shm-size", "ulimit", "cap-add", "device",
];

/// `docker run -it`, `docker exec -t`; compose wants a terminal unless `-T` says otherwise.
pub(in super::super) fn container(command: &Command) -> Option<Want<'_>> {
    let runs = command.args.iter().any(|word| word.is("exec") || word.is("run"));
    let is_compose =
        command.is("docker-compose") || command.args.iter().any(|word| word.is("compose"));
    if runs && is_compose {
        return Some(Want::ComposeTerminal);
    }
    // What comes behind the image or the container is the other program's: `docker run x ls -t`.
    let at = command.args.iter().position(|word| word.is("exec") || word.is("run"))?;
    let own = options::read(command.args.get(at + 1..)?, Spec::new("euvwplam", CONTAINER_VALUES));
    let first = options::operands(&own).first().copied();
    let until =
        first.and_then(|name| command.args.iter().position(|word| std::ptr::eq(word, name)));
    let before = command.args.get(..until.unwrap_or(command.args.len()))?;
    let option = before.iter().find(|word| asks_for_terminal(&word.text))?;
    Some(Want::ContainerTerminal { option: option.literal()? })
}

/// `-it`, `-t`, `--tty`.
fn asks_for_terminal(text: &str) -> bool {
    let cluster = text.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
    text == "--tty"
        || cluster
            .is_some_and(|rest| rest.contains('t') && rest.chars().all(|c| matches!(c, 'i' | 't')))
}
