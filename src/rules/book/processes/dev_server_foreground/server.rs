//! The commands that start a server.

use crate::project::runner;
use crate::shell::options::Spec;
use crate::shell::{Command, Word, options};

/// Programs that start servers in ways of their own.
#[rustfmt::skip]
const BY_FORM: [&str; 16] = [
    "npm", "pnpm", "yarn", "bun", "python", "python3", "uv", "poetry", "pdm", "pipenv", "hatch", "php", "docker",
    "podman", "docker-compose", "deno",
];

/// Programs that only start another one, which is judged in their place.
const STARTERS: [&str; 5] = ["npx", "bunx", "uvx", "bundle", "mise"];

const NAMED: usize = BY_FORM.len() + STARTERS.len() + ALWAYS.len();

/// Every program that may start a server.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
pub(super) const PROGRAMS: [&str; NAMED + BY_WORD.len()] = {
    let mut names = [""; NAMED + BY_WORD.len()];
    let mut at = 0;
    while at < names.len() {
        let (starter, always) = (BY_FORM.len(), BY_FORM.len() + STARTERS.len());
        names[at] = if at < starter {
            BY_FORM[at]
        } else if at < always {
            STARTERS[at - starter]
        } else if at < NAMED {
            ALWAYS[at - always]
        } else {
            BY_WORD[at - NAMED].0
        };
        at += 1;
    }
    names
};

/// A command that starts a server contains one of these words, unless its program always does.
pub(super) const SIGNS: &[&str] = &[
    "dev",
    "start",
    "serve",
    "preview",
    "vite",
    "server",
    "-S",
    "run",
    "up",
    "lab",
    "notebook",
    "storybook",
    "port-forward",
    "proxy",
    "phx.",
    "astro",
    "rails",
    "jekyll",
    "ng s",
    "sidekiq",
    "puma",
    "unicorn",
    "rackup",
    "worker",
    " beat",
    "flower",
    " ui",
    "scheduler",
    "standalone",
    "studio",
    " local",
    "agent",
    "bootRun",
];

/// Programs that serve whatever their words are, unless one of [`ASKS`] is among them.
pub(super) const ALWAYS: &[&str] = &[
    "http-server",
    "serve",
    "live-server",
    "json-server",
    "webpack-dev-server",
    "uvicorn",
    "gunicorn",
    "hypercorn",
    "redis-server",
    "start-storybook",
    "ngrok",
    "mongod",
    "mysqld",
    "postgres",
    "sidekiq",
    "tensorboard",
    "nats-server",
    "etcd",
    "minio",
    "puma",
    "unicorn",
    "rackup",
    "daphne",
    "granian",
    "hivemind",
    "jupyter-lab",
    "jupyter-notebook",
    "browser-sync",
    "kafka-server-start.sh",
    "rabbitmq-server",
    "prometheus",
];

