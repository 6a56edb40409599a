#!/bin/sh
# Tests under Node 24, which the images run: unit tests, and end-to-end tests of what differs most between versions of Node
# (sockets, streams, signals, modules). --short leaves out the unit tests and the longer files.
set -eu
cd "$(dirname "$0")/.."

short='test/(start|nothing-lost|heartbeat-client|packages)'
more='|test/(first-pages|guides|guides/proxies|guides/cluster-on-one-machine|guides/write-a-client|conversation|stream-resume|log-reader|traces|cluster)|apps/server/test/(v1-contract|plain-contract|replay|shutdown|http)|libs/nestjs/test/(hub-module|hub-sse)|libs/jetstream/test/jetstream-log'
# Also the guides that a folder with the installed packages can follow.
export GUIDES=all
jest='npm run --silent jest --'

if [ "${1:-}" = --short ]; then
  exec sh scripts/on-node.sh 24 $jest --selectProjects e2e --maxWorkers=3 --testPathPatterns "/($short)\.e2e"
fi
sh scripts/on-node.sh 24 $jest --selectProjects unit --maxWorkers=100%
exec sh scripts/on-node.sh 24 $jest --selectProjects e2e --maxWorkers=3 --testPathPatterns "/($short$more)\.e2e"
