#!/usr/bin/env bash
# Brings what is missing on a bare Debian machine: a C toolchain, Rust 1.95 or newer and, for the tests, Chromium and
# Node.js. What is there already is left alone. Usage: scripts/setup.sh build|test
set -euo pipefail

wanted=${1:-build}
rust_least=1.95

say() { printf '%s\n' "setup: $*" >&2; }

# Runs as root, directly or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    say "this needs root, and there is no sudo: $*"
    exit 2
  fi
}

updated=no
install() {
  if ! command -v apt-get >/dev/null; then
    say "please install these with your system's own tools: $*"
    exit 2
  fi
  if [ "$updated" = no ]; then
    as_root apt-get update -q >&2
    updated=yes
  fi
  say "installing $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >&2
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
  have=$(cargo --version | awk '{print $2}' | cut -d- -f1)
  [ "$(printf '%s\n%s\n' "$rust_least" "$have" | sort -V | head -n1)" = "$rust_least" ]
}

need cc build-essential

[ -d "$HOME/.cargo/bin" ] && PATH="$HOME/.cargo/bin:$PATH"
if ! rust_is_enough; then
  if command -v apt-cache >/dev/null && apt-cache show rustup >/dev/null 2>&1; then
    need rustup rustup
  fi
  if command -v rustup >/dev/null; then
    say "fetching the stable Rust toolchain with rustup"
    rustup toolchain install stable --profile minimal --component rustfmt --component clippy >&2
    rustup default stable >&2
  else
    need curl curl ca-certificates
    say "fetching the Rust toolchain with rustup's own installer"
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal -c rustfmt -c clippy >&2
    PATH="$HOME/.cargo/bin:$PATH"
  fi
  if ! rust_is_enough; then
    say "Rust $rust_least or newer is needed; install it from https://rustup.rs and try again"
    exit 2
  fi
fi

if [ "$wanted" = test ]; then
  need git git
  need python3 python3
  command -v chromium >/dev/null || install chromium fonts-liberation
  need node nodejs
  need npm npm
  if [ "$(node --version | tr -d v | cut -d. -f1)" -lt 18 ]; then
    say "Node.js 18 or newer is needed; this is $(node --version)"
    exit 2
  fi
fi
