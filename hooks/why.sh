#!/bin/sh
# What `/toolcoach:why` shows: why toolcoach said its last line. The program is in the plugin's own folder or on PATH.
PATH="${0%/*}/../bin:$PATH"
if command -v toolcoach >/dev/null 2>&1; then exec toolcoach explain --last; fi
echo "The program toolcoach is not on PATH, so the plugin gives no advice. The README says how to install it."
