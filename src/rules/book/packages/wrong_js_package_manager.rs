//! A package manager that is not the JavaScript project's.

use std::path::{Path, PathBuf};

use super::support::place;
use crate::project::environment::normal;
use crate::project::javascript::package_manager::PackageManager;
use crate::project::javascript::project::Project;
use crate::project::javascript::request::Request;
use crate::rules::advice::{Advice, Finding};
use crate::rules::case::Case;
use crate::rules::example::{Example, Given};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::{Check, Miss, Trigger};
use crate::shell::{Command, Redirection};

const PNPM: Given = Given::File("pnpm-lock.yaml", "lockfileVersion: '9.0'\n");
const NPM: Given = Given::File("package-lock.json", "{}\n");
const YARN: Given = Given::File("yarn.lock", "# yarn lockfile v1\n");
const BUN: Given = Given::File("bun.lock", "{}\n");
const PACKAGE: Given = Given::File(
    "package.json",
    r#"{"scripts":{"build":"tsc","lint":"eslint .","test":"vitest","start":"node ."}}"#,
);
const TSC: Given = Given::File("node_modules/.bin/tsc", "");
const ALL: Given = Given::Programs(&["npm", "npx", "pnpm", "yarn", "bun", "bunx", "rg"]);

pub(crate) const RULE: Rule = Rule {
    id: "wrong-js-package-manager",
    severity: Severity::Warn,
    harm: Harm::WrongResult,
    events: Events::Both,
    analyzer: Some(Analyzer::Router),
    summary: "a package manager foreign to the project",
    why: "A second manager writes a second lock file and another layout of node_modules; one team had to delete every \
          node_modules after a single bun install. Most agent files that name a manager do so because of this.",
    trigger: Trigger::Command {
        programs: &["npm", "npx", "pnpm", "yarn", "bun", "bunx"],
        subcommands: &[],
        signs: &[],
        check: |case, command| {
            let foreign = Foreign::of(case, command)?;
            let finding = Finding::new(foreign.advice(case));
            // Each install is an occasion of its own. A script runs the same by any manager: only
            // the habit matters, and all runs are one occasion.
            Ok(if foreign.request.installs() {
                finding.about(command.raw_args())
            } else {
                finding.about("run").with_severity(Severity::Hint)
            })
        },
    },
    better: None,
    needs: &[],
    // Each install once, all runs together once: no session has a thousand of them.
    repeat: Repeat::nth(1, 1000, 3),
    hits: &[
        Example::bash("npm install lodash").given(&[PACKAGE, PNPM, ALL]).says("`pnpm add lodash`"),
        Example::bash("npm install vitest --save-dev")
            .given(&[PACKAGE, PNPM, ALL])
            .says("`pnpm add -D vitest`"),
        Example::bash("npm i -D -E vitest@1.2 @types/node --no-audit --no-fund 2>&1 | tail -5")
            .given(&[PACKAGE, YARN, ALL])
            .says("npm i vitest@1.2 in a yarn project (yarn.lock): `yarn add -D -E vitest@1.2 @types/node`"),
        Example::bash("cd web && yarn add react")
            .given(&[Given::File("web/package.json", "{}"), Given::File("web/package-lock.json", "{}"), ALL])
            .says("`cd web && npm install react`"),
        Example::bash("npm --prefix web install left-pad")
            .given(&[Given::File("web/package.json", "{}"), Given::File("web/pnpm-lock.yaml", ""), ALL])
            .says("`pnpm -C web add left-pad`"),
        Example::bash("npm ci").given(&[PACKAGE, PNPM, ALL]).says("`pnpm install --frozen-lockfile`"),
        Example::bash("npm ci --omit=dev")
            .given(&[Given::File("package.json", r#"{"packageManager":"bun@1.2.0"}"#), ALL])
            .says("a bun project (package.json): `bun install --frozen-lockfile --production`"),
        Example::bash("npm ci")
            .given(&[Given::File("package.json", r#"{"packageManager":"yarn@4.1.0"}"#), YARN, ALL])
            .says("`yarn install --immutable`"),
        Example::bash("npm install x")
            .given(&[PACKAGE, PNPM, NPM, Given::Tracked(&["package.json", "pnpm-lock.yaml"]), ALL])
            .says("`pnpm add x`"),
        Example::bash("npm install x")
            .given(&[
                Given::File("packages/a/package.json", "{}"),
                Given::File("package.json", r#"{"workspaces":["packages/*"]}"#),
                Given::Branch("main"),
                BUN,
                ALL,
                Given::Cwd("{dir}/packages/a"),
            ])
            .says("`bun add x`"),
        Example::bash("npm i zod")
            .given(&[PACKAGE, PNPM, Given::File("pnpm-workspace.yaml", "packages:\n  - 'packages/*'\n"), ALL])
            .says("`pnpm add -w zod`"),
        Example::bash("bun remove lodash").given(&[PACKAGE, NPM, ALL]).says("`npm uninstall lodash`"),
        Example::bash("pnpm update").given(&[PACKAGE, NPM, ALL]).says("`npm update`"),
        Example::bash("npm run build -- --watch").given(&[PACKAGE, BUN, ALL]).says("`bun run build --watch`"),
        Example::bash("yarn lint --fix").given(&[PACKAGE, NPM, ALL]).says("`npm run lint -- --fix`"),
        Example::bash("npm test").given(&[PACKAGE, BUN, ALL]).says("`bun run test`"),
        Example::bash("npx tsc --noEmit").given(&[PACKAGE, PNPM, TSC, ALL]).says("`pnpm exec tsc --noEmit`"),
        Example::bash("yarn").given(&[PACKAGE, NPM, ALL]).says("`npm install`"),
        Example::bash("npm install --legacy-peer-deps x")
            .given(&[PACKAGE, PNPM, ALL])
            .says("pnpm made its lock file and node_modules"),
        Example::bash("npm install lodash").given(&[PACKAGE, PNPM]).says("pnpm is not on PATH"),
        Example::bash("(cd web && npm install x)")
            .given(&[Given::File("web/package.json", "{}"), Given::File("web/yarn.lock", ""), ALL])
            .says("`cd web && yarn add x`"),
        Example::bash("npm install x")
            .given(&[PACKAGE, PNPM, ALL, Given::Failed("Exit code 1\nnpm error code ERESOLVE")])
            .says("`pnpm add x`"),
    ],
    misses: &[
        Example::bash("npm view react version").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("npm run build").given(&[PACKAGE, NPM, YARN, ALL]),
        Example::bash("npm install x").given(&[PACKAGE, NPM, PNPM, ALL]),
        Example::bash("npm i -g typescript").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("npm install x").given(&[PACKAGE, NPM, ALL]),
        Example::bash("npm install x").given(&[PNPM, ALL]),
        Example::bash("npm install x").given(&[PACKAGE, ALL]),
        Example::bash("pnpm add x").given(&[
            Given::File("package.json", r#"{"packageManager":"pnpm@9.0.0"}"#),
            NPM,
            PNPM,
            ALL,
        ]),
        Example::bash("npm install x").given(&[
            Given::File("package.json", r#"{"packageManager":"yarn@4.1.0"}"#),
            NPM,
            ALL,
        ]),
        // A package of its own, below a workspace that it does not belong to.
        Example::bash("npm install x").given(&[
            Given::File("examples/a/package.json", "{}"),
            Given::File("package.json", r#"{"workspaces":["packages/*"]}"#),
            Given::Branch("main"),
            PNPM,
            ALL,
            Given::Cwd("{dir}/examples/a"),
        ]),
        Example::bash("npm install x").given(&[
            Given::File("package.json", "{\"packageManager\":"),
            PNPM,
            ALL,
        ]),
        Example::bash("npx create-vite app").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("npx tsc@5.0 --noEmit").given(&[PACKAGE, PNPM, TSC, ALL]),
        Example::bash("npx -p typescript tsc").given(&[PACKAGE, PNPM, TSC, ALL]),
        Example::bash("npx eslint .").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("pnpm dlx cowsay hi").given(&[PACKAGE, NPM, ALL]),
        Example::bash("corepack npm install x").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("bun test").given(&[PACKAGE, NPM, ALL]),
        Example::bash("bun run tool.ts").given(&[PACKAGE, NPM, ALL]),
        Example::bash("npm run nosuch").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("npm run").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("npm run build").given(&[PACKAGE, PNPM]),
        Example::bash("npm publish").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("npm install --help").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("docker run --rm node npm install x").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("ssh host 'npm install x'").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("cat > Dockerfile <<'EOF'\nRUN npm install x\nEOF").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("git commit -m 'npm install lodash'").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("cd $WEB && npm install x").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("npm --prefix /elsewhere install x").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("f() { npm install x; }").given(&[PACKAGE, PNPM, ALL]),
        Example::bash("cd \"$(mktemp -d)\" && npm init -y && npm i left-pad").given(&[PACKAGE, PNPM, ALL]),
    ],
    since: "0.1.0",
};

/// A call of a manager in a project of another.
struct Foreign<'c> {
    command: &'c Command,
    request: Request<'c>,
    project: Project,
    /// The folder in which it ran; an option may name another to work in.
    folder: PathBuf,
}

impl<'c> Foreign<'c> {
    fn of(case: &Case, command: &'c Command) -> Check<Self> {
        let request = Request::of(command).ok_or(Miss::No)?;
        place::outside_function(command)?;
        let folder = place::folder_of(case, command)?;
        let works_in = worked_in(case, &request, &folder).ok_or(place::FOLDER_UNKNOWN)?;
        let project = Project::around(&case.environment, &works_in)?;
        if project.manager == request.manager {
            return Err(Miss::No);
        }
        let nothing = Miss::Near("the project has no script or program of this name");
        let request = request.settled(&project).ok_or(nothing)?;
        if !request.installs() && !case.environment.on_path(project.manager.name()) {
            return Err(Miss::Near("the project's manager is not on PATH"));
        }
        Ok(Self { command, request, project, folder })
    }

    fn advice(&self, case: &Case) -> Advice {
        let manager = self.project.manager.name();
        let article = if manager == "npm" { "an" } else { "a" };
        let fact = format!(
            "{} in {article} {manager} project ({})",
            self.request.label(),
            self.project.evidence
        );
        if !case.environment.on_path(manager) {
            return Advice::plain(format!(
                "{fact}; {manager} made its lock file and node_modules, and {manager} is not on PATH here"
            ));
        }
        let plain = format!(
            "{fact}: {manager} made its lock file and node_modules, and keeps them in step"
        );
        match self.rewrite(case) {
            Some(rewrite) => Advice::better(fact, rewrite, plain),
            None => Advice::plain(plain),
        }
    }

    /// The command that asks the project's manager for the same.
    fn rewrite(&self, case: &Case) -> Option<String> {
        let command = self.command;
        // A wrapper, input or a variable may mean something else to the other manager.
        let is_alone = command.wrappers.is_empty()
            && !command.redirections.iter().any(Redirection::gives_stdin)
            && !command.assignments.iter().any(|(_, value)| value.expands);
        if !is_alone {
            return None;
        }
        let rewrite = self.request.for_manager(&self.project)?;
        let is_bun = self.project.manager == PackageManager::Bun;
        if is_bun && rewrite.starts_with("bunx") && !case.environment.on_path("bunx") {
            return None;
        }
        let assigned: String = command
            .assignments
            .iter()
            .map(|(name, value)| format!("{name}={} ", value.raw))
            .collect();
        Some(place::from_cwd(case, &self.folder, format!("{assigned}{rewrite}")))
    }
}

/// The folder in which the manager works if it runs in `folder`; `None` where that is not known.
fn worked_in(case: &Case, request: &Request, folder: &Path) -> Option<PathBuf> {
    let Some(option) = request.folder else { return Some(folder.to_owned()) };
    let text = option.literal()?;
    let text =
        text.split_once('=').filter(|_| text.starts_with('-')).map_or(text, |(_, value)| value);
    let named =
        if text.starts_with('~') { case.environment.absolute(text)? } else { folder.join(text) };
    Some(normal(&named))
}
