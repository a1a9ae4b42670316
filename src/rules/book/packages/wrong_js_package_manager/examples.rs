//! Calls of a package manager of JavaScript, in its own projects and in those of others.

use crate::rules::example::{Example, Given};

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

const WORKSPACE: Given =
    Given::File("package.json", r#"{"workspaces":["packages/*"],"scripts":{"build":"tsc"}}"#);

pub(super) const HITS: &[Example] = &[
        Example::bash("npm install lodash").given(&[PACKAGE, PNPM, ALL]).says("`pnpm add lodash`"),
        Example::bash("npm install vitest --save-dev")
            .given(&[PACKAGE, PNPM, ALL])
            .says("`pnpm add -D vitest`"),
        Example::bash("npm i -D -E vitest@1.2 @types/node --no-audit --no-fund 2>&1 | tail -5")
            .given(&[PACKAGE, YARN, ALL])
            .says("npm i vitest@1.2 ran in a yarn project (yarn.lock): `yarn add -D -E vitest@1.2 @types/node`"),
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
            .says("npm install x ran in a pnpm project (pnpm-lock.yaml): use pnpm for this, as npm writes a second lock file"),
        Example::bash("npm install lodash").given(&[PACKAGE, PNPM]).says("pnpm is not on PATH here: leave the new lock file out of the commit"),
        Example::bash("npm install --registry https://r.example x")
            .given(&[PACKAGE, PNPM, ALL])
            .says("npm install x ran in a pnpm project"),
        Example::bash("npm install x")
            .given(&[PACKAGE, Given::File("pnpm-workspace.yaml", "packages:\n  - 'packages/*'\n"), ALL])
            .says("npm install x ran in a pnpm project (pnpm-workspace.yaml): `pnpm add -w x`"),
        Example::bash("npm install x")
            .given(&[
                PACKAGE,
                NPM,
                Given::File("pnpm-workspace.yaml", "packages: []\n"),
                Given::Tracked(&["package.json", "pnpm-workspace.yaml"]),
                ALL,
            ])
            .says("`pnpm add x`"),
        Example::bash("yarn workspace web dev").given(&[WORKSPACE, NPM, ALL]).says("`npm run dev -w web`"),
        Example::bash("yarn workspace web run dev --host").given(&[WORKSPACE, PNPM, ALL]).says("`pnpm --filter web run dev --host`"),
        Example::bash("yarn workspace web add x").given(&[WORKSPACE, NPM, ALL]).says("yarn workspace web ran in an npm project (package-lock.json): use npm for this"),
        Example::bash("(cd web && npm install x)")
            .given(&[Given::File("web/package.json", "{}"), Given::File("web/yarn.lock", ""), ALL])
            .says("`cd web && yarn add x`"),
        Example::bash("npm install x")
            .given(&[PACKAGE, PNPM, ALL, Given::Failed("Exit code 1\nnpm error code ERESOLVE")])
            .says("`pnpm add x`"),
    ];

pub(super) const MISSES: &[Example] = &[
    Example::bash("npm view react version").given(&[PACKAGE, PNPM, ALL]),
    Example::bash("npm run build").given(&[PACKAGE, NPM, YARN, ALL]),
    Example::bash("npm install x").given(&[PACKAGE, NPM, PNPM, ALL]),
    Example::bash("npm install x").given(&[PACKAGE, PNPM, ALL, Given::Codex]),
    Example::bash("npm install x").given(&[
        PACKAGE,
        NPM,
        Given::File("pnpm-workspace.yaml", "packages: []\n"),
        Given::Tracked(&["package.json", "package-lock.json"]),
        ALL,
    ]),
    Example::bash("yarn workspace web dev").given(&[PACKAGE, NPM, ALL]),
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
    Example::bash("cd \"$(mktemp -d)\" && npm init -y && npm i left-pad")
        .given(&[PACKAGE, PNPM, ALL]),
];