/// Programs with the first words by which they serve.
const BY_WORD: &[(&str, &[&str])] = &[
    ("next", &["dev", "start"]),
    ("nuxt", &["dev", "preview"]),
    ("nuxi", &["dev", "preview"]),
    ("vite", &["dev", "serve", "preview"]),
    ("astro", &["dev", "preview"]),
    ("ng", &["serve", "s"]),
    ("remix", &["dev"]),
    ("gatsby", &["develop", "serve"]),
    ("vue-cli-service", &["serve"]),
    ("storybook", &["dev"]),
    ("webpack", &["serve"]),
    ("rails", &["s", "server"]),
    ("flask", &["run"]),
    ("fastapi", &["dev", "run"]),
    ("streamlit", &["run"]),
    ("jupyter", &["notebook", "lab"]),
    ("mkdocs", &["serve"]),
    ("hugo", &["server", "serve"]),
    ("jekyll", &["serve", "s"]),
    ("wrangler", &["dev"]),
    ("trunk", &["serve"]),
    ("caddy", &["run", "file-server"]),
    ("mix", &["phx.server"]),
    ("kubectl", &["port-forward", "proxy"]),
    ("manage.py", &["runserver"]),
    ("django-admin", &["runserver"]),
    ("deno", &["serve"]),
    ("nx", &["serve"]),
    ("turbo", &["dev"]),
    ("vercel", &["dev"]),
    ("netlify", &["dev"]),
    ("expo", &["start"]),
    ("firebase", &["emulators:start", "serve"]),
    ("ollama", &["serve"]),
    ("celery", &["worker", "beat", "flower"]),
    ("mlflow", &["ui", "server"]),
    ("gradle", &["bootRun"]),
    ("gradlew", &["bootRun"]),
    ("mvn", &["spring-boot:run"]),
    ("mvnw", &["spring-boot:run"]),
    ("rq", &["worker"]),
    ("airflow", &["webserver", "scheduler", "standalone", "api-server"]),
    ("foreman", &["start"]),
    ("overmind", &["start", "s"]),
    ("honcho", &["start"]),
    ("prisma", &["studio"]),
    ("drizzle-kit", &["studio"]),
    ("sam", &["local"]),
    ("localstack", &["start"]),
    ("strapi", &["develop", "dev", "start"]),
    ("vitepress", &["dev", "preview"]),
    ("docusaurus", &["start", "serve"]),
    ("zola", &["serve"]),
    ("consul", &["agent"]),
    ("vault", &["server"]),
    ("temporal", &["server"]),
    ("dagster", &["dev"]),
    ("chainlit", &["run"]),
    ("litestar", &["run"]),
    ("tauri", &["dev"]),
    ("mintlify", &["dev"]),
];

/// Names of a package's scripts that serve. Only the name is known, not what the script does.
const SCRIPTS: [&str; 5] = ["dev", "serve", "preview", "start", "storybook"];

/// Words with which a server only prints something about itself, or ends.
const ASKS: [&str; 14] = [
    "--initialize",
    "--config-check",
    "--list",
    "--help",
    "-h",
    "--version",
    "-V",
    "-v",
    "--check",
    "--dry-run",
    "help",
    "stop",
    "list",
    "--generate-config",
];

/// Words with which a server detaches from the shell. To others the same letters mean something
/// else: the folder of `http.server -d`, the drafts of `hugo server -D`.
const DETACHES: &[(&str, &[&str])] = &[
    ("gunicorn", &["-D", "--daemon"]),
    ("hypercorn", &["-D", "--daemon"]),
    ("rails", &["-d", "--daemon"]),
    ("redis-server", &["--daemonize"]),
    ("jekyll", &["-B", "--detach"]),
    ("mongod", &["--fork"]),
    ("mysqld", &["-D", "--daemonize"]),
    ("celery", &["-D", "--detach"]),
    ("puma", &["-d", "--daemon"]),
    ("localstack", &["-d", "--detached"]),
    ("overmind", &["-D", "--daemonize"]),
    ("rabbitmq-server", &["-detached"]),
];

