//! Calls that document and test the rule.

use crate::rules::example::{Example, Given};

const TREE: Given = Given::Branch("main");
const GHP: Given = Given::Output("TOKEN = \"ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh\"\n");
const ENV: Given =
    Given::Output("DEBUG=1\nGITHUB_TOKEN=ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh\n");
const IGNORE: Given = Given::File(".gitignore", "node_modules/\n.env\n.env.*\n/private/\n");
const KEY: Given = Given::Output(
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7k2J9sLq0pWx\n\
     7vB2nM4tR6yU1iO9aS5dF3gZh\n-----END PRIVATE KEY-----\n",
);

pub(super) const HITS: &[Example] = &[
    Example::write("{dir}/config.yaml")
        .given(&[TREE, Given::Output("db:\n  password: hT7vkq92LmZx4Rb\n")])
        .says("config.yaml, which git does not ignore"),
    Example::write("{dir}/appsettings.json")
        .given(&[
            TREE,
            Given::Output("{\"x\":\"Server=db.acme.io;User=sa;Password=hT7vkq92LmZx4Rb\"}\n"),
        ])
        .says("looks like a secret"),
    Example::write("{dir}/src/cfg.py")
        .given(&[TREE, GHP])
        .says("cfg.py, which git does not ignore, now holds what looks like a GitHub token"),
    Example::write("{dir}/src/cfg.py").given(&[TREE, GHP]).says("read it from the environment ($GITHUB_TOKEN)"),
    Example::write("{dir}/src/cfg.py")
        .given(&[Given::File("src/cfg.py", ""), Given::Tracked(&["src/cfg.py"]), IGNORE, GHP])
        .says("cfg.py, which git tracks, now holds"),
    Example::write("/r/src/cfg.py")
        .given(&[Given::Output("TOKEN='ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh'")])
        .says("cfg.py now holds what looks like a GitHub token"),
    Example::write("/r/deploy.sh")
        .given(&[Given::Output("export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI0K7MDENGbPxRfiCYzzzzzzzzzzz")])
        .says("deploy.sh now holds what looks like an AWS secret access key"),
    Example::write("{dir}/.env").given(&[TREE, ENV]).says(".env, which git does not ignore"),
    Example::write("{dir}/.env").given(&[TREE, ENV]).says("an entry in .gitignore keeps it out of commits"),
    Example::write("{dir}/.mcp.json")
        .given(&[
            TREE,
            IGNORE,
            Given::Output("{\"env\": {\"GITLAB_TOKEN\": \"glpat-x7Kq2mVt9RzW4bNc8LpJ\"}}"),
        ])
        .says("a GitLab token"),
    Example::write("{dir}/config/prod.yaml")
        .given(&[TREE, Given::Output("url: postgres://app:kV9xq2Lm@db.acme.io:5432/app\n")])
        .says("a password in a URL"),
    Example::write("{dir}/deploy/server.key").given(&[TREE, KEY]).says("a private key"),
    Example::write("{dir}/notebooks/llm.py")
        .given(&[TREE, Given::Output("client = Client(api_key=\"sk-ant-api03-k2J9sLq0pWx7vB2nM4tR6yU1\")\n")])
        .says("($ANTHROPIC_API_KEY)"),
    Example::tool(
        "Edit",
        r#"{"file_path":"{dir}/src/cfg.py","old_string":"TOKEN = ''","new_string":"TOKEN = 'ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh'"}"#,
    )
    .given(&[TREE])
    .says("a GitHub token"),
    Example::tool(
        "MultiEdit",
        r#"{"file_path":"{dir}/src/cfg.py","edits":[{"old_string":"a","new_string":"b"},{"old_string":"c","new_string":"KEY = \"hf_qWmZkRtYpLsXcVbNgHjDfGaSeUiOw7k2Q\""}]}"#,
    )
    .given(&[TREE])
    .says("a Hugging Face token"),
    Example::tool(
        "NotebookEdit",
        r#"{"notebook_path":"{dir}/a.ipynb","new_source":"t = 'glpat-x7Kq2mVt9RzW4bNc8LpJ'"}"#,
    )
    .given(&[TREE])
    .says("a GitLab token"),
];

