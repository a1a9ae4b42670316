//! Which file of `src/` imports which: parsed `use` trees, paths in code and in macros, re-exports
//! followed to the file that defines the name. Test modules are left out.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

use super::sources;

pub type Module = Vec<String>;

/// What one file says.
#[derive(Default)]
struct Source {
    file: String,
    /// Names that `use` brings in, with where they lead.
    names: BTreeMap<String, Module>,
    /// The names of those that it passes on.
    exported: BTreeSet<String>,
    /// Every path that is imported or written out.
    paths: BTreeSet<Vec<String>>,
}

/// An arrow from one file to another, with the name that it is there for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    pub from: Module,
    pub to: Module,
    pub name: String,
}

pub struct Imports {
    files: BTreeMap<Module, Source>,
}

impl Imports {
    pub fn read() -> Self {
        let mut files = BTreeMap::new();
        for (path, text) in sources("src") {
            let file = path.strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap();
            let file = file.to_string_lossy().into_owned();
            let mut visitor = Paths { source: Source::default(), is_export: false };
            visitor.source.file = file.clone();
            visitor.visit_file(&syn::parse_file(&text).unwrap());
            files.insert(module_of(&file), visitor.source);
        }
        Self { files }
    }

    pub fn file(&self, module: &Module) -> &str {
        &self.files[module].file
    }

    /// Every arrow between two files, each once.
    pub fn arrows(&self) -> BTreeSet<Arrow> {
        let mut arrows = BTreeSet::new();
        for (from, source) in &self.files {
            for path in &source.paths {
                let Some(path) = self.absolute(from, path) else { continue };
                let (to, rest) = self.defined(path);
                // A module that is only named leads nowhere yet: what is taken from it does.
                if let Some(name) = rest.first()
                    && to != *from
                {
                    arrows.insert(Arrow { from: from.clone(), to, name: name.clone() });
                }
            }
        }
        arrows
    }

    /// The groups of files that import each other, in a circle of any length.
    pub fn circles(&self) -> Vec<Vec<Module>> {
        let mut next: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
        for arrow in self.arrows() {
            next.entry(arrow.from).or_default().insert(arrow.to);
        }
        let reach = |start: &Module| {
            let mut seen = BTreeSet::new();
            let mut left = vec![start.clone()];
            while let Some(at) = left.pop() {
                for to in next.get(&at).into_iter().flatten() {
                    if seen.insert(to.clone()) {
                        left.push(to.clone());
                    }
                }
            }
            seen
        };
        let reached: BTreeMap<&Module, BTreeSet<Module>> =
            self.files.keys().map(|module| (module, reach(module))).collect();
        let mut circles: BTreeSet<Vec<Module>> = BTreeSet::new();
        for (module, there) in &reached {
            let circle: Vec<Module> =
                there.iter().filter(|other| reached[other].contains(*module)).cloned().collect();
            if circle.len() > 1 {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    /// A path as it is written in `module`, from the root of the crate; `None` for one of another
    /// crate or of the file itself.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let start = match first.as_str() {
            "crate" => Vec::new(),
            "self" => module.clone(),
            "super" => {
                let up = path.iter().take_while(|part| *part == "super").count();
                let above = module.get(..module.len().checked_sub(up)?)?;
                return Some([above, &path[up..]].concat());
            }
            name => {
                let child = [module.as_slice(), &[name.to_owned()]].concat();
                if self.files.contains_key(&child) {
                    child
                } else {
                    let to = self.files[module].names.get(name)?;
                    // `use x::x` would lead to itself.
                    if to.first().is_some_and(|start| start == name) {
                        return None;
                    }
                    self.absolute(module, to)?
                }
            }
        };
        Some([start, rest.to_vec()].concat())
    }

    /// The module that defines what the path names, re-exports followed, and the rest of the path.
    fn defined(&self, path: Vec<String>) -> (Module, Vec<String>) {
        let mut path = path;
        for _ in 0..10 {
            let length =
                (0..=path.len()).rev().find(|at| self.files.contains_key(&path[..*at])).unwrap();
            let (module, rest) = (path[..length].to_vec(), path[length..].to_vec());
            let source = &self.files[&module];
            let further = rest
                .first()
                .filter(|name| source.exported.contains(*name))
                .and_then(|name| self.absolute(&module, &source.names[name]));
            match further {
                Some(further) => path = [further, rest[1..].to_vec()].concat(),
                None => return (module, rest),
            }
        }
        panic!("re-exports lead in a circle: {path:?}")
    }
}

fn module_of(file: &str) -> Module {
    let mut parts: Module = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib")) {
        parts.pop();
    }
    parts
}

struct Paths {
    source: Source,
    is_export: bool,
}

impl Paths {
    fn tree(&mut self, before: &[String], tree: &UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.tree(&with(&path.ident), &path.tree),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(before, item)),
            UseTree::Glob(_) => drop(self.source.paths.insert(before.to_vec())),
            UseTree::Name(name) if name.ident == "self" => {
                self.bring(before.last().unwrap().clone(), before.to_vec());
            }
            UseTree::Name(name) => self.bring(name.ident.to_string(), with(&name.ident)),
            UseTree::Rename(rename) => self.bring(rename.rename.to_string(), with(&rename.ident)),
        }
    }

    fn bring(&mut self, name: String, path: Vec<String>) {
        if self.is_export {
            self.source.exported.insert(name.clone());
        }
        self.source.paths.insert(path.clone());
        self.source.names.insert(name, path);
    }

    /// Paths that stand in a macro's words, which the parser leaves alone.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    self.tokens(group.stream());
                    self.end(&mut path);
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end(&mut path);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                _ => {
                    self.end(&mut path);
                    colons = 0;
                }
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Vec<String>) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.source.paths.insert(path);
        }
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "test")
    })
}

impl Visit<'_> for Paths {
    fn visit_item(&mut self, item: &Item) {
        match item {
            Item::Mod(module) if is_test(&module.attrs) => {}
            Item::Use(import) => {
                self.is_export = !matches!(import.vis, Visibility::Inherited);
                self.tree(&[], &import.tree);
            }
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let names: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if names.len() > 1 {
            self.source.paths.insert(names);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &syn::Macro) {
        self.tokens(call.tokens.clone());
    }
}
