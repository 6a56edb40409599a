#!/bin/sh
# Runs a command under another version of Node, from the npm package `node`: sh scripts/on-node.sh 24 npm run jest:unit
# It stays in npm's cache: no dependency of the project, which most people do not need.
set -eu
version=$1
shift
npx --yes --package="node@$version" -- node -e 'process.exit(process.versions.node.startsWith(`${process.argv[1]}.`) ? 0 : 1)' "$version" || {
  echo "npm has not installed Node $version" >&2
  exit 1
}
exec npx --yes --package="node@$version" -- "$@"
