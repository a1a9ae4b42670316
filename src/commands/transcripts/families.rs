//! Groups files that have calls in common: copies of a transcript, sessions that go on from the same
//! message, forks and what they were forked from, and a session with its sub-agents.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::beginning::Beginning;
use super::share::Share;

/// Most forks of forks whose order is known. A deeper one may be read before its parent.
const MAX_DEPTH: usize = 64;

/// A file of this size is shared by threads, bytes.
const SHARED_BYTES: u64 = 4 << 20;

/// Files that belong together, which are read one after the other.
pub(crate) struct Unit {
    /// The files. Those that may have the calls of others come after them.
    pub(crate) files: Vec<PathBuf>,
    /// Their total size.
    pub(crate) bytes: u64,
}

impl Unit {
    /// What each of these threads takes of it. Only hook inputs name the session in each line, so
    /// others are read by one thread.
    pub(crate) fn shares(&self, threads: usize) -> impl Iterator<Item = (&Self, Share)> {
        // The allocator of musl builds has one lock, for which two threads that allocate all the time
        // wait more than they share: 2.1 to 2.7 s for 23,119 calls in place of 1.8.
        let is_shared = cfg!(not(target_env = "musl"))
            && self.bytes >= SHARED_BYTES
            && matches!(self.files.as_slice(), [file] if Beginning::of(file).is_input);
        Share::among(if is_shared { threads } else { 1 }).map(move |share| (self, share))
    }
}

/// A file, and its place in its family.
struct Member {
    path: PathBuf,
    bytes: u64,
    beginning: Beginning,
    /// How many rollouts it goes back to. A transcript of Claude Code may have what its sub-agents
    /// have, and so goes back to them.
    depth: usize,
}

/// Puts the files of a family into one unit, and the largest units first.
pub(super) fn units(files: BTreeMap<PathBuf, u64>) -> Vec<Unit> {
    let many = files.len() > 1;
    let mut members: Vec<Member> = files
        .into_iter()
        .map(|(path, bytes)| {
            let beginning = if many { Beginning::of(&path) } else { Beginning::default() };
            let depth = usize::from(beginning.rollout.is_none() && !beginning.is_of_agent);
            Member { path, bytes, beginning, depth }
        })
        .collect();
    descend(&mut members);
    let mut families: BTreeMap<usize, Vec<Member>> = BTreeMap::new();
    for (family, member) in families_of(&members).into_iter().zip(members) {
        families.entry(family).or_default().push(member);
    }
    let mut units: Vec<Unit> = families.into_values().map(unit).collect();
    units.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.files.cmp(&b.files)));
    units
}

fn unit(mut family: Vec<Member>) -> Unit {
    family.sort_by(|a, b| {
        let key = |it: &Member| (it.depth, it.beginning.time.clone(), it.path.clone());
        key(a).cmp(&key(b))
    });
    let bytes = family.iter().map(|member| member.bytes).sum();
    Unit { files: family.into_iter().map(|member| member.path).collect(), bytes }
}

/// Sets the depth of forks.
fn descend(members: &mut [Member]) {
    let mut depths: HashMap<String, usize> = HashMap::new();
    for _ in 0..MAX_DEPTH {
        let mut is_settled = true;
        for member in members.iter_mut() {
            let Beginning { parents, rollout, .. } = &member.beginning;
            let parents = parents.iter().filter(|id| Some(*id) != rollout.as_ref());
            let parents = parents.filter_map(|id| depths.get(id));
            let depth = parents.map(|depth| depth + 1).max().unwrap_or(0).max(member.depth);
            member.depth = depth;
            if let Some(id) = rollout
                && depths.get(id).is_none_or(|known| *known < depth)
            {
                depths.insert(id.clone(), depth);
                is_settled = false;
            }
        }
        if is_settled {
            break;
        }
    }
}

/// The family of each file: files with a name in common are of one.
fn families_of(members: &[Member]) -> Vec<usize> {
    let mut families: Vec<usize> = (0..members.len()).collect();
    let mut first: HashMap<String, usize> = HashMap::new();
    for (at, member) in members.iter().enumerate() {
        for name in names(member) {
            let other = *first.entry(name).or_insert(at);
            let (one, other) = (root(&mut families, at), root(&mut families, other));
            if let Some(family) = families.get_mut(one.max(other)) {
                *family = one.min(other);
            }
        }
    }
    (0..members.len()).map(|at| root(&mut families, at)).collect()
}

/// The first file of a family, with shorter ways to it.
fn root(families: &mut [usize], mut at: usize) -> usize {
    while let Some(next) = families.get(at).copied().filter(|next| *next != at) {
        let after = families.get(next).copied().unwrap_or(next);
        if let Some(family) = families.get_mut(at) {
            *family = after;
        }
        at = after;
    }
    at
}

/// What a file has in common with those of its family.
fn names(member: &Member) -> impl Iterator<Item = String> {
    let Beginning { message, session, rollout, parents, .. } = &member.beginning;
    let ids = [message, session, rollout].into_iter().flatten().chain(parents).cloned();
    ids.chain(rollout_of(&member.path))
}

/// The id in the name of a rollout, which is all that those of the first versions have.
fn rollout_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?.strip_prefix("rollout-")?;
    name.split(".jsonl").next().map(str::to_owned)
}
