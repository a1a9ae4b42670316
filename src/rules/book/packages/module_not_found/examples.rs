//! Calls that document and test the rule.

use crate::rules::example::{Example, Given};

const LOCK: Given = Given::File("uv.lock", "version = 1\n");
const HTTPX: Given =
    Given::File("pyproject.toml", "[project]\nname = 'a'\ndependencies = ['httpx>=0.27']\n");
const POETRY: Given =
    Given::File("pyproject.toml", "[tool.poetry.dependencies]\nhttpx = '^0.27'\n");
const LISTED: Given = Given::File("requirements.txt", "# web\nhttpx==0.27.0\nPyYAML\n");
const PYTHON: Given = Given::Executable(".venv/bin/python");
const INSTALLED: Given = Given::File(".venv/lib/python3.12/site-packages/httpx/__init__.py", "");
const ALL: Given = Given::Programs(&[
    "uv", "poetry", "pdm", "npm", "pnpm", "yarn", "node", "python", "python3", "rg",
]);
const NO_HTTPX: Given = Given::Failed(
    "Exit code 1\nTraceback (most recent call last):\n  File \"app.py\", line 1, in <module>\n    import httpx\n\
     ModuleNotFoundError: No module named 'httpx'",
);
const NO_MYAPP: Given =
    Given::Failed("Exit code 2\nE   ModuleNotFoundError: No module named 'myapp'");
