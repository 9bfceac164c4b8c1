#!/usr/bin/env bash
# Brings what is missing on a bare Debian machine: a C toolchain, Rust 1.95 or newer and, for the tests, PostgreSQL,
# Python, Chromium and Node.js. What is there already is left alone. Usage: scripts/setup.sh build|test
set -euo pipefail

wanted=${1:-build}
rust_least=1.95

say() { printf '%s\n' "setup: $*" >&2; }

# Says what is missing and leaves.
give_up() {
  say "$*"
  exit 2
}

# Asks at a terminal. Where nobody can answer, it says what it does and goes on.
ask() {
  if [ ! -t 0 ] || [ ! -t 2 ]; then
    say "$1: yes, nobody is here to be asked"
    return 0
  fi
  local answer
  printf '%s' "setup: $1? [Y/n] " >&2
  read -r answer || return 1
  case $answer in
    '' | [yY] | [yY][eE][sS]) return 0 ;;
    *) return 1 ;;
  esac
}

# Runs as root, directly or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    give_up "this needs root, and there is no sudo: $*"
  fi
}

updated=no
update() {
  [ "$updated" = no ] || return 0
  as_root apt-get update -q >&2 || say "the package lists cannot be refreshed; trying with those that are here"
  updated=yes
}

install() {
  command -v apt-get >/dev/null || give_up "please install these with your system's own tools: $*"
  update
  say "installing $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >&2 ||
    give_up "apt-get could not install: $*. In a closed network, install them from your mirror and try again"
}

# need COMMAND PACKAGE…: installs the packages where the command is missing.
need() {
  local command=$1
  shift
  command -v "$command" >/dev/null || install "$@"
}

# Whether a cargo at hand is new enough.
rust_is_enough() {
  command -v cargo >/dev/null || return 1
  local have
  have=$(cargo --version 2>/dev/null | awk '{print $2}' | cut -d- -f1)
  [ -n "$have" ] && [ "$(printf '%s\n%s\n' "$rust_least" "$have" | sort -V | head -n1)" = "$rust_least" ]
}

# Whether Debian has the rustup package: from Debian 13 on.
debian_has_rustup() {
  command -v apt-cache >/dev/null || return 1
  update
  apt-cache show rustup >/dev/null 2>&1
}

get_rust() {
  local none="Rust $rust_least or newer is needed. Install it from https://rustup.rs or from your mirror, and try again"
  # What fetches the toolchain and the crates wants to know whom to trust.
  [ -e /etc/ssl/certs/ca-certificates.crt ] || install ca-certificates
  if ! command -v rustup >/dev/null && debian_has_rustup; then
    install rustup
  fi
  if command -v rustup >/dev/null; then
    ask "fetch the stable Rust toolchain with rustup and make it the default" || give_up "$none"
    rustup toolchain install stable --profile minimal --component rustfmt --component clippy >&2 || give_up "$none"
    rustup default stable >&2
  else
    ask "fetch Rust with rustup's own installer from https://sh.rustup.rs" || give_up "$none"
    need curl curl
    local installer
    installer=$(curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs) || give_up "$none"
    sh -s -- -y --profile minimal -c rustfmt -c clippy <<<"$installer" >&2 || give_up "$none"
    PATH="$HOME/.cargo/bin:$PATH"
  fi
  rust_is_enough || give_up "$none"
}

need cc build-essential pkg-config
if [ -d "$HOME/.cargo/bin" ]; then PATH="$HOME/.cargo/bin:$PATH"; fi
rust_is_enough || get_rust

if [ "$wanted" = test ]; then
  for part in fmt clippy; do
    if ! cargo "$part" --version >/dev/null 2>&1; then
      command -v rustup >/dev/null || give_up "the tests need \`cargo $part\`; install it with your Rust toolchain"
      rustup component add "${part/fmt/rustfmt}" >&2 || give_up "the tests need \`cargo $part\`, and rustup cannot fetch it"
    fi
  done
  need git git
  # A real server for the tests of the store; it is not started here.
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || install postgresql
  need python3 python3
  # Debian's Python comes without what makes a folder of libraries; the test of calendars has one of its own.
  python3 -c 'import ensurepip' >/dev/null 2>&1 || install python3-venv
  # The browser without windows, where this Debian has it; the whole one does the same, slower, and nobody is asked for a
  # password where it is there.
  if ! command -v chromium-headless-shell >/dev/null && { [ "$(id -u)" = 0 ] || ! command -v chromium >/dev/null; }; then
    update
    if ! { apt-cache show chromium-headless-shell >/dev/null 2>&1 && (install chromium-headless-shell fonts-liberation); }; then
      command -v chromium >/dev/null || install chromium fonts-liberation
    fi
  fi
  need node nodejs
  need npm npm
  if [ "$(node --version | tr -d v | cut -d. -f1)" -lt 18 ]; then
    give_up "Node.js 18 or newer is needed; this is $(node --version)"
  fi
fi
