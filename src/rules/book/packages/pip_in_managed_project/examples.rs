//! Calls of pip in a project of another manager, and calls that resemble them.

use crate::rules::example::{Example, Given};

const UV: Given = Given::File("uv.lock", "version = 1\n");
const ALL: Given = Given::Programs(&["uv", "poetry", "pdm", "pipenv", "pip", "rg"]);
const DECLARED: Given = Given::File(
    "pyproject.toml",
    "[project]\nname = 'a'\ndependencies = ['httpx', 'rich']\n[project.optional-dependencies]\npdf = ['pypdf']\n\
     [dependency-groups]\ndev = ['pytest']\ndocs = ['mkdocs']\n",
);

pub(super) const HITS: &[Example] = &[
    Example::bash("pip install requests")
        .given(&[UV, ALL])
        .says("uv keeps the packages of this project (uv.lock): `uv add requests`"),
    Example::bash("source .venv/bin/activate && pip3 install httpx")
        .given(&[UV, ALL])
        .says("`uv add httpx`"),
    Example::bash("python -m pip install -q 'httpx>=0.27' rich")
        .given(&[UV, ALL])
        .says("`uv add 'httpx>=0.27' rich`"),
    Example::bash("pip uninstall -y requests").given(&[UV, ALL]).says("`uv remove requests`"),
    Example::bash("pip install pandas")
        .given(&[Given::File("poetry.lock", ""), ALL])
        .says("poetry keeps the packages of this project (poetry.lock): `poetry add pandas`"),
    Example::bash("pip install pandas")
        .given(&[Given::File("pdm.lock", ""), ALL])
        .says("`pdm add pandas`"),
    Example::bash("pip install pandas")
        .given(&[Given::File("Pipfile.lock", "{}"), ALL])
        .says("`pipenv install pandas`"),
    Example::bash("pip install pandas")
        .given(&[
            Given::File(
                "pyproject.toml",
                "[project]\nname = 'a'\n\n[tool.uv]\ndev-dependencies = []\n",
            ),
            ALL,
        ])
        .says("uv keeps the packages of this project (pyproject.toml)"),
    Example::bash("pip install -e .")
        .given(&[UV, ALL])
        .says("pip ignores uv.lock, so versions may differ from it: `uv sync`"),
    Example::bash("pip install -e '.[pdf]'")
        .given(&[UV, DECLARED, ALL])
        .says("`uv sync --extra pdf`"),
    Example::bash("pip install -e '.[docs,dev]'")
        .given(&[UV, DECLARED, ALL])
        .says("`uv sync --group docs`"),
    Example::bash("pip install -e '.[nosuch]'")
        .given(&[UV, DECLARED, ALL])
        .says("so versions may differ from it: use uv sync"),
    Example::bash("pip install -e ../lib")
        .given(&[UV, DECLARED, ALL])
        .says("`uv add --editable ../lib`"),
    Example::bash("pip install httpx pytest").given(&[UV, DECLARED, ALL]).says("`uv sync`"),
    Example::bash("pip install mkdocs").given(&[UV, DECLARED, ALL]).says("`uv sync --group docs`"),
    Example::bash("pip install pytest-cov ruff")
        .given(&[UV, DECLARED, ALL])
        .says("`uv add --dev pytest-cov ruff`"),
    Example::bash("pip install pytest")
        .given(&[Given::File("poetry.lock", ""), ALL])
        .says("`poetry add --group dev pytest`"),
    Example::bash("pip install ./dist/x-1.0-py3-none-any.whl")
        .given(&[UV, ALL])
        .says("`uv add ./dist/x-1.0-py3-none-any.whl`"),
    Example::bash("pip install -U httpx").given(&[UV, DECLARED, ALL]).says("`uv sync -P httpx`"),
    Example::bash("python3.12 -m pip install requests").given(&[UV, ALL]).says("`uv add requests`"),
    Example::bash(".venv/bin/pip install requests").given(&[UV, ALL]).says("`uv add requests`"),
    Example::bash("uv run pip install requests").given(&[UV, ALL]).says("`uv add requests`"),
    Example::bash("pip install requests pytest")
        .given(&[UV, ALL])
        .says("so other machines lack the package: use uv add"),
    Example::bash("pip uninstall -y --log x requests")
        .given(&[UV, ALL])
        .says("the next sync brings it back: use uv remove"),
    Example::bash("pip uninstall -y requests")
        .given(&[UV])
        .says("take the package out of pyproject.toml too"),
    Example::bash("pip install -e .").given(&[UV]).says("so check those that matter"),
    Example::bash("pip install --upgrade requests")
        .given(&[UV, ALL])
        .says("pip does not change uv.lock, so other machines lack the package: use uv add"),
    Example::bash("pip install requests")
        .given(&[UV])
        .says("name the package in pyproject.toml too"),
    Example::bash("cd api && pip install requests")
        .given(&[Given::File("api/uv.lock", ""), ALL])
        .says("`cd api && uv add requests`"),
    Example::bash("pip install requests")
        .given(&[UV, ALL, Given::Failed("Exit code 1\nerror: externally-managed-environment")])
        .says("`uv add requests`"),
];

