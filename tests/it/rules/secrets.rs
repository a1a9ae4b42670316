//! Rules about secrets keep them: each is named once, and no byte of one goes out or to disk.

use serde_json::json;
use toolcoach::project::secrets;
use toolcoach::project::secrets::Care;
use toolcoach::rules;

use crate::harness::World;

const FIRST: &str = "ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh";
const SECOND: &str = "glpat-x7Kq2mVt9RzW4bNc8LpJ";

fn call(world: &World, n: usize, command: &str) -> Option<String> {
    world.bash(command).session("s").id(&format!("t{n}")).answer()
}

#[test]
fn every_secret_is_named_once_in_a_session() {
    let world = World::new();
    let said = [
        format!("GH_TOKEN={FIRST} gh repo list"),
        format!("curl -H 'Authorization: token {FIRST}' https://api.github.com/user"),
        format!("curl -H 'PRIVATE-TOKEN: {SECOND}' https://gitlab.com/api/v4/user"),
        format!("echo {SECOND}"),
    ]
    .iter()
    .enumerate()
    .map(|(n, command)| call(&world, n, command).is_some())
    .collect::<Vec<bool>>();
    assert_eq!(said, [true, false, true, false]);
}

#[test]
fn a_file_is_named_once_however_it_was_shown_and_three_in_all() {
    let world = World::new();
    let path = world.work().join(".env");
    assert!(call(&world, 1, "cat .env").is_some());
    assert!(call(&world, 2, "grep KEY ./.env").is_none());
    world.call("Read", json!({ "file_path": path })).session("s").id("t3").is_silent();
    assert!(call(&world, 4, "cat .env.local").is_some());
    assert!(call(&world, 5, "printenv").is_some());
    assert!(call(&world, 6, "sed -n 1,9p .env.production").is_none());
}

#[test]
fn no_byte_of_a_secret_goes_out_or_to_disk() {
    for (n, command) in [
        format!("curl -H 'Authorization: Bearer {FIRST}' https://api.x"),
        format!("export GITLAB_TOKEN={SECOND}"),
        format!("git clone https://ci:{SECOND}@git.acme.io/a.git"),
        format!("./{FIRST} --token={SECOND}"),
        format!("{SECOND}={FIRST} make"),
        format!("mysql -p{SECOND} shop"),
    ]
    .iter()
    .enumerate()
    {
        let world = World::new();
        let call = world.bash(command).session("s").id(&format!("t{n}"));
        let shown = format!("{}{}", call.answer().unwrap_or_default(), call.explain());
        let stored = world.stored().into_values().collect::<String>();
        for secret in [FIRST, SECOND] {
            // Parts of it are no better than the whole.
            for part in [secret, &secret[8..20]] {
                assert!(!shown.contains(part), "{command}: {shown}");
                assert!(!stored.contains(part), "{command}: {stored}");
            }
        }
    }
}

#[test]
fn what_is_found_in_a_command_is_kept_out_of_texts_too() {
    for shape in &secrets::SHAPES {
        for tail in ["7Kq2mVt9RzW4bNc8LpJ7Kq2mVt9RzW4bNc8LpJxQ", "A7KQ2MVT9RZW4BNC"] {
            let word = format!("{}{tail}", shape.prefix);
            if secrets::known(&word, Care::Data).is_some() {
                assert!(toolcoach::project::secrets::in_text::looks_secret(&word), "{word}");
            }
        }
    }
}

#[test]
fn the_words_of_the_examples_do_not_repeat_secrets() {
    let world = World::new();
    let rule = rules::named("secret-on-cmdline").unwrap();
    for example in rule.hits {
        let answer = world.example(example).answer().unwrap_or_default();
        let told = answer.split_whitespace().any(|word| {
            let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            word.len() >= 12
                && word.contains(|c: char| c.is_ascii_digit())
                && example.to_string().contains(word)
        });
        assert!(!told, "{example}: {answer}");
    }
}
