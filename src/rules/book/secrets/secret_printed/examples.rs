//! Calls that document and test the rule.

use crate::rules::example::{Example, Given};

const SECRET: Given =
    Given::Output("kind: Secret\ndata:\n  password: aFQ3dmtxOTJMbVp4NFJi\n  user: YXBw\n");
const VALUE: Given = Given::Output("hT7vkq92LmZx4RbW8nQ3Pd5Yc6gKs8Zk9Wq7nT4xLm2\n");
const PAIRS: Given = Given::Output("PATH=/bin\nJIRA_TOKEN=hT7vkq92LmZx4RbW8nQ3Pd5Yc6gKs8\n");

pub(super) const HITS: &[Example] = &[
    Example::bash("jq . ~/.codex/auth.json")
        .given(&[Given::Output("{\"tokens\": {\"access_token\": \"hT7vkq92LmZx4RbW8nQ3\"}}\n")]),
    Example::bash("kubectl get secret db -o json | jq -r .data.password | base64 -d")
        .given(&[VALUE]),
    Example::bash("kubectl -n web get secret db -o yaml")
        .given(&[SECRET])
        .says("base64 hides nothing"),
    Example::bash(
        "kubectl get secret x -o jsonpath='{.data.password}' | base64 -d | head -c 40; echo",
    )
    .given(&[VALUE]),
    Example::bash("gcloud auth print-access-token").given(&[VALUE]).says("pass it on unseen"),
    Example::bash("docker exec app env").given(&[PAIRS]).says("list their names only"),
    Example::bash("docker exec web sh -c 'grep -rh _TOKEN /etc/default | head -5'")
        .given(&[PAIRS])
        .says("docker printed a secret"),
    Example::bash("cat ~/.kube/config")
        .given(&[Given::Output("users:\n- user:\n    token: hT7vkq92LmZx4RbW8nQ3Pd5Yc6gKs8\n")])
        .says("its passwords"),
    Example::bash("cat config/master.key")
        .given(&[Given::Output("9f8e7d6c5b4a392817069f8e7d6c5b4a\n")]),
    Example::bash("python3 -c 'import os; print(os.environ)'")
        .given(&[Given::Output("environ({'JIRA_TOKEN': 'hT7vkq92LmZx4RbW8nQ3Pd5Yc6gKs8'})\n")])
        .says("print their names only"),
    Example::bash("env | grep -i jira").given(&[PAIRS]),
    Example::bash("echo $DATABASE_URL")
        .given(&[Given::Output("postgres://app:Wq7nT4xLm2Zk9hT@db.acme.io/app\n")]),
    Example::bash("aws secretsmanager get-secret-value --secret-id db").given(&[Given::Output(
        "{\"Name\": \"db\", \"SecretString\": \"hT7vkq92LmZx4RbW8nQ3\"}\n",
    )]),
    Example::bash("cat .env").says("ask for one name with grep -q"),
    Example::bash("printenv").says("`bash -c 'compgen -e'`"),
    Example::bash("rg API_KEY .env.local").says("rg .env.local puts"),
    Example::bash("cd api && cat .env | sort").says("so they count as leaked"),
    Example::bash("cat .env.local")
        .given(&[Given::Output("DB_PASSWORD=hunter2hunter2\n")])
        .says("so they count as leaked: rotate them, and let the program load the file"),
    Example::bash("head -20 \"config/.env.local\" 2>/dev/null")
        .given(&[Given::Output("STRIPE_SECRET_KEY=9fK2mQ7vX4bT8nZ1\nPORT=3000")])
        .says("head .env.local puts"),
    Example::bash("cat ~/.ssh/id_ed25519")
        .given(&[Given::Output("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXkt\n")])
        .says("a private key"),
    Example::bash("printenv | sort")
        .given(&[Given::Output("HOME=/home/dev\nANTHROPIC_AUTH_TOKEN=9f8e7d6c5b4a39281706\n")])
        .says("list their names only"),
    Example::bash("env | grep -i token").says("list their names only"),
    Example::bash("sudo env").says("list their names only"),
    Example::bash("sudo cat .env"),
    Example::bash("set")
        .given(&[Given::Output("SHELL=/bin/bash\nGH_TOKEN=9f8e7d6c5b4a39281706\n")])
        .says("list their names only"),
    Example::bash("export -p | grep -E 'SECRET|KEY'"),
    Example::bash("echo $OPENAI_API_KEY").says("`[ -n \"${OPENAI_API_KEY:+x}\" ] && echo set`"),
    Example::bash("echo \"key: ${STRIPE_SECRET_KEY:-none}\"")
        .given(&[Given::Output("key: 9fK2mQ7vX4bT8nZ1")])
        .says("echo of $STRIPE_SECRET_KEY"),
    Example::bash("TOKEN=$(curl -s auth.acme.io | jq -r .token); echo $TOKEN")
        .says("${#TOKEN} shows its length"),
    Example::bash("printenv DATABASE_PASSWORD").says("printenv of $DATABASE_PASSWORD"),
    Example::bash("printenv API_KEY DB_PASSWORD")
        .given(&[Given::Output("9fK2mQ7vX4bT8nZ1\nhT7vkq92LmZx4RbW\n")])
        .says("printenv of $API_KEY and $DB_PASSWORD puts their values into the transcript: rotate them"),
    Example::bash("cat /proc/self/environ | tr '\\0' '\\n'")
        .given(&[PAIRS])
        .says("cat /proc/self/environ puts the values of all variables into the transcript"),
    Example::bash("cat ~/.aws/credentials").says("count as leaked"),
    Example::bash("cat ~/.netrc").says("its passwords"),
    Example::bash("gh auth token").says("passes it on unseen"),
    Example::bash("aws configure get aws_secret_access_key --profile ci")
        .says("aws sts get-caller-identity"),
    Example::bash("grep -v '^#' .env | head -40").says("grep .env puts"),
    Example::bash("sed -n '1,40p' .env"),
    Example::bash("bash -c 'cat .env'"),
    Example::bash("cat .env; exit 3")
        .given(&[Given::Failed("Exit code 3\nSESSION_SECRET=k3jh4kj5h6k7j8h9")]),
    Example::bash("ls -la && cat .env && git status").given(&[
        Given::Output("total 8\nDB_PASSWORD=hunter2hunter2\nOn branch main"),
        Given::Codex,
    ]),
    Example::read("/repo/.env").says("reading .env puts"),
    Example::read("/home/dev/.npmrc")
        .given(&[Given::Output("//registry.npmjs.org/:_authToken=9fK2mQ7vX4bT8nZ1cR6w")]),
];

