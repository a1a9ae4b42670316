//! Registers the hook in a file of any content and removes it again, as `install` and `uninstall`
//! do. Fuzz targets use it.
#![expect(clippy::panic, clippy::expect_used, reason = "this is how a fuzz target reports a fault")]

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::clients::{ClientProfile, PROFILES, Scope, Target};
use super::entry::EntryOptions;
use super::plan::{Goal, Plan};
use super::record::Records;
use super::registration::ClientSettings;
use super::transaction;
use crate::commands::error::Error;

/// Checks the round trip on the settings of each client, with this content.
pub(crate) fn round_trip(folder: &Path, content: &[u8]) {
    for profile in PROFILES.iter().filter(|profile| profile.adapter.is_none()) {
        let layout = profile.layout;
        let path = folder.join(profile.name).join("settings.json");
        // A project's file names the program without its path, which is the same everywhere.
        let target = Target { profile, scope: Scope::Project, path, layout };
        fs::create_dir_all(folder.join(profile.name)).expect("a folder");
        fs::write(&target.path, content).expect("a file");
        let state = folder.join(format!("{}-state", profile.name));
        let had_ours = register(&target, &state);
        let installed = fs::read(&target.path).expect("a file");
        let Ok(had_ours) = had_ours else {
            assert!(installed == content, "{}: refused and changed", profile.name);
            continue;
        };
        let again = Plan::new(
            target.clone(),
            Goal::Install { matcher: None, options: EntryOptions::default() },
            &state,
            &Records::read(&state),
        );
        assert!(!again.expect("a plan").changes(), "{}: installed twice", profile.name);
        unregister(&target, &state);
        let bare = fs::read(&target.path).unwrap_or_default();
        assert!(had_ours || bare == content, "{}: not given back", profile.name);
        assert!(!has_ours(&target, profile), "{}: something is left", profile.name);
        // Without a backup only our entries are cut out.
        fs::write(&target.path, &installed).expect("a file");
        unregister(&target, &folder.join(format!("{}-forgetful", profile.name)));
        assert!(!has_ours(&target, profile), "{}: something is left", profile.name);
        if !had_ours {
            let after = fs::read(&target.path).unwrap_or_default();
            assert_eq!(
                meaning(content),
                meaning(&after),
                "{}: something else is gone",
                profile.name
            );
        }
    }
}

/// Registers the hook. Returns whether the file had entries of ours before.
fn register(target: &Target, state: &Path) -> Result<bool, Error> {
    Records::update(
        state,
        |records| {
            let plan = Plan::new(
                target.clone(),
                Goal::Install { matcher: None, options: EntryOptions::default() },
                state,
                records,
            )?;
            let had_ours = plan.had_ours;
            if plan.changes() {
                let goal = Goal::Install { matcher: None, options: EntryOptions::default() };
                transaction::carry_out(&[plan], goal, state, records)?;
            }
            Ok(had_ours)
        },
        |_| Ok(()),
    )
}

fn unregister(target: &Target, state: &Path) {
    let done = Records::update(
        state,
        |records| {
            let plan = Plan::new(target.clone(), Goal::Uninstall, state, records)?;
            if plan.changes() {
                transaction::carry_out(&[plan], Goal::Uninstall, state, records)?;
            }
            Ok(())
        },
        |()| Ok(()),
    );
    done.unwrap_or_else(|error| panic!("{}: {error}", target.profile.name));
}

fn has_ours(target: &Target, profile: &ClientProfile) -> bool {
    let text = fs::read_to_string(&target.path).ok();
    ClientSettings::read(&target.path, text.as_deref(), profile.layout)
        .expect("settings")
        .has_ours()
}

/// The content without empty values, and without the version that some layouts require.
fn meaning(content: &[u8]) -> Option<Value> {
    fn pruned(value: Value) -> Option<Value> {
        match value {
            Value::Object(members) => {
                let kept: serde_json::Map<String, Value> = members
                    .into_iter()
                    .filter_map(|(key, value)| Some((key, pruned(value)?)))
                    .collect();
                (!kept.is_empty()).then_some(Value::Object(kept))
            }
            Value::Array(items) => {
                let kept: Vec<Value> = items.into_iter().filter_map(pruned).collect();
                (!kept.is_empty()).then_some(Value::Array(kept))
            }
            value => Some(value),
        }
    }
    let mut value: Value = serde_json::from_slice(content).ok()?;
    if let Some(members) = value.as_object_mut() {
        members.remove("version");
    }
    pruned(value)
}
