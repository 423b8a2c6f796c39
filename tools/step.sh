#!/bin/sh
# step.sh TITLE COMMAND…: says what is done, does it, says how long it took, and names the step that failed.
set -u
title=$1
shift
began=$(date +%s)
printf '==> %s\n' "$title"
"$@"
status=$?
took=$(($(date +%s) - began))
if [ "$status" -ne 0 ]; then
  printf '==> FAILED after %ss (exit code %s): %s\n' "$took" "$status" "$title" >&2
  exit "$status"
fi
printf '==> done in %ss: %s\n' "$took" "$title"
