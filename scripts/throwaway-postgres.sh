#!/usr/bin/env bash
# A real PostgreSQL server for tests and measurements, gone when its standard input is closed. The first line it prints
# is the address of it, without a database name. PostgreSQL refuses to run as root: then it runs as user `postgres`.
# Usage: scripts/throwaway-postgres.sh [OPTION OF postgres]…
set -euo pipefail

give_up() {
  printf 'no PostgreSQL server can be started: %s\n' "$*" >&2
  exit 2
}

# The newest installed one, wherever the system keeps it.
find_binaries() {
  local folder
  for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) /usr/pgsql-*/bin; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
      printf '%s\n' "$folder"
      return 0
    fi
  done
  dirname "$(command -v initdb)" 2>/dev/null
}

binaries=$(find_binaries) || give_up 'initdb is not found; install the package postgresql (scripts/setup.sh test does)'
folder=$(mktemp -d "${TMPDIR:-/tmp}/percuta-pg.XXXXXX")
as_owner=()
if [ "$(id -u)" = 0 ]; then
  id postgres >/dev/null 2>&1 || give_up 'this runs as root, and there is no user postgres'
  chown postgres "$folder"
  as_owner=(runuser -u postgres --)
fi
cd "$folder"
server=
cleanup() {
  if [ -n "$server" ]; then
    # The server was started by us, and its number stands in its own file.
    "${as_owner[@]}" "$binaries/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
  fi
  cd /
  rm -rf "$folder"
}
trap cleanup EXIT
trap 'exit 0' TERM INT

"${as_owner[@]}" "$binaries/initdb" -D "$folder/data" -A trust -U postgres -E UTF8 --locale=C --no-sync \
  >"$folder/initdb.log" 2>&1 || give_up "$(tail -n 3 "$folder/initdb.log")"
server=started
"${as_owner[@]}" "$binaries/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/data/server.log" \
  -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c max_connections=200 $*" \
  start >/dev/null 2>&1 || give_up "$(tail -n 3 "$folder/data/server.log")"
printf 'host=%s user=postgres\n' "$folder"
cat >/dev/null
