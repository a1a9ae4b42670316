//! Calls on which the rule fires, and calls that look alike.

use crate::rules::example::{Example, Given};

pub(super) const HITS: &[Example] = &[
    Example::bash("cat > src/app.py <<'EOF'\nimport os\nprint(1)\nprint(2)\nEOF")
        .given(&[Given::Cwd("/repo")])
        .says("the shell wrote src/app.py"),
    Example::bash("tee lib/a.js <<'X'\na\nb\nc\nX").given(&[Given::Cwd("/repo")]).says("lib/a.js"),
    Example::bash("cat <<'EOF' | tee src/b.py > /dev/null\nimport os\nprint(1)\nprint(2)\nEOF")
        .given(&[Given::Cwd("/repo")])
        .says("the shell wrote src/b.py"),
    Example::bash(
        "cat > web/Dockerfile <<'EOF'\nFROM node:22\nCOPY . .\nCMD [\"node\", \"a.js\"]\nEOF",
    )
    .given(&[Given::Cwd("/repo")])
    .says("web/Dockerfile"),
    Example::bash("cat <<'EOF' > README.md\n# Title\n\nText.\nEOF").given(&[Given::Cwd("/repo")]),
    Example::bash(
        "mkdir -p src/api && cat > src/api/a.ts <<EOF\na\nb\nc\nEOF\ngit add src/api/a.ts",
    )
    .given(&[Given::Cwd("/repo")]),
    Example::bash("cat >> tests/test_x.py <<'EOF'\n1\n2\n3\n4\n5\n6\n7\n8\nEOF")
        .given(&[Given::Cwd("/repo")])
        .says("the shell appended to tests/test_x.py"),
    Example::bash(
        "cat > /repo/cmd/main.go <<'EOF'\npackage main\n\nfunc main() { println(\"$x\") }\nEOF",
    )
    .given(&[Given::Cwd("/repo/cmd"), Given::Programs(&["rg"])])
    .says("the shell wrote main.go"),
    Example::bash("printf 'package a\\n\\nfunc A() {\\n}\\n' > a/a.go")
        .given(&[Given::Cwd("/repo")]),
    Example::bash("echo 'a: 1\nb: 2\nc: 3' > config/settings.yaml").given(&[Given::Cwd("/repo")]),
    Example::bash("cd web && cat > src/index.tsx <<'EOF'\n1\n2\n3\nEOF")
        .given(&[Given::Cwd("/repo/web")]),
    Example::bash("cat > run.sh <<'EOF'\n#!/bin/sh\nset -e\nmake\nEOF\nchmod +x run.sh")
        .given(&[Given::Cwd("/repo"), Given::SubAgent]),
    Example::bash("bash -c \"cat > src/x.py <<'EOF'\nimport os\nprint(1)\nprint(2)\nEOF\"")
        .given(&[Given::Cwd("/repo")])
        .says("the shell wrote src/x.py"),
];

pub(super) const MISSES: &[Example] = &[
    Example::bash("bash -c 'cd /tmp && cat > src/x.py <<\"EOF\"\n1\n2\n3\nEOF'")
        .given(&[Given::Cwd("/repo")]),
    Example::bash("printf 'schema: a\\ncreated: 2026\\n' > specs/a.yaml")
        .given(&[Given::Cwd("/repo")]),
    Example::bash("cat > /tmp/x.py <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
    Example::bash("echo dist/ >> .gitignore").given(&[Given::Cwd("/repo")]),
    Example::bash("echo '# Title' > README.md").given(&[Given::Cwd("/repo")]),
    Example::bash("python3 - <<'EOF'\nprint(1)\nprint(2)\nprint(3)\nEOF")
        .given(&[Given::Cwd("/repo")]),
    Example::bash("kubectl apply -f - <<'EOF'\na: 1\nb: 2\nc: 3\nEOF")
        .given(&[Given::Cwd("/repo")]),
    Example::bash("cat > run.sh <<EOF\n#!/bin/sh\nROOT=$PWD\nmake\nEOF")
        .given(&[Given::Cwd("/repo")]),
    Example::bash("cat > x.md <<EOF\nbuilt\nat\n`date`\nEOF").given(&[Given::Cwd("/repo")]),
    Example::bash("cat > probe.py <<'EOF'\n1\n2\n3\nEOF\npython3 probe.py; rm probe.py")
        .given(&[Given::Cwd("/repo")]),
    Example::bash(
        "mkdir -p cmd/try && cat > cmd/try/main.go <<'EOF'\n1\n2\n3\nEOF\n\
     go run ./cmd/try; rm -r cmd/try",
    )
    .given(&[Given::Cwd("/repo")]),
    Example::bash("cat > seed.sql <<'EOF'\n1\n2\n3\nEOF\ncat seed.sql | psql app")
        .given(&[Given::Cwd("/repo")]),
    Example::bash("cat > tmp_probe.py <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
    Example::bash("cat > a.json <<'EOF'\n{\n\"a\": 1\n}\nEOF\n./tool a.json")
        .given(&[Given::Cwd("/repo")]),
    Example::bash("cat > src/app.py <<'EOF'\n1\n2\n3\nEOF")
        .given(&[Given::Cwd("/repo"), Given::Codex]),
    Example::bash("cat > src/app.py <<'EOF'\n1\n2\n3\nEOF")
        .given(&[Given::Cwd("/repo"), Given::EditFailed("/repo/src/app.py")]),
    // The Edit failed a few calls before.
    Example::bash("cat >> src/app.py <<'EOF'\n1\n2\n3\n4\n5\n6\n7\n8\nEOF").given(&[
        Given::Cwd("/repo"),
        Given::EditFailed("/repo/src/app.py"),
        Given::ReadPart("/repo/src/app.py", 1, 50),
        Given::After("tail -20 src/app.py"),
    ]),
    Example::bash("cat >> ~/.bashrc <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
    Example::bash("cat > \"$OUT/a.py\" <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
    Example::bash("ssh web 'cat > app.py' <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
    Example::bash("cat <<'EOF' | sudo tee /etc/app.yml\na: 1\nb: 2\nc: 3\nEOF")
        .given(&[Given::Cwd("/repo")]),
    Example::bash("cat <<'EOF' | sed s/a/b/ | tee src/b.py\n1\n2\n3\nEOF")
        .given(&[Given::Cwd("/repo")]),
    Example::bash("sudo tee src/a.py <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
    Example::bash("d=$(mktemp -d); cd \"$d\"; cat > lib.go <<'EOF'\n1\n2\n3\nEOF")
        .given(&[Given::Cwd("/repo")]),
    Example::bash("cd /tmp/demo && cat > main.go <<'EOF'\n1\n2\n3\nEOF")
        .given(&[Given::Cwd("/tmp/demo"), Given::Project("/repo")]),
    Example::bash("[ -f a.py ] || cat > a.py <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
    Example::bash("cat head.py - > all.py <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
    Example::bash("cat src/a.py > src/b.py").given(&[Given::Cwd("/repo")]),
    Example::bash("cat > build.log <<'EOF'\n1\n2\n3\nEOF").given(&[Given::Cwd("/repo")]),
    Example::bash("git commit -F - <<'EOF'\ncat > src/app.py <<'X'\nb\nc\nEOF")
        .given(&[Given::Cwd("/repo")]),
    Example::bash("cat >> CHANGELOG.md <<'EOF'\n\n- a\n- b\nEOF").given(&[Given::Cwd("/repo")]),
];
