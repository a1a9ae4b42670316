//! Calls that print several files, and calls that resemble them.

use crate::rules::example::{Example, Given};

const LONG: &[Given] = &[Given::OutputBytes(26_000), Given::Lines(500), Given::Codex];
const MEDIUM: &[Given] = &[Given::OutputBytes(17_000), Given::Lines(500), Given::Codex];
const SHORT: &[Given] = &[Given::OutputBytes(9_000), Given::Lines(300), Given::Codex];

pub(super) const HITS: &[Example] = &[
    Example::bash(
        "sed -n '1,100p' src/a.rs; sed -n '980,1070p' src/b.rs; sed -n '20,170p' src/c.rs",
    )
    .given(LONG)
    .says("one call read 3 parts of files, 27 kB: next time find the places with rg -n"),
    Example::bash("sed -n '1510,1715p' src/a.rs && sed -n '2280,2435p' src/a.rs")
        .given(LONG)
        .says("2 parts"),
    Example::bash("nl -ba a.py | sed -n '1,560p'\nnl -ba a.py | sed -n '560,980p'")
        .given(LONG)
        .says("2 parts"),
    Example::bash(
        "rg -n 'foo|bar' src | head -80; sed -n '260,520p' src/a.rs; sed -n '1,220p' src/b.rs",
    )
    .given(LONG)
    .says("2 parts"),
    Example::bash("cat src/a.rs src/b.rs").given(LONG),
    Example::bash("cat a.md; echo ---; cat b.md; echo ---; cat c.md").given(LONG).says("3 parts"),
    Example::bash("cd web && head -n 300 a.ts && tail -n 200 b.ts").given(LONG).says("2 parts"),
    Example::bash("sed -n 1,400p a.rs; sed -n 1,400p b.rs; nl -ba c.rs")
        .given(LONG)
        .says("3 parts"),
    Example::bash("pwd; ls; sed -n '1,200p' README.md; sed -n '1,200p' Cargo.toml").given(LONG),
    Example::bash("sed -n '1,260p' a.go; printf '\\n--- b\\n'; sed -n '1,260p' b.go").given(LONG),
    Example::bash("bat a.rs b.rs").given(LONG),
    // Four parts are a survey.
    Example::bash("sed -n '1,100p' a.rs; sed -n '9,99p' b.rs; sed -n '2,90p' c.rs; cat d.rs")
        .given(MEDIUM)
        .says("4 parts"),
    // The search named the places, and heads were read.
    Example::bash("sed -n '1,240p' a.go && sed -n '1,260p' b.go && sed -n '400,460p' c.go").given(
        &[Given::OutputBytes(26_000), Given::Lines(500), Given::Codex, Given::After("rg -n foo")],
    ),
    Example::bash("wc -l a.rs b.rs && sed -n '1,300p' a.rs && sed -n '1,300p' b.rs").given(LONG),
];

pub(super) const MISSES: &[Example] = &[
    // The file under review and its test.
    Example::bash("sed -n '1,260p' a.go && printf '\\n--- test\\n' && sed -n '1,360p' a_test.go")
        .given(MEDIUM),
    // A part of it is the search's.
    Example::bash("cat a.rs b.rs c.rs d.rs; ls; grep -R foo -n . | head -200").given(MEDIUM),
    // The advice was followed.
    Example::bash("sed -n '1,260p' a.go && sed -n '330,390p' b.go && sed -n '650,710p' b.go")
        .given(&[
            Given::OutputBytes(26_000),
            Given::Lines(500),
            Given::Codex,
            Given::After("rg 'Resolve\\(' -n"),
        ]),
    Example::bash("sed -n '1,400p' src/a.rs").given(LONG),
    Example::bash("nl -ba src/a.rs | sed -n '1,400p'").given(LONG),
    Example::bash("sed -n '1,40p' a.rs; sed -n '1,40p' b.rs").given(SHORT),
    // Claude Code has a Read tool, and other rules look at this.
    Example::bash("sed -n '1,100p' a.rs; sed -n '1,100p' b.rs")
        .given(&[Given::OutputBytes(22_000), Given::Lines(500)]),
    // It does more than read.
    Example::bash("cat a.rs; cat b.rs; git diff").given(LONG),
    Example::bash("cat a.rs b.rs > all.rs; cargo test").given(LONG),
    Example::bash("cat a.rs b.rs | rg foo").given(LONG),
    Example::bash("cat a.json b.json | jq '.x'").given(LONG),
    Example::bash("cat a.rs b.rs | wc -l; rg -n foo").given(LONG),
    Example::bash("for f in a b; do cat $f; done").given(LONG),
    Example::bash("ssh web 'cat a.log b.log'").given(LONG),
    Example::bash("sed -i 's/a/b/' a.rs b.rs; cat a.rs").given(LONG),
    Example::bash("head -n 40 a.rs").given(LONG),
    Example::bash("rg -n foo src; rg -n bar src").given(LONG),
    Example::bash("git show HEAD:a.rs; git show HEAD:b.rs").given(LONG),
    Example::bash("cat a.rs; sed -n '1,9p' b.rs").given(&[
        Given::OutputBytes(22_000),
        Given::Codex,
        Given::Failed("Exit code 1"),
    ]),
];
