#!/usr/bin/env bash
# Tests need Chromium and a PostgreSQL server. Root gets them from Debian; others are told what to install.
set -eu
needed=()
command -v chromium >/dev/null || needed+=(chromium)
[ -n "${TEST_DATABASE_URL:-}" ] || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || needed+=(postgresql)
[ ${#needed[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${needed[*]}" >&2
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${needed[@]}" >/dev/null
else
  echo "The tests need these Debian packages: ${needed[*]}. Install them:" >&2
  echo "  sudo apt-get install ${needed[*]}" >&2
  exit 1
fi
