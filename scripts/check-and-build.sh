#!/bin/sh
# Lint and types on one core, the builds on the other.
set -u

npm run check &
check=$!
npm run build:all
built=$?
wait "$check" && exit "$built"
