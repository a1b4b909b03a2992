#!/bin/sh
# Installs mien where a container, a systemd service and a bare host all want it: in a virtual environment of its own,
# with an account of its own, and with nothing left that could build or install more.
#
#   deploy/install.sh [--prefix DIR] [--data DIR] [--user NAME] [--extras LIST] [--python PROGRAM]
#                     [--wheel FILE | --version X] [--no-user] [--trim]
#
#   deploy/install.sh --wheel dist/mien-0.1.0-py3-none-any.whl
#   deploy/install.sh --version 0.1.0 --extras studio,postgres
#
# --trim leaves out what the studio never loads: the tests of other packages, and a second copy of onnxruntime for C.
# It may be run again: to upgrade, to go back, or to mend what was changed. Data is never touched.
# Needs Python 3.11 or newer with venv (Debian: python3-venv), and a package index or pip's own settings for one
# (PIP_INDEX_URL, PIP_FIND_LINKS, PIP_NO_INDEX). Only wheels are installed, so that no compiler is needed.
set -eu

prefix=/opt/mien data=/var/lib/mien user=mien extras=studio,postgres python=python3 wheel='' version='' trim=''

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case $1 in
    --no-user) user='' && shift && continue ;;
    --trim) trim=yes && shift && continue ;;
    -h | --help) sed -n '2,/^set -eu/{/^set/d;s/^# \{0,1\}//;p;}' "$0" && exit 0 ;;
  esac
  [ $# -ge 2 ] || fail "$1: a value must follow"
  case $1 in
    --prefix) prefix=$2 ;;
    --data) data=$2 ;;
    --user) user=$2 ;;
    --extras) extras=$2 ;;
    --python) python=$2 ;;
    --wheel) wheel=$2 ;;
    --version) version=$2 ;;
    *) fail "$1: no such option; see --help" ;;
  esac
  shift 2
done

for folder in "$prefix" "$data"; do
  case $folder in
    [!/]* | *[[:space:]]* | '') fail "$folder: a folder is given by its whole path, without spaces" ;;
  esac
done
[ -z "$wheel" ] || [ -f "$wheel" ] || fail "$wheel: there is no such file; build it with: python -m build --wheel"
[ -z "$user" ] || [ "$(id -u)" = 0 ] || fail 'only root can make an account; be root, or add --no-user'
"$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null ||
  fail "$python: Python 3.11 or newer with venv is needed (Debian: apt-get install python3-venv)"

what=mien
[ -z "$extras" ] || what="mien[$extras]"
if [ -n "$wheel" ]; then
  what="$what @ file://$(cd "$(dirname "$wheel")" && pwd)/$(basename "$wheel")"
elif [ -n "$version" ]; then
  what="$what==$version"
fi

# pip works from an environment that goes when this ends; the one that stays has none.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
before=$([ ! -e "$prefix/bin/mien" ] || echo yes)
umask 022 # whatever the caller's is: the account must be able to read what root installs
"$python" -m venv "$scratch/pip"
"$python" -m venv --without-pip --upgrade "$prefix"
# An environment that is already there keeps what fits, so that going on with a broken installation is quick.
"$scratch/pip/bin/pip" --python "$prefix/bin/python" install --quiet --disable-pip-version-check --no-input \
  --no-cache-dir --only-binary :all: --upgrade --upgrade-strategy only-if-needed "$what"
# A wheel of the same version is not installed again by the line above, but may be another build of it.
[ -z "$wheel" ] || [ -z "$before" ] || "$scratch/pip/bin/pip" --python "$prefix/bin/python" install --quiet --disable-pip-version-check \
  --no-input --no-cache-dir --no-index --no-deps --force-reinstall "$wheel"
"$scratch/pip/bin/pip" --python "$prefix/bin/python" --disable-pip-version-check check > /dev/null ||
  fail "$prefix: packages there do not fit together; delete the folder and run this again"
if [ -n "$trim" ]; then
  find "$prefix"/lib/python3*/site-packages -depth \( -name tests -type d -o -name '*.pyi' -o -path '*/onnxruntime/transformers' \
    -o -path '*/onnxruntime/capi/libonnxruntime.so*' \) -exec rm -rf {} +
fi

if [ -n "$user" ]; then
  if ! id "$user" > /dev/null 2>&1; then
    groupadd --system "$user"
    useradd --system --gid "$user" --home-dir "$data" --no-create-home --shell /usr/sbin/nologin "$user"
  fi
  install -d -o "$user" -g "$user" -m 0700 "$data"
else
  install -d -m 0700 "$data"
fi
[ ! -d /usr/local/bin ] || [ ! -w /usr/local/bin ] || [ -z "$user" ] || ln -sf "$prefix/bin/mien" /usr/local/bin/mien

printf '%s in %s, data in %s%s\n' "$("$prefix/bin/python" -c 'import mien; print("mien", mien.__version__)')" \
  "$prefix" "$data" "${user:+, account $user}"
