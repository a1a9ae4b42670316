#!/bin/sh
# toolcoach's hook for Cline, written by `toolcoach install`; `toolcoach uninstall` removes it.
program=@PROGRAM@
command -v "$program" >/dev/null 2>&1 || { echo '{}'; exit 0; }
exec "$program" hook --client cline
