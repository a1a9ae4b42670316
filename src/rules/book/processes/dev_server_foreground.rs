//! Servers started in the foreground.

mod server;

use super::support::ending::Ending;
use super::support::foreground::{goes_on, waits_for};
use crate::base::text;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Events, Harm, Need, Repeat, Rule, Severity};
use crate::rules::trigger::{self, Check, Miss, Trigger};
use crate::shell::Command;

const HUNG: Given = Given::Failed("Exit code 143\nCommand timed out after 2m 0.0s");

pub(crate) const RULE: Rule = Rule {
    id: "dev-server-foreground",
    severity: Severity::Warn,
    harm: Harm::Waste,
    events: Events::Both,
    analyzer: None,
    summary: "a server started in the foreground",
    why: "The server holds the call until the time limit, and a second server takes another port or clashes with the \
          user's own (anthropics/claude-code#90070).",
    lesson: Some(
        "Start a server in the background: in the foreground it holds the call until its time is over.",
    ),
    trigger: Trigger::Any(&[
        Trigger::Command { programs: server::ALWAYS, subcommands: &[], signs: &[], check },
        Trigger::Command {
            programs: &server::PROGRAMS,
            subcommands: &[],
            signs: server::SIGNS,
            check,
        },
        // Its name alone is a word of every `/dev/null`.
        Trigger::AnyCommand {
            signs: &[&["bin/dev"]],
            check: |case, command| {
                trigger::check(command.is("dev"))?;
                check(case, command)
            },
        },
    ]),
    better: Some(Trigger::Command {
        programs: &server::PROGRAMS,
        subcommands: &[],
        signs: server::SIGNS,
        check: |case, command| {
            trigger::check(
                server::started_by(command).is_some() && waits_for(case, command).is_err(),
            )
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
        Example::bash("tensorboard --logdir x")
            .given(&[HUNG])
            .says("tensorboard does not end by itself"),
        Example::bash("sidekiq").given(&[HUNG]),
        Example::bash("mlflow ui").given(&[HUNG]).says("mlflow ui"),
        Example::bash("deno task dev").given(&[HUNG]).says("deno task dev"),
        Example::bash("celery -A x worker -l info").given(&[HUNG]).says("celery worker"),
        Example::bash("bin/dev").given(&[HUNG]).says("bin/dev"),
        Example::bash("./gradlew bootRun").given(&[HUNG]).says("gradlew bootRun"),
        Example::bash("mongod --dbpath data").given(&[HUNG]),
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
        Example::bash("mongod --fork --logpath m.log").given(&[HUNG]),
        Example::bash("celery -A x status; deno task build; dev lint").given(&[HUNG]),
        Example::bash("gunicorn --check-config app:app"),
        Example::bash("npm start").given(&[Given::Timeout(20_000), Given::Took(20_000)]),
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

fn check(case: &Case, command: &Command) -> Check<Finding> {
    let name = server::started_by(command).ok_or(Miss::No)?;
    if !case.environment.client.runs_in_background() {
        return Err(Miss::Near("this client cannot run it in the background"));
    }
    waits_for(case, command)?;
    goes_on(case, command)?;
    if command.in_substitution {
        return Err(Miss::Near("its output is captured"));
    }
    match Ending::of(case) {
        Ending::Soon => return Err(Miss::Near("it ended by itself")),
        // Many a `start` script builds something and ends.
        Ending::Unknown if is_start_script(command, &name) => {
            return Err(Miss::Near("a start script may end by itself"));
        }
        Ending::Unknown | Ending::Late => {}
    }
    let name = text::excerpt(&name);
    Ok(Finding::new(Advice::plain(format!(
        "{name} does not end by itself: next time check whether it is up already, then start it with \
         run_in_background: true"
    ))))
}

/// Whether it is `npm start` or `npm run start:prod`: a script whose name does not mean a server.
fn is_start_script(command: &Command, name: &str) -> bool {
    matches!(command.program.as_str(), "npm" | "pnpm" | "yarn" | "bun")
        && name.starts_with(command.program.as_str())
        && name.split([' ', ':']).any(|part| part == "start")
}
