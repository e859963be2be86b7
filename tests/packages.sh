#!/usr/bin/env bash
# Tests need Chromium, a PostgreSQL server and what PDFs are made with. Root gets them from Debian; others are told what to install.
set -eu
needed=()
command -v chromium >/dev/null || needed+=(chromium)
[ -n "${TEST_DATABASE_URL:-}" ] || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || needed+=(postgresql)
for library in libpango-1.0.so.0:libpango-1.0-0 libpangoft2-1.0.so.0:libpangoft2-1.0-0 \
  libharfbuzz-subset.so.0:libharfbuzz-subset0; do
  /sbin/ldconfig -p | grep -qF "${library%:*} " || needed+=("${library#*:}")
done
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
