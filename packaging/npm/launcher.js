#!/usr/bin/env node
// Starts the program of this platform with the same arguments, streams and exit code. This is for people: an agent starts
// the program itself, whose path `install` registers.
"use strict";
const { spawnSync } = require("child_process");

const platform = `@toolcoach/${process.platform}-${process.arch}`;
const known = Object.keys(require("../package.json").optionalDependencies);
let program;
try {
  program = require.resolve(`${platform}/bin/toolcoach${process.platform === "win32" ? ".exe" : ""}`);
} catch {
  const what = known.includes(platform)
    ? `the package ${platform} is missing; install toolcoach again without omitting optional packages`
    : `there is no program for ${process.platform} on ${process.arch}, only ${known.join(", ")}`;
  process.stderr.write(`toolcoach: ${what}\n`);
  process.exit(1);
}
const ended = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (ended.error) {
  process.stderr.write(`toolcoach: ${ended.error.message}\n`);
  process.exit(1);
}
if (ended.signal) {
  process.kill(process.pid, ended.signal);
}
process.exitCode = ended.status;
