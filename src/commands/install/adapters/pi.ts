// toolcoach's extension for pi, written by `toolcoach install`; `toolcoach uninstall` removes it.
//
// It hands each finished tool call to the program, and adds the answer, one line or nothing, to what
// the model reads. Where the program is missing, slow or wrong, the call stays as it is.
import { spawn } from "node:child_process";

const PROGRAM = @PROGRAM@;
const LIMIT_MS = 5000;

/** What the program says about a call; undefined if nothing. */
const ask = (call) =>
  new Promise((resolve) => {
    const child = spawn(PROGRAM, ["hook", "--client", "pi"], { stdio: ["pipe", "pipe", "ignore"], windowsHide: true });
    const timer = setTimeout(() => {
      resolve(undefined);
      child.kill("SIGKILL");
    }, LIMIT_MS);
    let answer = "";
    child.on("error", () => resolve(undefined));
    child.stdin.on("error", () => {});
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (part) => (answer += part));
    child.on("close", () => {
      clearTimeout(timer);
      try {
        resolve(JSON.parse(answer).additionalContext);
      } catch {
        resolve(undefined);
      }
    });
    child.stdin.end(JSON.stringify(call));
  });

export default function (pi) {
  pi.on("tool_result", async (event, ctx) => {
    try {
      const texts = event.content.filter((part) => part.type === "text").map((part) => part.text);
      const text = await ask({
        client: "pi",
        hook_event_name: "tool_result",
        session_id: ctx.sessionManager.getSessionId(),
        tool_use_id: event.toolCallId,
        cwd: ctx.cwd,
        tool_name: event.toolName,
        tool_input: event.input,
        tool_response: { output: texts.join("\n"), exit: event.structuredContent?.exit_code, failed: event.isError },
      });
      if (typeof text !== "string" || !text) return;
      // Without it pi drops the structured content.
      const { structuredContent } = event;
      return { content: [...event.content, { type: "text", text }], ...(structuredContent === undefined ? {} : { structuredContent }) };
    } catch {}
  });
}