/// The server that a command starts, as a sentence names it: `npm run dev`, `uvicorn`.
pub(super) fn started_by(command: &Command) -> Option<String> {
    if command.args.iter().any(|word| ASKS.iter().any(|ask| word.is(ask))) {
        return None;
    }
    // `celery -A app worker`: the option's value comes first.
    let first_words = |name: &str| {
        BY_WORD.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, words)| words)
    };
    if command.is("celery") {
        let word =
            command.args.iter().find(|word| first_words("celery").iter().any(|it| word.is(it)));
        let detaches = command.args.iter().any(|word| word.is("-D") || word.is("--detach"));
        return word.filter(|_| !detaches).map(|word| format!("celery {}", word.text));
    }
    // Rails and others keep a script of this name that starts all servers.
    if command.is("dev") {
        return command.spelled.ends_with("bin/dev").then(|| "bin/dev".to_owned());
    }
    if command.is("deno") && command.args.first().is_some_and(|word| word.is("task")) {
        return script_of("deno", &command.args);
    }
    if let Some((name, args)) = runner::reached(command, |name, _| {
        ALWAYS.contains(&name) || BY_WORD.iter().any(|(known, _)| *known == name)
    }) {
        return named_server(name, args);
    }
    let args = command.args.as_slice();
    match command.program.as_str() {
        program @ ("npm" | "pnpm" | "yarn" | "bun") => script_of(program, args),
        program @ ("python" | "python3") => match args {
            [flag, module, ..] if flag.is("-m") && module.is("http.server") => {
                Some(format!("{program} -m http.server"))
            }
            _ => script_serves(args),
        },
        "uv" | "poetry" | "pdm" | "pipenv" | "hatch" => script_serves(args),
        "php" if args.first().is_some_and(|word| word.is("artisan")) => {
            args.get(1)?.is("serve").then(|| "php artisan serve".to_owned())
        }
        "php" => args.iter().any(|word| word.is("-S")).then(|| "php -S".to_owned()),
        program @ ("docker" | "podman") => {
            let at = args.iter().position(|word| word.is("compose"))?;
            compose_up(args.get(at + 1..)?).then(|| format!("{program} compose up"))
        }
        "docker-compose" => compose_up(args).then(|| "docker-compose up".to_owned()),
        _ => None,
    }
}

/// `manage.py runserver` behind whatever starts Python.
fn script_serves(args: &[Word]) -> Option<String> {
    let at = args.iter().position(|word| word.text.ends_with("manage.py"))?;
    args.get(at + 1)?.is("runserver").then(|| "manage.py runserver".to_owned())
}

/// A program of [`ALWAYS`] or [`BY_WORD`], if these words make it serve in the foreground.
fn named_server(name: &str, args: &[Word]) -> Option<String> {
    let detaches =
        DETACHES.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, words)| words);
    if args.iter().any(|word| detaches.iter().any(|known| word.is(known))) {
        return None;
    }
    if ALWAYS.contains(&name) {
        return Some(name.to_owned());
    }
    let words = BY_WORD.iter().find(|(known, _)| *known == name)?.1;
    match args.iter().find(|word| !word.text.starts_with('-')) {
        Some(word) => {
            words.iter().find(|known| word.is(known)).map(|known| format!("{name} {known}"))
        }
        // Plain `vite` is the development server.
        None => (name == "vite").then(|| name.to_owned()),
    }
}

/// `npm run dev`, `pnpm dev`, `yarn workspace web dev`, `npm start`.
fn script_of(program: &str, args: &[Word]) -> Option<String> {
    let (at, first) = options::subcommand(program, args)?;
    let rest = args.get(at + 1..)?;
    let name = match first {
        "run" | "run-script" | "task" => {
            rest.iter().find(|word| !word.text.starts_with('-'))?.literal()?
        }
        "workspace" => rest.get(1)?.literal()?,
        // npm knows `start` only; the others run any script by its name.
        "start" => first,
        other if program != "npm" => other,
        _ => return None,
    };
    // `dev`, `web:dev` and `dev:web` serve; `dev-tools` and `start:build` are something else.
    let mut parts = name.split(':');
    let named = parts.any(|part| SCRIPTS.contains(&part))
        && !name.contains("build")
        && !name.contains("stop");
    let run = if matches!(first, "run" | "run-script" | "task") {
        format!("{first} ")
    } else {
        String::new()
    };
    named.then(|| format!("{program} {run}{name}"))
}

/// Whether the words after `docker compose` are an `up` in the foreground.
fn compose_up(args: &[Word]) -> bool {
    const SPEC: Spec = Spec::new("fp", &["file", "project-name", "profile", "env-file"]);
    let items = options::read(args, SPEC);
    let ends = |short, long| options::has(&items, short, long);
    options::operands(&items).first().is_some_and(|word| word.is("up"))
        && !ends(Some('d'), "detach")
        && !ends(None, "wait")
        && !ends(None, "no-start")
        && !ends(None, "abort-on-container-exit")
        && !ends(None, "exit-code-from")
}