pub(super) const MISSES: &[Example] = &[
    Example::write("{dir}/config.yaml")
        .given(&[TREE, Given::Output("password: ${DB_PASSWORD}\ntoken_file: /run/hT7vkq92LmZx4Rb\n")]),
    Example::write("{dir}/appsettings.Development.json")
        .given(&[TREE, Given::Output("{\"x\":\"Server=localhost;Password=hT7vkq92LmZx4Rb\"}\n")]),
    Example::write("{dir}/src/tokens.ts")
        .given(&[TREE, Given::Output("const password = 'hT7vkq92LmZx4Rb'\n")]),
    Example::write("/r/.env.example").given(&[Given::Output("TOKEN=your-token")]),
    Example::write("/r/ca.crt").given(&[Given::Output("-----BEGIN CERTIFICATE-----")]),
    Example::write("{dir}/.env").given(&[TREE, IGNORE, ENV]),
    Example::write("{dir}/.env.local").given(&[TREE, IGNORE, ENV]),
    Example::write("{dir}/private/cfg.py").given(&[TREE, IGNORE, GHP]),
    Example::write("{dir}/.env.example").given(&[TREE, ENV]),
    Example::write("{dir}/tests/test_redact.py").given(&[TREE, GHP]),
    Example::write("{dir}/src/cfg_test.go").given(&[TREE, GHP]),
    Example::write("{dir}/testdata/server.key").given(&[TREE, KEY]),
    Example::write("{dir}/docs/setup.md").given(&[TREE, GHP]),
    Example::write("{dir}/src/redact.rs").given(&[TREE, GHP]),
    Example::write("{dir}/src/lib.rs").given(&[
        TREE,
        Given::Output("#[cfg(test)]\nmod tests {\n    const T: &str = \"ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh\";\n}\n"),
    ]),
    Example::write("{dir}/src/scan.py").given(&[
        TREE,
        Given::Output("P = r'ghp_[A-Za-z0-9]{36}'\nS = 'ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh'\n"),
    ]),
    Example::write("{dir}/src/cfg.py")
        .given(&[TREE, Given::Output("# for example:\nT = 'ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh'\n")]),
    Example::write("{dir}/src/cfg.py").given(&[TREE, Given::Output("KEY = 'AKIAIOSFODNN7EXAMPLE'\n")]),
    Example::write("{dir}/src/cfg.py").given(&[TREE, Given::Output("TOKEN = 'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'\n")]),
    Example::write("{dir}/src/cfg.py").given(&[TREE, Given::Output("TOKEN = os.environ['GITHUB_TOKEN']\n")]),
    Example::write("{dir}/src/pay.py").given(&[TREE, Given::Output("key = 'sk_test_4eC39HqLyjWDarjtT1zdp7dc'\n")]),
    Example::write("{dir}/src/auth.js").given(&[
        TREE,
        Given::Output("const t = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c'\n"),
    ]),
    Example::write("{dir}/web/firebase.ts").given(&[
        TREE,
        Given::Output("export const c = { apiKey: 'AIzaSyk2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3', authDomain: 'a.b' }\n"),
    ]),
    Example::write("{dir}/package-lock.json").given(&[
        TREE,
        Given::Output("{\"integrity\": \"sha512-k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZhk2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZhAA==\"}"),
    ]),
    Example::write("{dir}/src/ids.py")
        .given(&[TREE, Given::Output("token = '550e8400-e29b-41d4-a716-446655440000'\nsha = '764802b0aa6c1bf1d1dbd2ba0b5a5fd0c1d2e3f4'\n")]),
    Example::write("{dir}/compose.yaml").given(&[TREE, Given::Output("url: postgres://postgres:postgres@db:5432/app\n")]),
    Example::write("{dir}/id_ed25519.pub").given(&[TREE, Given::Output("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIk2J9sLq0pWx7vB2nM4tR6yU1iO9 a@b\n")]),
    Example::write("/tmp/scratch/try.py").given(&[GHP]),
    Example::write("{dir}/secrets/prod.py")
        .given(&[TREE, Given::File(".gitattributes", "/secrets/** filter=git-crypt diff=git-crypt\n"), GHP]),
    Example::write("{dir}/e2e/login.ts").given(&[TREE, GHP]),
    Example::write("{dir}/tests/fixtures/.env").given(&[TREE, ENV]),
    Example::write("{dir}/src/cfg.py").given(&[
        TREE,
        Given::Output("T = 'ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh'  # pragma: allowlist secret\n"),
    ]),
    Example::write("{dir}/.env.production")
        .given(&[TREE, Given::Output("VITE_MAP_KEY=AIzaSyk2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3\n")]),
    Example::write("{dir}/config/prod.yaml")
        .given(&[TREE, Given::Output("url: postgres://app:P@ssw0rd@db.acme.io/app\n")]),
    Example::write("/root/.config/tool/hosts.yml").given(&[GHP]),
    Example::write("/r/credentials.json").given(&[GHP]),
    Example::write("{dir}/src/cfg.py").given(&[TREE, GHP, Given::Failed("EACCES: permission denied")]),
    Example::tool(
        "Edit",
        r#"{"file_path":"{dir}/src/cfg.py","old_string":"T='ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh'","new_string":"TOKEN='ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh'"}"#,
    )
    .given(&[TREE]),
    Example::tool(
        "Edit",
        r#"{"file_path":"{dir}/src/cfg.py","old_string":"x","new_string":"T='ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh'"}"#,
    )
    .given(&[TREE, Given::Output("\"originalFile\":\"x\\nT='ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh'\\n\"")]),
    Example::tool(
        "Edit",
        r#"{"file_path":"{dir}/src/cfg.py","old_string":"T='ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh'","new_string":"T=os.environ['T']"}"#,
    )
    .given(&[TREE]),
];
