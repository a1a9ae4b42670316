//! Calls that edit a few files with a stream editor, and calls that resemble them.

use crate::rules::example::{Example, Given};

pub(super) const HITS: &[Example] = &[
    Example::bash("sed -i 's/foo/bar/' src/app.py")
        .says("sed -i on app.py succeeds even if nothing matched: use Edit"),
    Example::bash("perl -pi -e 's/a/b/g' lib/x.rb").says("perl -i on x.rb"),
    Example::bash("gawk -i inplace '{print}' a.txt"),
    Example::bash("sed -i '' -e 's/a/b/' -e 's/c/d/' a.txt"),
    Example::bash("sed -i.bak '12d' src/a.rs"),
    Example::bash("awk '{print}' src/app.py > t && mv t src/app.py")
        .says("awk with mv over app.py"),
    Example::bash("sed 's/a/b/' a.txt > a.txt.new && mv -f a.txt.new a.txt"),
    Example::bash("ed -s src/app.py <<< '5d\nw'").says("ed on app.py"),
    Example::bash("cd src && sed -i 's/a/b/' a.py && sed -i 's/c/d/' a.py && echo done")
        .given(&[Given::File("src/a.py", "a\n")]),
    Example::bash("sed -E -i 's/a+/b/' a.txt b.txt c.txt"),
    Example::bash("perl -i -pe 's/a/b/' a.txt"),
    Example::bash("sed -Ei 's/a+/b/' a.txt"),
    Example::bash("perl -0pi -e 's/a/b/' a.txt"),
    Example::bash("sed -i '.bak' 's/a/b/' src/app.py").says("sed -i on app.py"),
];

pub(super) const MISSES: &[Example] = &[
    Example::bash("sed -n '1,20p' a.txt"),
    // The call looks at the result itself.
    Example::bash("sed -i.bak '12d' src/a.rs && cargo check"),
    Example::bash("sed -i 's/1.0/1.1/' a.toml && grep -n version a.toml"),
    Example::bash("sed -i 's/a/b/' a.txt; git diff --stat"),
    Example::bash("sed 's/a/b/' a.txt > t && mv t a.txt && cat a.txt"),
    Example::bash("sed 's/a/b/' a.txt > b.txt && mv b.txt c.txt"),
    Example::bash("sed -i 's/\\r$//' a.txt"),
    Example::bash("sed -i 's/[[:space:]]*$//' a.txt"),
    Example::bash("sed -i \"s/foo/$NEW/\" a.txt"),
    Example::bash("sed -i \"s/foo/$(date)/\" a.txt"),
    Example::bash("sudo sed -i 's/a/b/' a.txt"),
    Example::bash("cd /tmp/scratch-1 && sed -i 's/a/b/' probe.py")
        .given(&[Given::Cwd("/tmp/scratch-1")]),
    Example::bash("sed -i 's/a/b/' /tmp/scratch-1/probe.py"),
    Example::bash("rg -l foo | xargs sed -i 's/foo/bar/g'"),
    Example::bash("sed -i 's/a/b/' src/*.py"),
    Example::bash("git commit -m \"stop using sed -i\""),
    Example::bash("sed -i 's/a/b/' a b c d"),
    Example::bash("sed -i 's/a/b/' /etc/hosts"),
    Example::bash("sed 's/-i/x/' a.txt"),
    Example::bash("perl -Ilib -ne 'print' a.txt"),
    Example::bash("sed -i 's/a/b/' a.txt").given(&[Given::Codex]),
    Example::bash("find . -name '*.c' -exec sed -i 's/a/b/' {} +"),
    Example::bash("ssh web \"sed -i 's/a/b/' x.conf\""),
    Example::bash("sed -i 's/a/b/' \"$file\""),
    Example::bash("for f in a b; do sed -i 's/a/b/' $f; done"),
    Example::bash("awk '{print}' -i.txt"),
    Example::bash("perl -Mstrict -Mwarnings -ne 'print' x.py"),
    Example::bash("perl tools/fix.pl -i x.py"),
    Example::bash("ruby -rdigest -ne 'puts' x.rb"),
];