pub(super) const MISSES: &[Example] = &[
    Example::bash("uv pip install requests").given(&[UV, ALL]),
    Example::bash("pip install requests").given(&[Given::File("requirements.txt", ""), ALL]),
    Example::bash("pip install requests")
        .given(&[Given::File("pyproject.toml", "[project]\nname = 'a'\n[tool.uvicorn]\n"), ALL]),
    Example::bash("echo 'pip install x'").given(&[UV, ALL]),
    Example::bash("pip list").given(&[UV, ALL]),
    Example::bash("sudo pip install requests").given(&[UV, ALL]),
    Example::bash("pip install requests").given(&[UV, ALL, Given::Codex]),
    Example::bash("pip install --user requests").given(&[UV, ALL]),
    Example::bash("pip install awscli").given(&[UV, ALL]),
    Example::bash("uv run pytest -k 'a pip install'").given(&[UV, ALL]),
    Example::bash("uv run pip list; echo pip install x").given(&[UV, ALL]),
    Example::bash("pip --version").given(&[UV, ALL]),
    Example::bash("pip install --help").given(&[UV, ALL]),
    Example::bash("pip install uv").given(&[UV, ALL]),
    Example::bash("pip install --upgrade pip").given(&[UV, ALL]),
    Example::bash("/opt/tools/.venv/bin/pip install requests").given(&[UV, ALL]),
    Example::bash("source /tmp/venv/bin/activate && pip install requests").given(&[UV, ALL]),
    Example::bash("python3 -m venv /tmp/v && . /tmp/v/bin/activate && pip install requests")
        .given(&[UV, ALL]),
    Example::bash("pip install --target /tmp/lib requests").given(&[UV, ALL]),
    Example::bash("pip install -r docs/requirements.txt").given(&[UV, ALL]),
    Example::bash("pip install requests").given(&[UV, Given::File("poetry.lock", ""), ALL]),
    Example::bash("docker run --rm python pip install requests").given(&[UV, ALL]),
    Example::bash("ssh host 'pip install requests'").given(&[UV, ALL]),
    Example::bash("cat > Dockerfile <<'EOF'\nRUN pip install requests\nEOF").given(&[UV, ALL]),
    Example::bash("python -c 'import pip' && python -m pip list").given(&[UV, ALL]),
    Example::bash("conda activate x && pip install requests").given(&[UV, ALL]),
    Example::bash("f() { pip install requests; }").given(&[UV, ALL]),
    Example::bash("cd /elsewhere && pip install requests").given(&[UV, ALL]),
    Example::bash("grep -rn 'pip install' docs").given(&[UV, ALL]),
];
