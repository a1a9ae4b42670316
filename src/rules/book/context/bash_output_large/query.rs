//! How a command that asks a service or a machine for something prints less.

use super::bound::Bound;
use super::printer::Printer;
use crate::rules::trigger::{Check, Miss};

/// How to ask for less, by program and sub-command; an empty sub-command matches any.
const QUERIES: [(&[&str], &str, &str); 20] = [
    (
        &["psql", "mysql", "mariadb", "sqlite3", "duckdb"],
        "",
        "add a LIMIT to the query, or name its columns",
    ),
    (&["aws", "az"], "", "pick the fields with --query"),
    (&["gcloud"], "", "pick the fields with --filter and --format"),
    (&["kubectl", "oc"], "get", "list the names first with -o name, then get one of them"),
    (&["kubectl", "oc"], "describe", "describe one object by its name"),
    (&["docker", "podman"], "inspect", "pick the fields with --format"),
    (&["docker", "podman"], "build", "send it to a file, then search that"),
    (&["docker", "podman"], "buildx", "send it to a file, then search that"),
    (&["docker", "podman"], "pull", "add -q"),
    (&["journalctl"], "", "add -n 100, or a time with --since"),
    (&["dmesg"], "", "add | tail -100"),
    (&["terraform", "tofu"], "plan", "send it to a file, then search that"),
    (&["terraform", "tofu"], "show", "send it to a file, then search that"),
    (&["helm"], "template", "send it to a file, then search that"),
    (&["helm"], "get", "send it to a file, then search that"),
    (&["cargo"], "tree", "add --depth 1, or -i with the package"),
    (&["cargo"], "metadata", "let jq pick the fields"),
    (&["tar", "unzip"], "", "add | head -50"),
    (&["wget", "http", "xh"], "", "send it to a file, then search that"),
    (&["strings", "objdump", "nm", "readelf", "xxd", "hexdump"], "", "filter it with rg"),
];

/// Options with which the agent chose how much it wants to see.
const BOUNDED: [&str; 12] = [
    "--query",
    "--filter",
    "--format",
    "--jq",
    "--template",
    "-o=",
    "-ojson",
    "-o",
    "--since",
    "--lines",
    "-n",
    "--depth",
];

/// Programs for which some of these options mean another thing.
const OTHER_MEANING: [&str; 10] =
    ["psql", "mysql", "mariadb", "sqlite3", "duckdb", "kubectl", "oc", "tar", "unzip", "docker"];

/// The bound of a query.
pub(super) fn bound(printer: &Printer) -> Check<Bound> {
    let command = printer.command;
    let subcommand = printer.subcommand().unwrap_or_default();
    let known = QUERIES.iter().find(|(programs, of, _)| {
        programs.contains(&command.program.as_str()) && (of.is_empty() || *of == subcommand)
    });
    let (_, _, words) = known.ok_or(Miss::Near("no bounded form of it is known"))?;
    let program = command.program.as_str();
    if !OTHER_MEANING.contains(&program) && printer.has(&BOUNDED) {
        return Err(Miss::Near("it is bounded already"));
    }
    if matches!(program, "kubectl" | "oc" | "docker") && printer.has(&["--template", "--format"]) {
        return Err(Miss::Near("it is bounded already"));
    }
    Ok(Bound::words(*words))
}

/// The bound of `docker logs` and its relatives.
pub(super) fn logs(printer: &Printer) -> Check<Bound> {
    if printer.has(&["--tail", "-n", "--since", "-f", "--follow"])
        && printer.words_behind("logs").any(|word| word.starts_with('-'))
    {
        return Err(Miss::Near("it is bounded already"));
    }
    let rewrite = printer.with_option_behind("logs", "--tail=100");
    Ok(Bound::new(rewrite, "add --tail=100, which shows the end"))
}
