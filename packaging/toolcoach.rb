class Toolcoach < Formula
  desc "@DESCRIPTION@"
  homepage "@HOMEPAGE@"
  version "@VERSION@"
  license any_of: [@LICENCES@]

  @SYSTEMS@

  def install
    bin.install "toolcoach"
    man1.install Dir["man/*.1"]
    generate_completions_from_executable(bin/"toolcoach", "completions")
  end

  def caveats
    <<~TEXT
      To register the hook with your agents:
        toolcoach install
      Before you uninstall this formula:
        toolcoach uninstall --purge
    TEXT
  end

  test do
    call = '{"hook_event_name":"PostToolUse","session_id":"brew","tool_name":"Bash",' \
           '"tool_input":{"command":"npm test | tail -5"},"tool_response":{"stdout":"ok"}}'
    assert_match "masked-exit-pipe", pipe_output("#{bin}/toolcoach hook", call, 0)
  end
end
