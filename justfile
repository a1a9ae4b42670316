# The commands of the inner loop. `just --list` prints them. Without just, each recipe's lines can be typed as they are.

# Formats, lints and type-checks: what to run before each commit, under a minute when warm
check:
    cargo fmt --check
    scripts/book --check
    cargo clippy --quiet --all-targets --locked -- -D warnings
    cargo test --quiet --locked --test it tidy

# Runs the examples of one rule, about ten seconds after an edit: just rule grep-recursive
rule ID:
    scripts/book
    cargo run --quiet --example rule -- {{ID}}

# Begins a rule in a topic (a folder of src/rules/book): just new-rule docker-prune-all processes
new-rule ID TOPIC:
    scripts/new-rule {{ID}} {{TOPIC}}

# Renews what is generated: lists of rules, the gate's table, docs/rules.md, tables of the README, pictures, manual pages
bless:
    scripts/book
    # First the gate's table: the pages quote what a program with it says.
    TOOLCOACH_BLESS=1 cargo test --quiet --lib fresh
    TOOLCOACH_BLESS=1 cargo test --quiet fresh
    cargo fmt

# All tests
test:
    cargo test

# Everything that a change must pass (installs what it needs; about half an hour)
ci:
    .ci/run

# Makes every package of a target in target/dist, from a release that it builds or from PROGRAM (docs/packages.md)
package TARGET="x86_64-unknown-linux-musl" PROGRAM="":
    rm -rf target/dist
    scripts/package {{TARGET}} {{PROGRAM}}
    python3 packaging release

# Installs these packages into clean folders, calls each and removes it: seconds to the first advice
try-packages:
    scripts/packages-test target/dist

# Renews the figures that README and docs quote, from recorded hook inputs; needs an idle machine
figures EVENTS:
    scripts/figures {{EVENTS}}

# Serves the pages of docs/ as a book with a search (needs mdbook)
book:
    mdbook serve --open
