#!/bin/sh
# Faults on one core, attacks on the other; what the faults say comes at the end, so that no line is cut.
set -u

said=$(mktemp)
trap 'rm -f "$said"' EXIT
npm run --silent jest:faults >"$said" 2>&1 &
faults=$!
npm run --silent jest:attacks
attacked=$?
wait "$faults"
broken=$?
cat "$said"
exit $((attacked | broken))