pub(super) const MISSES: &[Example] = &[
    Example::bash("jq keys ~/.codex/auth.json").given(&[Given::Output("[\"tokens\"]\n")]),
    Example::bash("helm get values app").given(&[Given::Output("replicas: 2\n")]),
    Example::bash("kubectl get secrets -n web")
        .given(&[Given::Output("NAME TYPE DATA\ndb Opaque 2\n")]),
    Example::bash("kubectl describe secret db").given(&[Given::Output("password: 15 bytes\n")]),
    Example::bash(
        "AK=$(kubectl get secret x -o jsonpath='{.data.key}' | base64 -d)\ncurl -H \"X: $AK\" u",
    )
    .given(&[Given::Output("200\n")]),
    Example::bash("kubectl get secret x -o jsonpath='{.metadata.name}'")
        .given(&[Given::Output("x\n")]),
    Example::bash("kubectl get secret x -o yaml | kubeseal -o yaml > sealed.yaml").given(&[SECRET]),
    Example::bash("kubectl get secret x -o json | jq '.data | keys'")
        .given(&[Given::Output("[\"password\", \"user\"]\n")]),
    Example::bash("docker exec app env")
        .given(&[Given::Output("PATH=/bin\nNODE_ENV=production\n")]),
    Example::bash("docker exec app ls /etc").given(&[Given::Output("passwd\nshadow\n")]),
    Example::bash("node -e 'console.log(Object.keys(process.env))'")
        .given(&[Given::Output("['A_TOKEN']\n")]),
    Example::bash("python3 -c \"import os; print(os.environ.get('HOME'))\"").given(&[PAIRS]),
    Example::bash("cat ~/.kube/config")
        .given(&[Given::Output("apiVersion: v1\ncurrent-context: prod\n")]),
    Example::bash("echo $BASE_URL").given(&[Given::Output("https://api.acme.io/v1\n")]),
    Example::bash("gcloud auth list").given(&[Given::Output("me@acme.io\n")]),
    Example::bash("docker inspect app --format '{{.State.Status}}'")
        .given(&[Given::Output("running\n")]),
    Example::bash("cat .env.example"),
    Example::bash("grep -q API_KEY .env && echo set"),
    Example::bash("echo \"${API_KEY:+set}\""),
    Example::read("/repo/.env.example"),
    Example::bash("cat .env")
        .given(&[Given::Failed("Exit code 1\ncat: .env: No such file or directory")]),
    Example::bash("cat .env")
        .given(&[Given::Output("PORT=3000\nNODE_ENV=development\nLOG_LEVEL=debug")]),
    Example::read("/repo/.env").given(&[Given::Output("ENTIRE_LOCAL_DEV=1\n")]),
    Example::read("/repo/.env").given(&[Given::Failed("File does not exist.")]),
    Example::bash("cp .env.example .env && ls -la .env"),
    Example::bash("grep -o '^[A-Z_]*=' .env"),
    Example::bash("cat .env | cut -d= -f1"),
    Example::bash("sed 's/=.*/=***/' .env"),
    Example::bash("awk -F= '{print $1}' .env"),
    Example::bash("grep '^PORT=' .env"),
    Example::bash("export $(grep -v '^#' .env | xargs) && npm start"),
    Example::bash("set -a; source .env; set +a; npm test"),
    Example::bash("env FOO=1 make test"),
    Example::bash("env | grep -i entire"),
    Example::bash("env | cut -d= -f1 | sort"),
    Example::bash("env > /tmp/env.txt"),
    Example::bash("printenv PATH HOME"),
    Example::bash("echo \"$TOKENIZERS_PARALLELISM $KEYBOARD_LAYOUT $MONKEY $MAX_TOKENS\""),
    Example::bash("for KEY in a b c; do echo \"$KEY\"; done"),
    Example::bash("echo '$API_KEY must be set'"),
    Example::bash("echo \"token=$API_TOKEN\"").given(&[Given::Output("token=\n")]),
    Example::bash("echo \"${API_KEY:0:4}\""),
    Example::bash("cat > .env <<'EOF'\nAPI_KEY=abc\nEOF"),
    Example::bash("cat certs/fullchain.pem"),
    Example::bash("cat tests/fixtures/server.pem"),
    Example::bash("cat ~/.ssh/id_ed25519.pub"),
    Example::bash("cat internal/auth/credentials.go src/id_rsa.go"),
    Example::read("/repo/src/id_ed25519_test.go"),
    Example::bash("grep -rn 'process.env' src | head")
        .given(&[Given::Output("src/a.ts:1: process.env.API_KEY")]),
    Example::bash("echo \"$GITHUB_TOKEN\" | docker login ghcr.io -u me --password-stdin"),
    Example::bash("git log --oneline -- .env credentials"),
    Example::bash("printf '%s' \"${DEPLOY_KEY}\" > ~/.ssh/deploy && chmod 600 ~/.ssh/deploy"),
    Example::bash("git commit -m 'Do not cat .env'"),
    Example::bash("TOKEN=$(gh auth token) && curl -H \"Authorization: Bearer $TOKEN\" u"),
    Example::bash("aws configure get region"),
    Example::bash("cat .env").given(&[Given::Background]),
    Example::bash("ssh web cat /srv/.env"),
];
