//! A package manager that the JavaScript project is not kept with.

use crate::project::javascript::request::Request;
use crate::project::javascript::{Installer, Project};
use crate::rules::advice::Advice;
use crate::rules::case::Case;
use crate::rules::case::working_dir::from_folder;
use crate::rules::example::{Example, Given};
use crate::rules::legacy::{self, Key, Occasion, Verdict};
use crate::rules::rule::{Analyzer, Events, Harm, Repeat, Rule, Severity};
use crate::rules::trigger::Trigger;
use crate::shell::Command;
use crate::shell::words::quote;

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
            legacy::on_command(
                case,
                command,
                |case, command| match Foreign::of(case, command) {
                    Ok(found) if found.request.installs() => Verdict::Fires,
                    // A script runs the same; only the habit is worth a word.
                    Ok(_) => Verdict::FiresAs(Severity::Hint),
                    Err(verdict) => verdict,
                },
                ADVICE,
                KEY,
            )
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

const ADVICE: fn(&Case, &Occasion) -> Option<Advice> =
    |case, occasion| Foreign::of(case, occasion.command?).ok()?.advice(case, occasion.command?);
const KEY: Key = Key::Of(subject);

/// A call of a manager in a project of another.
struct Foreign<'c> {
    request: Request<'c>,
    project: Project,
    /// The folder in which it ran, an option of its own aside.
    folder: std::path::PathBuf,
}

impl<'c> Foreign<'c> {
    /// The call, if it is one.
    ///
    /// # Errors
    /// The verdict where it is not.
    fn of(case: &Case, command: &'c Command) -> Result<Self, Verdict> {
        let request = Request::of(command).ok_or(Verdict::No)?;
        if command.in_function {
            return Err(Verdict::Near("it stands in a function that may run elsewhere"));
        }
        let unknown = Verdict::Near("the folder in which it ran is not known");
        let folder = case.folder_of(command).ok_or(unknown)?;
        let works_in = match request.folder {
            None => folder.clone(),
            Some(option) => {
                let text = option.literal().ok_or(unknown)?;
                let text = text
                    .split_once('=')
                    .filter(|_| text.starts_with('-'))
                    .map_or(text, |(_, value)| value);
                let named = if text.starts_with('~') {
                    case.environment.absolute(text)
                } else {
                    Some(folder.join(text))
                };
                crate::project::environment::normal(&named.ok_or(unknown)?)
            }
        };
        let project = Project::around(case, &works_in)?;
        if project.manager == request.manager {
            return Err(Verdict::No);
        }
        let nothing = Verdict::Near("the project has no script or program of this name");
        let request = request.settled(&project).ok_or(nothing)?;
        if !request.installs() && !case.environment.on_path(project.manager.name()) {
            return Err(Verdict::Near("the project's manager is not on PATH"));
        }
        Ok(Self { request, project, folder })
    }

    fn advice(&self, case: &Case, command: &Command) -> Option<Advice> {
        let manager = self.project.manager.name();
        let (said, told_by) = (self.request.named(), self.project.told_by);
        let article = if manager == "npm" { "an" } else { "a" };
        let fact = format!("{said} in {article} {manager} project ({told_by})");
        if !case.environment.on_path(manager) {
            return legacy::plain(format!(
                "{fact}; {manager} made its lock file and node_modules, and {manager} is not on PATH here"
            ));
        }
        let plain = format!(
            "{fact}: {manager} made its lock file and node_modules, and keeps them in step"
        );
        // What it is given, or runs as, is not known of the other.
        let is_alone = command.wrappers.is_empty()
            && !command.redirections.iter().any(crate::shell::Redirection::gives_stdin)
            && !command.assignments.iter().any(|(_, value)| value.expands);
        let same = if is_alone { self.request.for_manager(&self.project) } else { None };
        let launched = self.project.manager == Installer::Bun && !case.environment.on_path("bunx");
        let same = same.filter(|same| !(launched && same.starts_with("bunx")));
        let Some(same) = same else { return legacy::plain(plain) };
        let assigned: String = command
            .assignments
            .iter()
            .map(|(name, value)| format!("{name}={} ", value.raw))
            .collect();
        let cwd = case.environment.cwd()?;
        let same = if self.folder == cwd {
            format!("{assigned}{same}")
        } else {
            format!("cd {} && {assigned}{same}", quote(&from_folder(&self.folder, cwd)))
        };
        legacy::better(fact, same, plain)
    }
}

/// Each install is a matter of its own; runs are one together.
fn subject(case: &Case, occasion: &Occasion) -> String {
    let Some(command) = occasion.command else { return String::new() };
    match Foreign::of(case, command) {
        Ok(found) if found.request.installs() => command.raw_args(),
        _ => "run".to_owned(),
    }
}