const EXPRESS: Given = Given::File(
    "package.json",
    r#"{"dependencies":{"express":"^4"},"devDependencies":{"@a/b":"1"}}"#,
);
const NPM: Given = Given::File("package-lock.json", r#"{"packages":{"node_modules/express":{}}}"#);
const NO_EXPRESS: Given = Given::Failed(
    "Exit code 1\nnode:internal/modules/cjs/loader:1228\n  throw err;\n  ^\n\nError: Cannot find module 'express'\n\
     Require stack:\n- /a/app.js",
);

pub(super) const HITS: &[Example] = &[
    Example::bash("python app.py")
        .given(&[HTTPX, LOCK, ALL, NO_HTTPX])
        .says("httpx is in pyproject.toml, but not installed for the Python that ran: `uv run python app.py`"),
    Example::bash("python app.py")
        .given(&[HTTPX, LOCK, PYTHON, INSTALLED, ALL, NO_HTTPX])
        .says("httpx is installed in .venv, and this ran with the Python on PATH: `uv run python app.py`"),
    Example::bash("DEBUG=1 python app.py")
        .given(&[HTTPX, LOCK, PYTHON, INSTALLED, ALL, NO_HTTPX])
        .says("this ran with the Python on PATH: run it with .venv/bin/python"),
    Example::bash("python app.py").given(&[LISTED, PYTHON, INSTALLED, ALL, NO_HTTPX]).says("`.venv/bin/python app.py`"),
    Example::bash("cd api && python -m api.main --port 8000")
        .given(&[
            Given::File("api/requirements.txt", "httpx"),
            Given::Executable("api/venv/bin/python"),
            Given::File("api/venv/lib/python3.11/site-packages/httpx/__init__.py", ""),
            ALL,
            NO_HTTPX,
        ])
        .says("`cd api && venv/bin/python -m api.main --port 8000`"),
    Example::bash("python3 -m pytest -q")
        .given(&[
            Given::File("pyproject.toml", "[project]\nname = 'a'\n[dependency-groups]\ndev = [\n  \"pytest>=8\",\n]\n"),
            LOCK,
            ALL,
            Given::Failed("Exit code 1\n/usr/bin/python3: No module named pytest"),
        ])
        .says("`uv run python3 -m pytest -q`"),
    Example::bash("uv run pytest -q")
        .given(&[
            Given::File("pyproject.toml", "[project.optional-dependencies]\ntest = ['httpx']\n"),
            LOCK,
            ALL,
            NO_HTTPX,
        ])
        .says("in an extra that uv run leaves out unasked: `uv run --extra test pytest -q`"),
    Example::bash(".venv/bin/python app.py")
        .given(&[HTTPX, LOCK, PYTHON, ALL, NO_HTTPX])
        .says("httpx is in pyproject.toml, but not installed in .venv: `uv sync`"),
    Example::bash("source .venv/bin/activate && python app.py")
        .given(&[LISTED, PYTHON, Given::Executable(".venv/bin/pip"), ALL, NO_HTTPX])
        .says("`.venv/bin/pip install -r requirements.txt`"),
    Example::bash("poetry run python app.py")
        .given(&[POETRY, Given::File("poetry.lock", ""), ALL, NO_HTTPX])
        .says("`poetry install`"),
    Example::bash("python app.py")
        .given(&[POETRY, Given::File("poetry.lock", ""), ALL, NO_HTTPX])
        .says("`poetry run python app.py`"),
    Example::bash("python load.py")
        .given(&[LISTED, ALL, Given::Failed("Exit code 1\nModuleNotFoundError: No module named 'yaml'")])
        .says("yaml is in requirements.txt, but not installed for the Python that ran, and the project has no .venv: make one with its packages"),
    Example::bash("pytest")
        .given(&[
            Given::File("pyproject.toml", "[project]\nname = 'myapp'\n"),
            Given::File("src/myapp/__init__.py", ""),
            ALL,
            NO_MYAPP,
        ])
        .says("myapp is a module of the project, in a folder that this Python does not search: `PYTHONPATH=src pytest`"),
    Example::bash("pytest")
        .given(&[
            Given::File("pyproject.toml", "[project]\nname = 'myapp'\n[build-system]\nrequires = []\n"),
            LOCK,
            Given::File("src/myapp/__init__.py", ""),
            ALL,
            NO_MYAPP,
        ])
        .says("`uv run pytest`"),
    Example::bash("python scripts/seed.py --all")
        .given(&[LISTED, Given::File("myapp/__init__.py", ""), ALL, NO_MYAPP])
        .says("`PYTHONPATH=. python scripts/seed.py --all`"),
    Example::bash("pytest tests")
        .given(&[
            LISTED,
            Given::File("src/db.py", ""),
            ALL,
            Given::Failed("Exit code 2\nE   ModuleNotFoundError: No module named 'src'"),
        ])
        .says("`PYTHONPATH=. pytest tests`"),
    Example::bash("python3.12 app.py")
        .given(&[HTTPX, LOCK, ALL, NO_HTTPX])
        .says("not installed for the Python that ran: run it with uv run"),
    Example::bash("python app.py")
        .given(&[
            Given::Branch("main"),
            LOCK,
            PYTHON,
            INSTALLED,
            ALL,
            Given::File("pyproject.toml", "[tool.uv.workspace]\nmembers = ['libs/*']\n"),
            Given::File("libs/a/pyproject.toml", "[project]\ndependencies = ['httpx']\n"),
            Given::Cwd("{dir}/libs/a"),
            NO_HTTPX,
        ])
        .says("httpx is installed in .venv, and this ran with the Python on PATH: `uv run python app.py`"),
    Example::bash("node app.js")
        .given(&[EXPRESS, NPM, ALL, NO_EXPRESS])
        .says("express is in package.json, but there is no node_modules: `npm ci`"),
    Example::bash("node app.js")
        .given(&[EXPRESS, NPM, Given::File("node_modules/left-pad/package.json", "{}"), ALL, NO_EXPRESS])
        .says("express is in package.json, but not in node_modules: `npm install`"),
    Example::bash("npm test")
        .given(&[
            EXPRESS,
            Given::File("pnpm-lock.yaml", "packages:\n  '@a/b@1.0.0':\n"),
            ALL,
            Given::Failed("Exit code 2\nsrc/a.ts(1,20): error TS2307: Cannot find module '@a/b/x' or its corresponding type declarations."),
        ])
        .says("`pnpm install --frozen-lockfile`"),
    Example::bash("node app.js")
        .given(&[
            EXPRESS,
            Given::File("yarn.lock", ""),
            ALL,
            Given::Failed("Exit code 1\nError [ERR_MODULE_NOT_FOUND]: Cannot find package 'express' imported from /a/app.js"),
        ])
        .says("`yarn install`"),
    Example::bash("node app.js")
        .given(&[EXPRESS, NPM, NO_EXPRESS])
        .says("install with npm, which is not on PATH here"),
];

pub(super) const MISSES: &[Example] = &[
    Example::bash("pytest").given(&[HTTPX, LOCK, ALL, Given::Failed("Exit code 1\nAssertionError")]),
    Example::bash("python -c 'import x'").given(&[
        HTTPX,
        LOCK,
        ALL,
        Given::Failed("Exit code 1\nModuleNotFoundError"),
    ]),
    Example::bash("python -c 'import httpx'").given(&[HTTPX, LOCK, ALL, NO_HTTPX]),
    Example::bash("python app.py").given(&[LOCK, ALL, NO_HTTPX]),
    Example::bash("python app.py").given(&[ALL, NO_HTTPX]),
    Example::bash("uv run python app.py").given(&[HTTPX, LOCK, ALL, NO_HTTPX]),
    Example::bash("uv run --no-sync pytest").given(&[
        Given::File("pyproject.toml", "[project.optional-dependencies]\ntest = ['httpx']\n"),
        LOCK,
        ALL,
        NO_HTTPX,
    ]),
    Example::bash(".venv/bin/python app.py").given(&[HTTPX, LOCK, PYTHON, INSTALLED, ALL, NO_HTTPX]),
    Example::bash("/opt/tools/bin/python app.py").given(&[HTTPX, LOCK, ALL, NO_HTTPX]),
    Example::bash("source /opt/venv/bin/activate && python app.py").given(&[HTTPX, LOCK, ALL, NO_HTTPX]),
    Example::bash("python app.py").given(&[
        HTTPX,
        LOCK,
        ALL,
        NO_HTTPX,
        Given::Variable("VIRTUAL_ENV", "/opt/v"),
    ]),
    Example::bash("docker compose run app python app.py").given(&[HTTPX, LOCK, ALL, NO_HTTPX]),
    Example::bash("ssh host python app.py").given(&[HTTPX, LOCK, ALL, NO_HTTPX]),
    Example::bash("docker compose exec app true && python app.py").given(&[HTTPX, LOCK, ALL, NO_HTTPX]),
    Example::bash("make test").given(&[HTTPX, LOCK, ALL, NO_HTTPX]),
    Example::bash("python a.py; python b.py").given(&[HTTPX, LOCK, ALL, NO_HTTPX]),
    Example::bash("cat log.txt; false").given(&[HTTPX, LOCK, ALL, NO_HTTPX]),
    Example::bash("python app.py").given(&[
        HTTPX,
        LOCK,
        ALL,
        Given::Failed("Exit code 1\nModuleNotFoundError: No module named 'httpx._api'"),
    ]),
    Example::bash("python app.py").given(&[
        Given::File("pyproject.toml", "[project]\ndependencies = [\"tomli; python_version < '3.11'\"]\n"),
        LOCK,
        ALL,
        Given::Failed("Exit code 1\nModuleNotFoundError: No module named 'tomli'"),
    ]),
    Example::bash("pytest").given(&[
        HTTPX,
        LOCK,
        ALL,
        Given::Failed("Exit code 1\nE   AssertionError: assert \"No module named 'httpx'\" in ''"),
    ]),
    // The working directory is searched with -m: the module is there, and something else is amiss.
    Example::bash("python -m scripts.seed").given(&[
        LISTED,
        Given::File("myapp/__init__.py", ""),
        ALL,
        NO_MYAPP,
    ]),
    Example::bash("PYTHONPATH=lib pytest").given(&[
        LISTED,
        Given::File("src/myapp/__init__.py", ""),
        ALL,
        NO_MYAPP,
    ]),
    Example::bash("pytest").given(&[LISTED, Given::File("src/myapp/README.md", ""), ALL, NO_MYAPP]),
    Example::bash("python app.py").given(&[HTTPX, Given::File("httpx/__init__.py", ""), LOCK, ALL, NO_HTTPX]),
    Example::bash("node app.js").given(&[
        EXPRESS,
        NPM,
        ALL,
        Given::Failed("Exit code 1\nError: Cannot find module './lib/a'"),
    ]),
    Example::bash("node app.js").given(&[
        EXPRESS,
        NPM,
        ALL,
        Given::Failed("Exit code 1\nError: Cannot find module 'koa'"),
    ]),
    Example::bash("node app.js").given(&[
        EXPRESS,
        NPM,
        Given::File("node_modules/express/package.json", "{}"),
        ALL,
        NO_EXPRESS,
    ]),
    Example::bash("node /srv/other/app.js").given(&[EXPRESS, NPM, ALL, NO_EXPRESS]),
    Example::bash("node app.js").given(&[
        EXPRESS,
        Given::File("yarn.lock", ""),
        Given::File(".pnp.cjs", ""),
        ALL,
        NO_EXPRESS,
    ]),
    Example::bash("npm --prefix web test").given(&[EXPRESS, NPM, ALL, NO_EXPRESS]),
    Example::bash("docker run --rm app node app.js").given(&[EXPRESS, NPM, ALL, NO_EXPRESS]),
    Example::bash("node app.js").given(&[EXPRESS, ALL, NO_EXPRESS]),
    Example::bash("npm install && node app.js").given(&[EXPRESS, NPM, ALL, NO_EXPRESS]),
    // uv installs nothing from that list.
    Example::bash("python app.py").given(&[LISTED, LOCK, ALL, NO_HTTPX]),
    // It was tried and done without.
    Example::bash("python app.py").given(&[
        HTTPX,
        LOCK,
        ALL,
        Given::Failed(
            "Exit code 1\nTraceback (most recent call last):\nModuleNotFoundError: No module named 'httpx'\n\n\
             During handling of the above exception, another exception occurred:\n\nRuntimeError: no client",
        ),
    ]),
    Example::bash("pytest").given(&[
        Given::File("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = ['src']\n"),
        Given::File("src/myapp/__init__.py", ""),
        ALL,
        NO_MYAPP,
    ]),
    Example::bash("pytest").given(&[
        LISTED,
        Given::File("src/myapp/__init__.py", ""),
        ALL,
        NO_MYAPP,
        Given::Variable("PYTHONPATH", "lib"),
    ]),
];
