//! Servers started in the foreground.

use super::{Ending, ending, waits_for};
use crate::base::text;
use crate::project::runner;
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::options::Spec;
use crate::shell::{Command, Word, options};

#[rustfmt::skip]
/// Programs that start servers in ways of their own.
const BY_FORM: [&str; 15] = [
    "npm", "pnpm", "yarn", "bun", "python", "python3", "uv", "poetry", "pdm", "pipenv", "hatch", "php", "docker",
    "podman", "docker-compose",
];

/// Programs that only start another one, which is looked at in their place.
const STARTERS: [&str; 5] = ["npx", "bunx", "uvx", "bundle", "mise"];

const NAMED: usize = BY_FORM.len() + STARTERS.len() + ALWAYS.len();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const PROGRAMS: [&str; NAMED + BY_WORD.len()] = {
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

/// Words of which a server's start holds one.
const SIGNS: &[&str] = &[
    "dev",
    "start",
    "serve",
    "preview",
    "vite",
    "server",
    "-S",
    "run",
    "up",
    "uvicorn",
    "gunicorn",
    "hypercorn",
    "lab",
    "notebook",
    "storybook",
    "port-forward",
    "proxy",
    "phx.",
    "ngrok",
    "astro",
    "rails",
    "jekyll",
    "ng s",
];

pub(crate) const RULE: Rule = Rule {
    id: "dev-server-foreground",
    severity: Severity::Warn,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: None,
    summary: "a server started in the foreground",
    why: "The call is held until its time is over, and a second server takes another port or clashes with the \
          user's own (anthropics/claude-code#90070).",
    trigger: Trigger::Command {
        programs: &PROGRAMS,
        subcommands: &[],
        signs: SIGNS,
        check: |case, command| legacy::on_command(case, command, when, ADVICE, KEY),
    },
    better: Some(Trigger::Command {
        programs: &PROGRAMS,
        subcommands: &[],
        signs: SIGNS,
        check: |case, command| {
            legacy::good_command(case, command, |case, command| {
                Verdict::when(serves(command).is_some() && waits_for(case, command).is_err())
            })
        },
    }),
    needs: &[Need::Background],
    repeat: Repeat::nth(1, 2, 3),
    hits: &[
        Example::bash("npm run dev").says("npm run dev"),
        Example::bash("npx serve -s build").says("serve"),
        Example::bash("python -m http.server 8000").says("python -m http.server"),
        Example::bash("uvicorn app:app --reload").says("uvicorn"),
        Example::bash("cd web && pnpm dev").says("pnpm dev"),
        Example::bash("PORT=4000 npm start").given(&[Given::Took(120_000)]),
        Example::bash("npx next dev -p 4000").says("next dev"),
        Example::bash("docker compose up").says("docker compose up"),
        Example::bash("docker-compose -f dev.yml up --build"),
        Example::bash("uv run flask run --port 5001").says("flask run"),
        Example::bash("python3 manage.py runserver").says("manage.py runserver"),
        Example::bash("poetry run python manage.py runserver 8001").says("manage.py runserver"),
        Example::bash("python3 -m http.server 8000 -d dist").says("python3 -m http.server"),
        Example::bash("hugo server -D").says("hugo server"),
        Example::bash("npm run start:prod")
            .given(&[Given::Took(120_000)])
            .says("npm run start:prod"),
        Example::bash("php artisan serve").says("php artisan serve"),
        Example::bash("npx nx serve shop").says("nx serve"),
        Example::bash("yarn workspace web dev"),
        Example::bash("vite"),
        Example::bash("npx vite preview"),
        Example::bash("bundle exec rails s"),
        Example::bash("php -S localhost:8000 -t public"),
        Example::bash("uv run uvicorn app:app | tee server.log"),
        Example::bash("npm run dev").given(&[
            Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s"),
            Given::Took(120_050),
        ]),
    ],
    misses: &[
        Example::bash("npm run dev").given(&[Given::Background]),
        Example::bash("npm run dev > dev.log 2>&1 &"),
        Example::bash("nohup npm run dev"),
        Example::bash("docker compose up -d"),
        Example::bash("docker compose up --detach --build web"),
        Example::bash("docker compose up --wait"),
        Example::bash("docker compose run --rm web npm run dev"),
        Example::bash("timeout 10 npm start"),
        Example::bash("vite build"),
        Example::bash("npm run dev -- --help"),
        Example::bash("next build && next lint"),
        Example::bash("npm start").given(&[Given::Took(4000), Given::Output("built")]),
        Example::bash("npm start"),
        Example::bash("npm run start:prod"),
        Example::bash("php artisan migrate"),
        Example::bash("turbo build"),
        Example::bash("bundle exec jekyll serve --detach"),
        Example::bash("npm run dev")
            .given(&[Given::Failed("Exit code 1\nnpm error Missing script: dev")]),
        Example::bash("npm run start:build-docs").given(&[Given::Took(9000)]),
        Example::bash("npm run build").given(&[Given::Took(60_000)]),
        Example::bash("npm run dev").given(&[Given::Codex]),
        Example::bash("git commit -m 'npm run dev works'"),
        Example::bash("echo npm run dev"),
        Example::bash("rg 'npm run dev' README.md"),
        Example::bash("cat > run.sh <<'EOF'\nnpm run dev\nEOF"),
        Example::bash("ssh web 'npm start'"),
        Example::bash("docker exec web npm run dev"),
        Example::bash("flask db upgrade"),
        Example::bash("rails db:migrate"),
        Example::bash("python -m http.server --help"),
        Example::bash("uvicorn --version"),
        Example::bash("npx astro check"),
        Example::bash("python3 -m pytest tests/test_server.py"),
        Example::bash("hugo --minify"),
        Example::bash("redis-server --daemonize yes"),
        Example::bash("gunicorn -D app:app"),
        Example::bash("jupyter notebook stop 8888"),
        Example::bash("rails server -d"),
        Example::bash("(npm run dev &) ; curl localhost:3000"),
        Example::bash("npm run devtools:build"),
        Example::bash("yarn add serve"),
        Example::bash("npm install vite"),
    ],
    since: "0.1.0",
};

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> = advice;
const KEY: Key = Key::Rule;

/// Programs that serve whatever their words are, unless one of [`ASKS`] is among them.
const ALWAYS: &[&str] = &[
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
];

/// Scripts of a package that serve. What they do is not known, only what they are called.
const SCRIPTS: [&str; 5] = ["dev", "serve", "preview", "start", "storybook"];

/// Words with which a server only tells about itself.
const ASKS: [&str; 11] = [
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

/// Words with which a server sets itself apart. The same letters are something else to others: the
/// folder of `http.server -d`, the drafts of `hugo server -D`.
const APART: &[(&str, &[&str])] = &[
    ("gunicorn", &["-D", "--daemon"]),
    ("hypercorn", &["-D", "--daemon"]),
    ("rails", &["-d", "--daemon"]),
    ("redis-server", &["--daemonize"]),
    ("jekyll", &["-B", "--detach"]),
];

/// How a server's start is called, if the command is one: `npm run dev`, `uvicorn`.
fn serves(command: &Command) -> Option<String> {
    if command.args.iter().any(|word| ASKS.iter().any(|ask| word.is(ask))) {
        return None;
    }
    if let Some((name, args)) = runner::reached(command, |name, _| {
        ALWAYS.contains(&name) || BY_WORD.iter().any(|(known, _)| *known == name)
    }) {
        return served_by(name, args);
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

fn served_by(name: &str, args: &[Word]) -> Option<String> {
    let apart = APART.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, words)| words);
    if args.iter().any(|word| apart.iter().any(|known| word.is(known))) {
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
        "run" | "run-script" => rest.iter().find(|word| !word.text.starts_with('-'))?.literal()?,
        "workspace" => rest.get(1)?.literal()?,
        // npm knows `start` only; the others run any script by its name.
        "start" => first,
        other if program != "npm" => other,
        _ => return None,
    };
    // `dev`, `web:dev`, `dev:web`; `dev-tools` or `start:build` are something else.
    let mut parts = name.split(':');
    let named = parts.any(|part| SCRIPTS.contains(&part))
        && !name.contains("build")
        && !name.contains("stop");
    let run =
        if matches!(first, "run" | "run-script") { format!("{first} ") } else { String::new() };
    named.then(|| format!("{program} {run}{name}"))
}

/// `up` in the words after `docker compose`, in the foreground.
fn compose_up(args: &[Word]) -> bool {
    const SPEC: Spec = Spec {
        short: "fp",
        long: &["file", "project-name", "profile", "env-file"],
        ..Spec::FLAGS_ONLY
    };
    let items = options::read(args, SPEC);
    let ends = |short, long| options::has(&items, short, long);
    options::operands(&items).first().is_some_and(|word| word.is("up"))
        && !ends(Some('d'), "detach")
        && !ends(None, "wait")
        && !ends(None, "no-start")
        && !ends(None, "abort-on-container-exit")
        && !ends(None, "exit-code-from")
}

fn when(case: &Case, command: &Command) -> Verdict {
    let Some(name) = serves(command) else { return Verdict::No };
    if !case.environment.client.runs_in_background() {
        return Verdict::Near("this client has no background to run it in");
    }
    if let Err(because) = waits_for(case, command) {
        return Verdict::Near(because);
    }
    if command.in_substitution {
        return Verdict::Near("its output is taken");
    }
    match ending(case) {
        Ending::Soon => Verdict::Near("it ended by itself"),
        // Many a `start` script builds something and ends.
        Ending::Unknown if is_start_script(command, &name) => {
            Verdict::Near("a start script may end by itself")
        }
        _ => Verdict::Fires,
    }
}

/// `npm start`, `npm run start:prod`: a script that says nothing of a server.
fn is_start_script(command: &Command, name: &str) -> bool {
    matches!(command.program.as_str(), "npm" | "pnpm" | "yarn" | "bun")
        && name.starts_with(command.program.as_str())
        && name.split([' ', ':']).any(|part| part == "start")
}

fn advice(_: &Case, occasion: &Occasion) -> Option<Advice> {
    let name = text::excerpt(&serves(occasion.command?)?);
    legacy::plain(format!(
        "{name} holds the call until its time is over: start servers with run_in_background: true, and look first \
         whether one is up"
    ))
}
