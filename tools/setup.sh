#!/usr/bin/env bash
# Installs what is missing on this machine, and nothing else: Debian/Ubuntu packages, a virtual environment with exactly
# the packages of a hashed lock, the project itself, its compiled translations; for the tests also the linters of
# JavaScript and CSS that package-lock.json names.
#
#   tools/setup.sh [run|test|bench]
#
# A repetition takes a second. Settings, all optional:
#   PYTHON=python3.12   the Python to build .venv with (our tests cover 3.11 to 3.13)
#   VENV=.venv          the folder of the virtual environment
#   SKIP_SYSTEM=1       ignore system packages (not Debian/Ubuntu, or no rights: install them yourself)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly PROFILE="${1:-run}"
readonly VENV="${VENV:-.venv}"
readonly LIST=tools/packages-debian.txt

say() { printf '· %s\n' "$*" >&2; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

case "$PROFILE" in
    run)   readonly profiles='run'            lock=requirements.lock ;;
    test)  readonly profiles='run test'       lock=requirements-test.lock ;;
    bench) readonly profiles='run test bench' lock=requirements-bench.lock ;;
    *)     fail "unknown profile '$PROFILE' (run, test or bench)" ;;
esac

# ---- system packages ------------------------------------------------------------------------------------------------

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
offered() { apt-cache policy "$1" 2>/dev/null | grep -q '^  Candidate: [^(]'; }

wanted() {
    local profile package unless
    while read -r profile package unless; do
        [ -n "$unless" ] && command -v "${unless#unless:}" >/dev/null && continue
        case " $profiles " in *" $profile "*) echo "$package" ;; esac
    done < <(grep -v -e '^#' -e '^$' "$LIST")
}

# Prints the alternatives of each line of the list of which none is installed.
missing() {
    local line alternative
    for line in $(wanted); do
        for alternative in ${line//|/ }; do
            installed "$alternative" && continue 2
        done
        echo "$line"
    done
}

choose() {
    local line alternative
    for line in "$@"; do
        for alternative in ${line//|/ }; do
            if offered "$alternative"; then echo "$alternative"; continue 2; fi
        done
        echo "${line%%|*}"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif [ -t 0 ]; then sudo "$@"
    else sudo -n "$@"
    fi
}

# Another apt may be running (unattended upgrades on a fresh machine): wait for its lock.
apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"; }

install_system_packages() {
    local lines packages
    [ "${SKIP_SYSTEM:-}" ] && return
    command -v dpkg-query >/dev/null || fail "this is not Debian or Ubuntu. Install the like of these, then set SKIP_SYSTEM=1: $(wanted | paste -sd ' ')"
    lines=$(missing)
    [ -z "$lines" ] && return
    # shellcheck disable=SC2086  # one word a package
    packages=$(choose $lines | paste -sd ' ')
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        fail "these packages are missing and this account may not install them. Ask an administrator for: apt-get install $packages"
    say "installing system packages: $packages"
    # shellcheck disable=SC2086
    if ! apt install -y --no-install-recommends $packages >/dev/null 2>&1; then
        say "the package lists are absent or old: apt-get update"
        apt update >/dev/null || fail "apt-get update failed; see above"
        # shellcheck disable=SC2086
        packages=$(choose $lines | paste -sd ' ')
        # shellcheck disable=SC2086
        apt install -y --no-install-recommends $packages >build/apt.log 2>&1 ||
            fail "apt-get could not install: $packages"$'\n'"$(tail -n 20 build/apt.log)"
    fi
}

# ---- Python ---------------------------------------------------------------------------------------------------------

suits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 /usr/bin/python3}; do
        if suits "$candidate"; then echo "$candidate"; return; fi
    done
    fail "needs Python 3.11 or newer with its venv module${PYTHON:+; $PYTHON is not one}. Debian 12, Debian 13 and Ubuntu 24.04 have it (python3, python3-venv); elsewhere name one: PYTHON=/path/to/python3"
}

make_venv() {
    local python
    if [ -x "$VENV/bin/python" ] && "$VENV/bin/python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then return; fi
    python=$(find_python)
    say "making $VENV with $("$python" -V)"
    "$python" -m venv --clear "$VENV"
}

# The content of a stamp: an equal stamp means that the environment matches the lock.
fingerprint() {
    { "$VENV/bin/python" -VV; pwd; cat "$1" pyproject.toml; } | sha256sum | cut -d ' ' -f 1
}

lock_of() { [ "$1" = run ] && echo requirements.lock || echo "requirements-$1.lock"; }

up_to_date() {
    [ -f "$VENV/setup-$PROFILE" ] && [ "$(<"$VENV/setup-$PROFILE")" = "$(fingerprint "$lock")" ]
}

install_python_packages() {
    local profile
    up_to_date && return
    say "installing Python packages from $lock"
    "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r "$lock"
    # setuptools comes from the lock, hashed: without build isolation, nothing unhashed is fetched.
    "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-deps --no-build-isolation --editable .
    # A larger lock contains the smaller ones, version for version.
    for profile in $profiles; do fingerprint "$(lock_of "$profile")" > "$VENV/setup-$profile"; done
}

# ---- linters of JavaScript and CSS ----------------------------------------------------------------------------------

readonly NODE_STAMP=node_modules/.setup-test

# npm ci removes node_modules first, and the stamp with it: a run that was broken off is made again.
install_linters() {
    local state command
    [ "$PROFILE" = test ] || return 0
    for command in node npm; do
        command -v "$command" >/dev/null || fail "needs $command, which starts the linters of JavaScript and CSS"
    done
    state=$({ node --version; pwd; cat package.json package-lock.json; } | sha256sum | cut -d ' ' -f 1)
    if [ -f "$NODE_STAMP" ] && [ "$(<"$NODE_STAMP")" = "$state" ]; then return; fi
    say "installing the linters of JavaScript and CSS from package-lock.json"
    npm ci --ignore-scripts --silent || fail "npm ci failed; 'npm ci --ignore-scripts' tells why"
    echo "$state" > "$NODE_STAMP"
}

# ---- translations ---------------------------------------------------------------------------------------------------

compile_translations() {
    "$VENV/bin/python" -c 'from archive_app.language.catalogues import compile_missing; compile_missing()'
}

# Two concurrent runs would damage each other's virtual environment.
mkdir -p build
exec 9> build/setup.lock
if command -v flock >/dev/null; then flock 9; fi

install_system_packages
make_venv
install_python_packages
install_linters
compile_translations
