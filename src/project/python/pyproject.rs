//! The keys, lists and tables of a `pyproject.toml`.

use toml::{Table, Value};

/// A parsed `pyproject.toml`. One that is not TOML has no keys, such as one that is being edited.
pub(super) struct PyProject(Table);

impl PyProject {
    pub(super) fn parse(text: &str) -> Self {
        Self(text.parse().unwrap_or_default())
    }

    /// The value of a key below these tables.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Value> {
        let (key, tables) = path.split_last()?;
        let table = tables.iter().try_fold(&self.0, |table, name| table.get(*name)?.as_table())?;
        table.get(*key)
    }

    /// The keys of a table with their values; none where there is no such table.
    pub(super) fn table(&self, path: &[&str]) -> impl Iterator<Item = (&str, &Value)> {
        let table = self.at(path).and_then(Value::as_table);
        table.into_iter().flatten().map(|(key, value)| (key.as_str(), value))
    }

    /// The strings of the list under a key.
    pub(super) fn list(&self, path: &[&str]) -> Vec<&str> {
        self.at(path).map(strings).unwrap_or_default()
    }

    /// Whether it has this table or one below it, given with dots.
    pub(super) fn has_table(&self, path: &str) -> bool {
        let path: Vec<&str> = path.split('.').collect();
        self.at(&path).is_some_and(Value::is_table)
    }
}

/// The strings of a list, but not those in tables within it: they are the names of other groups.
pub(super) fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_is_read() {
        for text in [
            "[tool.uv.workspace]\nmembers = ['a', \"b\"] # c",
            "[tool]\nuv = { workspace = { members = [ 'a', {x = 'y'},\n 'b' ] } }",
            "tool.\"uv\".workspace.members = ['a', '''\nb''']",
        ] {
            let project = PyProject::parse(text);
            assert_eq!(project.list(&["tool", "uv", "workspace", "members"]), ["a", "b"], "{text}");
            assert!(
                project.has_table("tool.uv") && !project.has_table("tool.uv.workspace.members")
            );
            assert_eq!(
                project.table(&["tool", "uv"]).map(|(key, _)| key).collect::<Vec<_>>(),
                ["workspace"]
            );
        }
        for broken in ["", "[tool.uv", "tool.uv = 1", "# [tool.uv]", "a = '''\n[tool.uv]\n'''"] {
            assert!(!PyProject::parse(broken).has_table("tool.uv"), "{broken}");
        }
        assert!(!PyProject::parse("[tool.uv]").has_table(""), "no table has no name");
    }
}
