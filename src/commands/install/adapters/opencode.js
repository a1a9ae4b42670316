// toolcoach's plugin for opencode, written by `toolcoach install`; `toolcoach uninstall` removes it.
//
// It hands each finished tool call to the program, and adds the answer, one line or nothing, to what
// the model reads. Where the program is missing, slow or wrong, the call stays as it is.
import { spawn } from "node:child_process"

const PROGRAM = @PROGRAM@
const LIMIT_MS = 5000

/** What the program says about a call; undefined if nothing. */
const ask = (call) =>
  new Promise((resolve) => {
    const child = spawn(PROGRAM, ["hook", "--client", "opencode"], { stdio: ["pipe", "pipe", "ignore"], windowsHide: true })
    const timer = setTimeout(() => {
      resolve(undefined)
      child.kill("SIGKILL")
    }, LIMIT_MS)
    let answer = ""
    child.on("error", () => resolve(undefined))
    child.stdin.on("error", () => {})
    child.stdout.setEncoding("utf8")
    child.stdout.on("data", (part) => (answer += part))
    child.on("close", () => {
      clearTimeout(timer)
      try {
        resolve(JSON.parse(answer).additionalContext)
      } catch {
        resolve(undefined)
      }
    })
    child.stdin.end(JSON.stringify(call))
  })

export const Toolcoach = async ({ directory }) => ({
  "tool.execute.after": async (input, output) => {
    try {
      const { exit } = output.metadata ?? {}
      const text = await ask({
        client: "opencode",
        hook_event_name: "tool.execute.after",
        session_id: input.sessionID,
        tool_use_id: input.callID,
        cwd: directory,
        tool_name: input.tool,
        tool_input: input.args,
        tool_response: { output: output.output, metadata: { exit } },
      })
      if (typeof text === "string" && text) output.output = output.output ? `${output.output}\n\n${text}` : text
    } catch {}
  },
})
