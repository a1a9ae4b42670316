//! A `package.json`, and the members of a workspace that it or pnpm's own file names.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::base::read;
use crate::project::environment::Environment;
use crate::project::workspace::is_member;

/// A `package.json` and the members of its workspace.
pub(super) struct Manifest {
    folder: PathBuf,
    pub(super) json: Value,
    /// Patterns of folders; one with `!` in front excludes.
    pub(super) members: Vec<String>,
}

impl Manifest {
    pub(super) fn read(environment: &Environment, folder: &Path) -> Self {
        let text = environment.read_text(&folder.join("package.json")).unwrap_or_default();
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        let listed = match json.get("workspaces") {
            Some(Value::Object(of)) => of.get("packages").cloned().unwrap_or_default(),
            listed => listed.cloned().unwrap_or_default(),
        };
        let mut members: Vec<String> = listed
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        let text = environment.read_text(&folder.join("pnpm-workspace.yaml")).unwrap_or_default();
        members.extend(pnpm_members(&text));
        Self { folder: folder.to_owned(), json, members }
    }

    /// Whether it is a JSON object, or there is none.
    pub(super) fn is_readable(&self) -> bool {
        self.json.is_object() || !read::exists(self.folder.join("package.json"))
    }

    /// Whether the package in `folder` is a member of its workspace.
    pub(super) fn has_member(&self, folder: &Path) -> bool {
        let Ok(relative) = folder.strip_prefix(&self.folder) else { return false };
        let relative = relative.to_string_lossy();
        let is_meant = |pattern: &str| is_member(pattern, &relative);
        let (excluded, included): (Vec<&str>, Vec<&str>) =
            self.members.iter().map(String::as_str).partition(|pattern| pattern.starts_with('!'));
        included.into_iter().any(is_meant)
            && !excluded.into_iter().any(|pattern| is_meant(pattern.trim_start_matches('!')))
    }
}

/// The list `packages` of a `pnpm-workspace.yaml`, as everybody writes it: one quoted or bare item
/// a line.
fn pnpm_members(text: &str) -> Vec<String> {
    let list = text.lines().skip_while(|line| line.trim_end() != "packages:").skip(1);
    list.map(|line| line.split(" #").next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map_while(|line| line.strip_prefix('-'))
        .map(|item| item.trim().trim_matches(['\'', '"']).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_a_pnpm_workspace_are_read() {
        let listed = pnpm_members(
            "# x\npackages:\n  - 'packages/*'  # all\n\n  - \"apps/**\"\n  - docs\ncatalog:\n  - no\n",
        );
        assert_eq!(listed, ["packages/*", "apps/**", "docs"]);
    }
}
