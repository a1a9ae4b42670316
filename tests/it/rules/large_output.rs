//! What `bash-output-large` says of outputs whose text decides it.

use serde_json::json;

use crate::harness::World;

/// What is said of a call of Codex that printed this.
fn told(world: &World, command: &str, output: &str) -> String {
    let call = world.bash(command).session("s").field("turn_id", json!("t1"));
    call.response(json!(output)).answer().unwrap_or_default()
}

fn diff(lines: usize) -> String {
    "+    let line = of(the_change, \"that is under review\");\n".repeat(lines)
}

/// Codex says so where it leaves a part of an output out.
fn cut(output: &str) -> String {
    format!("Exit code: 0\nTotal output lines: 1204\nOutput:\n{output}")
}

#[test]
fn a_cut_diff_whose_size_was_looked_at_is_asked_for_by_paths() {
    let world = World::new();
    told(&world, "git diff --staged --stat main", " a.rs | 9 +++++++++");
    assert_eq!(told(&world, "git diff --staged main", &diff(800)), "");
    let line = told(&world, "git diff --staged main", &cut(&diff(800)));
    assert!(line.contains("next time one path at a time, behind --"), "{line}");
}

#[test]
fn a_small_diff_of_a_pull_request_is_large_only_where_it_was_cut() {
    let world = World::new();
    assert_eq!(told(&world, "gh pr diff 2", &diff(540)), "");
    let line = told(&world, "gh pr diff 2", &cut(&diff(540)));
    assert!(line.contains("`gh pr diff 2 > /tmp/pr.diff`"), "{line}");
}

#[test]
fn an_output_that_is_mostly_the_path_of_a_folder_is_searched_in_that_folder() {
    let search = |folder: &str, rest: &str, lines: usize| -> String {
        (0..lines).map(|n| format!("{folder}/part{n}/file.go:{n}:{rest}\n")).collect()
    };
    let folder = "/home/dev/go/pkg/mod/github.com/go-git/go-git/v5@v5.17.0";
    let world = World::new();
    let short = search(folder, "x := NewEncoder(storage, window)", 180);
    let line = told(&world, "rg -n 'NewEncoder' $(go env GOMODCACHE)/go-git -g '*.go'", &short);
    assert!(line.contains("cd to the folder first, whose path makes 10 kB of it ("), "{line}");
    // Without the path it is large all the same.
    let world = World::new();
    let much = search(folder, "x := NewEncoder(storage, window)", 400);
    let line = told(&world, &format!("rg -n 'NewEncoder' {folder}"), &much);
    assert!(line.contains("of it, or list the files first with -l"), "{line}");
    let world = World::new();
    let long = search(folder, &"x := NewEncoder(storage, window, and); ".repeat(5), 180);
    let line = told(&world, "rg -n NewEncoder /home/dev/go/pkg", &long);
    assert!(line.contains("`rg -l NewEncoder /home/dev/go/pkg`"), "{line}");
}

#[test]
fn a_large_search_of_a_named_folder_is_worth_a_line_only_where_rg_leaves_something_out() {
    let found = |folder: &str| -> String {
        (0..150)
            .map(|n| {
                format!(
                    "{folder}/part{n}.go:{n}:\tif u.Scheme != \"https\" {{ return errScheme }}\n"
                )
            })
            .collect()
    };
    let search = "grep -rn https web internal | head -150";
    assert_eq!(told(&World::new(), search, &found("internal/validation")), "");
    for folder in ["web/node_modules/x", "internal/.cache/logs"] {
        let line = told(&World::new(), search, &(found("internal/a") + &found(folder)));
        assert!(line.contains("(grep-recursive)"), "{folder}: {line}");
    }
}
