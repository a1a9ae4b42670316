//! Calls that document and test the rule.

use crate::rules::example::{Example, Given};

/// The project ends at the root of its work tree.
const TREE: Given = Given::Branch("main");
const LOCK: Given = Given::File("uv.lock", "version = 1\n");
const PYTHON: Given = Given::Executable(".venv/bin/python");
const PYTEST: Given = Given::Executable(".venv/bin/pytest");
const ALL: Given =
    Given::Programs(&["uv", "poetry", "pdm", "python", "python3", "pytest", "ruff", "mypy", "rg"]);
const NOT_FOUND: Given = Given::Failed("Exit code 127\nbash: line 1: pytest: command not found");
const UV_ONLY: Given = Given::Programs(&["uv", "rg"]);

pub(super) const HITS: &[Example] = &[
    Example::bash("pytest -q").given(&[LOCK, PYTHON, PYTEST, ALL]).says(
        "pytest ran from PATH, but .venv of this uv project has another pytest: `uv run pytest -q`",
    ),
    Example::bash("pytest -q")
        .given(&[LOCK, PYTHON, PYTEST, ALL, Given::Failed("Exit code 1\n1 failed in 0.1s")])
        .says("`uv run pytest -q`"),
    Example::bash("python -m pytest -q tests")
        .given(&[LOCK, PYTHON, PYTEST, ALL])
        .says("`uv run python -m"),
    Example::bash("cd . && python3 -m mypy src")
        .given(&[LOCK, PYTHON, Given::Executable(".venv/bin/mypy"), ALL])
        .says("`uv run python3 -m mypy src`"),
    Example::bash("ruff check .")
        .given(&[LOCK, PYTHON, Given::Executable(".venv/bin/ruff"), ALL])
        .says("`uv run ruff check .`"),
    Example::bash("cd api && pytest")
        .given(&[
            Given::File("api/uv.lock", ""),
            Given::Executable("api/.venv/bin/python"),
            Given::Executable("api/.venv/bin/pytest"),
            ALL,
        ])
        .says("`cd api && uv run pytest`"),
    Example::bash("pytest -q 2>&1 | tail -5")
        .given(&[LOCK, PYTHON, PYTEST, ALL])
        .says(": run that one with uv run"),
    Example::bash("pytest -q")
        .given(&[Given::File("poetry.lock", ""), PYTHON, PYTEST, ALL])
        .says("`poetry run pytest -q`"),
    Example::bash("pytest -q")
        .given(&[Given::File("pdm.lock", ""), PYTHON, PYTEST, ALL])
        .says("`pdm run pytest -q`"),
    Example::bash("pytest -q")
        .given(&[LOCK, PYTHON, PYTEST, Given::Programs(&["pytest"])])
        .says("`.venv/bin/pytest -q`"),
    Example::bash("pytest -q")
        .given(&[
            LOCK,
            Given::File("pyproject.toml", "[dependency-groups]\ndev = ['pytest>=8']\n"),
            UV_ONLY,
            NOT_FOUND,
        ])
        .says("pytest is not on PATH, but in pyproject.toml: `uv run pytest -q`"),
    Example::bash("pytest")
        .given(&[
            LOCK,
            Given::File("pyproject.toml", "[project.optional-dependencies]\ntest = ['pytest']\n"),
            UV_ONLY,
            NOT_FOUND,
        ])
        .says("`uv run --extra test pytest`"),
    Example::bash("pytest -q")
        .given(&[
            TREE,
            LOCK,
            PYTHON,
            PYTEST,
            ALL,
            Given::File("pyproject.toml", "[tool.uv.workspace]\nmembers = ['libs/*']\n"),
            Given::File("libs/a/pyproject.toml", "[project]\nname = 'a'\n"),
            Given::Cwd("{dir}/libs/a"),
        ])
        .says("`uv run pytest -q`"),
];

pub(super) const MISSES: &[Example] = &[
    Example::bash("uv run pytest").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("uv run --extra dev python -m pytest").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash(".venv/bin/pytest -q").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("source .venv/bin/activate && pytest -q").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash(". ./env.sh && pytest -q").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("eval \"$(direnv export bash)\" && pytest").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("PATH=\"$PWD/.venv/bin:$PATH\" pytest").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("export PATH=.venv/bin:$PATH; pytest").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("pytest -q").given(&[
        LOCK,
        PYTHON,
        PYTEST,
        ALL,
        Given::Variable("VIRTUAL_ENV", "{dir}/.venv"),
    ]),
    Example::bash("pytest -q").given(&[
        LOCK,
        PYTHON,
        PYTEST,
        ALL,
        Given::Variable("VIRTUAL_ENV", "/opt/v"),
    ]),
    // Where PATH has none, the shell's environment is another than what can be seen of it.
    Example::bash("pytest -q").given(&[LOCK, PYTHON, PYTEST, UV_ONLY]),
    // A project without an environment may keep its packages in the system's, as images do.
    Example::bash("pytest -q").given(&[LOCK, ALL]),
    Example::bash("pytest -q").given(&[LOCK, PYTHON, ALL]),
    Example::bash("pytest").given(&[
        Given::File("requirements.txt", "pytest"),
        PYTHON,
        PYTEST,
        ALL,
    ]),
    Example::bash("pytest").given(&[
        Given::File("pyproject.toml", "[tool.uv]\npackage = false\n"),
        PYTHON,
        PYTEST,
        ALL,
    ]),
    Example::bash("python --version").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("pytest --version").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("python -c 'import json; print(1)'").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("python3 -m json.tool a.json").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("python3 -m venv .venv").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("python3 scripts/gen.py").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("docker run --rm app pytest -q").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("ssh host 'cd app && pytest'").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("git commit -m 'pytest -q'").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("cat > ci.sh <<'EOF'\npytest -q\nEOF").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("cd /elsewhere && pytest").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("check() { pytest -q; }").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("uv run pytest || pytest").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("make gen && pytest").given(&[
        LOCK,
        PYTHON,
        PYTEST,
        ALL,
        Given::Failed("Exit code 2"),
    ]),
    Example::bash("if [ -d tests ]; then pytest; fi").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("which pytest").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("uvx ruff check .").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("pytest").given(&[LOCK, UV_ONLY, NOT_FOUND]),
    // uv run installs nothing from such a list.
    Example::bash("pytest").given(&[
        LOCK,
        Given::File("requirements-dev.txt", "pytest\n"),
        UV_ONLY,
        NOT_FOUND,
    ]),
    // A folder below with packages of its own.
    Example::bash("pytest").given(&[
        TREE,
        LOCK,
        PYTHON,
        PYTEST,
        ALL,
        Given::File("old/requirements.txt", ""),
        Given::Cwd("{dir}/old"),
    ]),
    Example::bash("sudo pytest").given(&[LOCK, PYTHON, PYTEST, ALL]),
    Example::bash("pytest").given(&[
        Given::File("poetry.lock", ""),
        Given::File("poetry.toml", "[virtualenvs]\nin-project = false\n"),
        PYTHON,
        PYTEST,
        ALL,
    ]),
];
