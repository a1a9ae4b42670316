//! Calls of gh that print at length, and calls that resemble them.

use crate::rules::example::{Example, Given};

const LONG: &[Given] = &[Given::OutputBytes(40_000), Given::Lines(400)];
const MIDDLE: &[Given] = &[Given::OutputBytes(10_000), Given::Lines(1)];

pub(super) const HITS: &[Example] = &[
    Example::bash("gh api repos/o/r/pulls/7/comments/9/replies -X POST -f body='Done in abc'")
        .given(MIDDLE)
        .says("gh api printed 10 kB of the object that it wrote: next time add --jq .html_url"),
    Example::bash("gh api repos/o/r/pulls/7/comments/9/replies -f body=\"Done\"").given(MIDDLE),
    Example::bash(
        "export GH_PAGER=cat\ngh api --method POST /repos/o/r/pulls/7/requested_reviewers \\\n  -f 'reviewers[]=a' 2>&1",
    )
    .given(MIDDLE)
    .says("--jq .html_url"),
    Example::bash("gh run view 1 --log").given(LONG).says(
        "gh run view printed 41 kB; next time: `gh run view 1 --log > /tmp/run.log`, then rg -n 'error|FAIL' in it",
    ),
    Example::bash("gh run view 65214 --job 504 --log-failed 2>&1").given(LONG).says("/tmp/run.log"),
    Example::bash("cd web; gh api -H 'Accept: application/vnd.github+json' repos/o/r/actions/jobs/2/logs")
        .given(LONG)
        .says("of log: next time send it to a file, then rg -n 'error|FAIL' there"),
    Example::bash("gh pr view 7 --json title,state,comments,statusCheckRollup,url")
        .given(LONG)
        .says("next time pick the fields: --jq '.statusCheckRollup[] | {name, conclusion}'"),
    Example::bash("gh issue view 7 -R o/r --json title,comments")
        .given(LONG)
        .says("--jq '.comments[] | {author: .author.login, body}'"),
    Example::bash("gh api repos/o/r/pulls/7/comments --paginate")
        .given(LONG)
        .says("--jq '.[] | {user: .user.login, path, line, body}'"),
    Example::bash("gh api 'repos/o/r/pulls?state=all'").given(LONG).says("next time pick the fields with --jq"),
    Example::bash("gh run view 4 --json conclusion,jobs\ngh run list --limit 10 --json databaseId,conclusion")
        .given(LONG)
        .says("--jq '.jobs[] | {name, conclusion}'"),
    Example::bash("gh api graphql -f query='query { viewer { repositories { nodes { name } } } }'")
        .given(LONG)
        .says("next time ask for fewer fields"),
    Example::bash("gh pr list --json number,body,files --limit 50").given(LONG).says("with --jq"),
];

pub(super) const MISSES: &[Example] = &[
    // It picks what it wants.
    Example::bash("gh api repos/o/r/pulls/7/comments/9/replies -f body=x --jq .html_url")
        .given(MIDDLE),
    Example::bash("gh api repos/o/r/pulls/7/comments --jq '.[].body'").given(LONG),
    Example::bash("gh pr view 7 --json body -q .body").given(LONG),
    Example::bash("gh api --silent -X POST repos/o/r/issues -f title=x").given(MIDDLE),
    Example::bash("gh pr list --json number --template '{{range .}}{{.number}}{{end}}'")
        .given(LONG),
    // Short answers.
    Example::bash("gh run list --branch x --limit 5 --json databaseId,status")
        .given(&[Given::OutputBytes(500)]),
    Example::bash("gh pr comment 94 --body 'Rebased.'").given(&[Given::OutputBytes(70)]),
    Example::bash("gh api repos/o/r/pulls/7/comments").given(MIDDLE),
    // The text is what was asked for.
    Example::bash("gh pr view 7 --comments").given(LONG),
    Example::bash("gh issue view 7").given(LONG),
    Example::bash("gh pr diff 7").given(LONG),
    // Another command printed it, or a filter thinned it out.
    Example::bash("gh api repos/o/r/pulls/7/comments | jq '.[].body'").given(LONG),
    Example::bash("gh api repos/o/r/pulls/7/comments > /tmp/c.json; cat /tmp/c.json").given(LONG),
    Example::bash("gh pr view 7 --json body; cat README.md").given(LONG),
    Example::bash("gh run view 1 --log | rg error").given(LONG),
    Example::bash("gh api repos/o/r/issues -f title=x; gh run view 1 --log").given(LONG),
    Example::bash("for i in 1 2; do gh api repos/o/r/pulls/$i; done").given(LONG),
    Example::bash("gh run view 1 --log").given(&[
        Given::OutputBytes(40_000),
        Given::Lines(400),
        Given::Background,
    ]),
    Example::bash("ssh web 'gh run view 1 --log'").given(LONG),
    Example::bash("git commit -m 'gh api prints much'").given(LONG),
];
