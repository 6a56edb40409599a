#!/bin/sh
# Installs what some tests need besides Node, on Debian and macOS, and prints the commands that it runs.
set -eu

has() { command -v "$1" >/dev/null 2>&1; }
run() {
  echo "+ $*"
  "$@"
}
as_root() { if [ "$(id -u)" -eq 0 ]; then run "$@"; else run sudo "$@"; fi; }

missing=''
has chromium || has chromium-browser || has google-chrome || missing="$missing chromium"
has nats-server || missing="$missing nats-server"
has openssl || missing="$missing openssl"
has haproxy || missing="$missing haproxy"
has nginx || missing="$missing nginx"
has caddy || missing="$missing caddy"
has python3 || missing="$missing python3"
has prometheus && has promtool || missing="$missing prometheus"

if [ -z "$missing" ]; then
  echo 'all there'
elif has apt-get; then
  as_root apt-get update -qq
  # The names are those of the packages.
  for service in prometheus nginx caddy; do
    case "$missing" in
      *"$service"*)
        # Debian would start it, on 9090 or 80, and again at each boot: a mask is what the package respects. The tests start their own.
        has systemctl && as_root systemctl mask "$service.service" >/dev/null 2>&1 || true
        ;;
    esac
  done
  as_root apt-get install -y -qq --no-install-recommends $missing
elif has brew; then
  run brew install $missing
else
  echo "install by hand:$missing" >&2
  exit 1
fi
