//! Secrets written literally in a command.

mod literal_secret;
mod login;

use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Trigger};
use crate::shell::Command;
use literal_secret::MYSQL;

pub(crate) const RULE: Rule = Rule {
    id: "secret-on-cmdline",
    severity: Severity::Critical,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: None,
    summary: "a literal secret in a command",
    why: "A command is kept in the transcript and the shell's history, and is visible in the list of \
          processes; users report repeated rotations (anthropics/claude-code#56103, #43236, #62156).",
    lesson: None,
    trigger: Trigger::Any(&[
        // Whatever the program: the secret has a known form, or its name gives it away.
        Trigger::Command {
            programs: &[],
            subcommands: &[],
            signs: &[
                "sk-", "k_live_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "b_pat_", "glpat-", "xox", "AKIA",
                "ASIA", "AIza", "npm_", "pypi-", "hf_", "E KEY-", "://", "earer ", "PASS", "passw", "_KEY",
                "_key", "-key", "-Key", "TOKEN", "token", "SECRET", "secret", "assphrase", "sudo -S", "sudo --stdin", "chpasswd",
            ],
            check,
        },
        // Here only the option's letter gives it away.
        Trigger::Command {
            programs: &MYSQL,
            subcommands: &[],
            signs: &["-p"],
            check,
        },
        Trigger::Command {
            programs: &["sshpass", "mongosh"],
            subcommands: &[],
            signs: &["-p"],
            check,
        },
        Trigger::Command {
            programs: &["curl"],
            subcommands: &[],
            signs: &["-u", "-U", "uthorization: "],
            check,
        },
        Trigger::Command {
            programs: &["http", "https", "redis-cli"],
            subcommands: &[],
            signs: &[" -a ", "--auth"],
            check,
        },
        Trigger::Command {
            programs: &["docker", "podman", "helm", "az", "oc", "vault"],
            subcommands: &["login", "registry", "acr"],
            signs: &["login"],
            check,
        },
        Trigger::Command {
            programs: &["zip", "unzip", "sqlcmd"],
            subcommands: &[],
            signs: &["-P"],
            check,
        },
        Trigger::Command {
            programs: &["smbclient", "openssl", "keytool", "ldapsearch", "htpasswd"],
            subcommands: &[],
            signs: &["%", "pass", "-w", "-b", "-k"],
            check,
        },
    ]),
    better: None,
    needs: &[],
    // Each secret once: the user is to rotate it, not to hear of it again.
    repeat: Repeat { first: 1, every: u32::MAX, max: u32::MAX, gap: 0 },
    hits: &[
        Example::bash("sudo -S ls <<< hT7vkq92LmZx4Rb"),
        Example::bash("echo hT7vkq92LmZx4Rb | docker login -u ci --password-stdin reg.acme.io"),
        Example::bash("docker login -u ci -p hT7vkq92LmZx4Rb registry.acme.io").says("a password"),
        Example::bash("redis-cli -h redis.acme.io -a hT7vkq92LmZx4Rb ping").says("\"$REDISCLI_AUTH\""),
        Example::bash("echo hT7vkq92LmZx4Rb | sudo -S ls").says("a command of echo"),
        Example::bash("curl -d '{\"user\":\"u\",\"password\":\"hT7vkq92LmZx4Rb\"}' https://api.acme.io/login"),
        Example::bash("kubectl create secret generic x --from-literal=password=hT7vkq92LmZx4Rb"),
        Example::bash("docker run -e DB_PASSWORD=hT7vkq92LmZx4Rb acme/app"),
        Example::bash("helm upgrade app ./chart --set auth.password=hT7vkq92LmZx4Rb"),
        Example::bash("curl -H 'Authorization: Basic dXNlcjpoVDd2a3E5MkxtWng0UmI=' https://api.acme.io"),
        Example::bash("curl -H 'Authorization: Bearer sk-ant-api03-k2J9sLq0pWx7vB2nM4tR6yU1' https://api.x")
            .says("an Anthropic API key is now in the transcript, in a command of curl"),
        Example::bash("curl -H 'Authorization: Bearer 9fK2mQ7vX4bT8nZ1cR6wLq0pWx7v' https://api.acme.io/me")
            .says("an access token"),
        Example::bash("export OPENAI_API_KEY=sk-proj-k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF")
            .says("pass it as \"$OPENAI_API_KEY\" from the environment"),
        Example::bash("GH_TOKEN=ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh gh repo list").says("\"$GH_TOKEN\""),
        Example::bash("git clone https://ci:Tr0ub4dor-3@git.acme.io/app.git").says("a password in a URL"),
        Example::bash("psql 'postgresql://app:kV9xq2Lm@db.acme.io:5432/app' -c 'select 1'")
            .says("in a command of psql"),
        Example::bash("mysql -h db.acme.io -uapp -pkV9xq2Lm shop -e 'show tables'").says("\"$MYSQL_PWD\""),
        Example::bash("mysqldump --password=kV9xq2Lm shop > dump.sql").says("a password"),
        Example::bash("sshpass -p 'kV9xq2Lm' ssh ops@build.acme.io uptime").says("\"$SSHPASS\""),
        Example::bash("aws configure set aws_secret_access_key w7JqXr2tnF3MI0K7MD9Gb8xRf1CYz5uQ4eHk6sLa"),
        Example::bash("curl -H 'X-Api-Key: 9fK2mQ7vX4bT8nZ1cR6w' https://api.acme.io/v1/items")
            .says("a secret"),
        Example::bash(
            "npm config set //registry.npmjs.org/:_authToken npm_Zk3hJ8sLq0pWx7vB2nM4tR6yU1iO9aS5dF3g",
        )
        .says("an npm token"),
        Example::bash("echo 'GITLAB_TOKEN=glpat-x7Kq2mVt9RzW4bNc8LpJ' >> .env").says("a GitLab token"),
        Example::bash("cat > deploy/.env <<'EOF'\nHF=hf_qWmZkRtYpLsXcVbNgHjDfGaSeUiOw7k2Q\nEOF")
            .says("a Hugging Face token"),
        Example::bash(
            "ssh web 'curl -H \"Authorization: Bearer ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh\" u'",
        )
        .says("a GitHub token"),
        Example::bash("curl -su admin:kV9xq2Lm https://jenkins.acme.io/api/json"),
        Example::bash("GITHUB_TOKEN=ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh gh api user")
            .given(&[Given::Failed("Exit code 1\nHTTP 401: Bad credentials")]),
        Example::bash("AWS_ACCESS_KEY_ID=AKIA2E4QXJ7LMN5RTV3K aws s3 ls").given(&[Given::Codex]),
        Example::bash(
            "git remote set-url origin https://x-access-token:ghs_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh@github.com/a/b",
        ),
    ],
    misses: &[
        Example::bash("echo \"$PW\" | sudo -S -p '' apt update"),
        Example::bash("gh secret set API_KEY --body \"$API_KEY\""),
        Example::bash("gh pr comment 5 --body 'hT7vkq92LmZx4Rb'"),
        Example::bash("docker login -u ci -p \"$TOKEN\" ghcr.io"),
        Example::bash("echo \"$TOKEN\" | docker login -u ci --password-stdin ghcr.io"),
        Example::bash("redis-cli -h localhost -a kV9xq2Lm ping"),
        Example::bash("zip -r -P \"$PW\" a.zip b"),
        Example::bash("vault login -method=oidc role=dev-team-a"),
        Example::bash("echo yes | sudo -S true"),
        Example::bash("echo \"$PW\" | sudo -S ls"),
        Example::bash("echo 'kV9xq2Lm hello' | sudo tee /etc/motd"),
        Example::bash("openssl pkcs12 -in a.p12 -passin env:PW"),
        Example::bash("curl -d '{\"password\": \"kV9xq2Lm1\"}' http://localhost:8080/login"),
        Example::bash("curl -H 'Authorization: Basic <credentials>' https://api.acme.io"),
        Example::bash("http -a user:$PW https://api.acme.io"),
        Example::bash("htpasswd -b f admin password"),
        Example::bash("curl -H \"Authorization: Bearer $TOKEN\" u"),
        Example::bash("psql postgres://postgres:postgres@localhost/test"),
        Example::bash("aws configure set region us-east-1"),
        Example::bash("export OPENAI_API_KEY=sk-proj-your-key-goes-here-0123456789"),
        Example::bash("AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE aws s3 ls"),
        Example::bash("GITHUB_TOKEN=ghp_0123456789abcdefghijklmnopqrstuvwxyz gitleaks detect"),
        Example::bash("OPENAI_API_KEY=sk-proj-AbCdEfGhIjKlMnOpQrStUv0123456789 pytest"),
        Example::bash("git clone https://u:x-oauth-basic@github.com/a/b"),
        Example::bash("curl -u admin:abcdef98 https://api.acme.io"),
        Example::bash("rg ghp_"),
        Example::bash("grep -rE 'sk-ant-[a-zA-Z0-9_-]{20,}' ."),
        Example::bash("git commit -m 'Redact sk-ant- and ghp_ tokens'"),
        Example::bash("GITHUB_TOKEN=$(pass show github) gh repo list"),
        Example::bash("curl -H \"Authorization: token $(gh auth token)\" https://api.github.com/user"),
        Example::bash("git show 764802b0aa6c1bf1d1dbd2ba0b5a5fd0c1d2e3f4"),
        Example::bash("curl https://api.acme.io/items/550e8400-e29b-41d4-a716-446655440000"),
        Example::bash("DATABASE_URL=postgres://app:kV9xq2Lm@db:5432/app docker compose up -d"),
        Example::bash("docker run -e POSTGRES_PASSWORD=kV9xq2Lm! -d postgres:16"),
        Example::bash("git clone https://${USER}:${TOKEN}@github.com/a/b"),
        Example::bash("sed -E 's#://[^:]*:[^@]*@#://***@#' config"),
        Example::bash("GITSYNC_SOURCE_TOKEN=SUPERSECRET go run ./cmd/git-sync sync --help"),
        Example::bash(
            "cat > tests/redact.rs <<'EOF'\nassert!(is_secret(\"ghp_k2J9sLq0pWx7vB2nM4tR6yU1iO9aS5dF3gZh\"));\nEOF",
        ),
        Example::bash("python3 -c \"print(redact('ghp_0123456789abcdefghijklmnopqrstuvwxyz'))\""),
        Example::bash("mysql -h 127.0.0.1 -uroot -pkV9xq2Lm shop"),
        Example::bash("mysql -uroot -proot shop < schema.sql"),
        Example::bash(
            "curl -H 'Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.q8Zk3hJ8sLq0pWx7v' http://localhost:3000/me",
        ),
        Example::bash("aws iam delete-access-key --user-name ci --access-key-id AKIA2E4QXJ7LMN5RTV3K"),
        Example::bash("psql --password inventory -h db.acme.io"),
        Example::bash("npm install --save-dev npm_config_something_that_is_quite_a_long_name1"),
        Example::bash("echo -----BEGIN RSA PRIVATE KEY----- | grep -c PRIVATE"),
        Example::bash(
            "MAX_TOKENS=4096 TOKENIZERS_PARALLELISM=false CACHE_KEY=9fK2mQ7vX4bT8nZ1cR6w python3 train.py",
        ),
    ],
    since: "0.1.0",
};

fn check(case: &Case, command: &Command) -> Check<Finding> {
    let secret = literal_secret::first(case, command)?;
    let place = place_of(command);
    let kind = secret.kind;
    let advice = Advice::plain(match secret.variable {
        Some(name) if is_short_name(&name) => format!(
            "{kind} is now in the transcript, in {place}: rotate it, then pass it as \"${name}\" from the \
             environment or a file"
        ),
        _ => format!(
            "{kind} is now in the transcript, in {place}: rotate it, then pass it by the environment or a file"
        ),
    });
    // Only a hash of it, keyed with the session's id, is ever stored.
    Ok(Finding::new(advice).about(secret.text))
}

/// Whether the name of a variable fits into a sentence.
fn is_short_name(name: &str) -> bool {
    name.len() <= 28 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The command as a sentence names it.
fn place_of(command: &Command) -> String {
    let program = command.program.as_str();
    let is_short = program.len() <= 20
        && program.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+-".contains(&b));
    match program {
        "" => "an assignment".to_owned(),
        "export" => "an export".to_owned(),
        _ if is_short => format!("a command of {program}"),
        _ => "a command".to_owned(),
    }
}
