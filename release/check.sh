#!/bin/sh
# Everything that must hold of a release before it is published: builds it twice, compares, checks and installs it.
#
#   release/check.sh [--offline] [PYTHON...]      release/check.sh python3.11 python3.13
#
# Leaves dist/ with the wheel, the source archive, the bill of materials (CycloneDX) and SHA256SUMS. The tools are those of
# mien[release]; PYTHONs are interpreters that it is installed into, by default the one of the tools. --offline leaves out
# pip-audit, which asks the databases of known vulnerabilities; the release workflow never leaves it out.
set -eu
cd "$(dirname "$0")/.."

online=yes
[ "${1:-}" != --offline ] || { online='' && shift; }
[ $# -gt 0 ] || set -- python

say() { printf '\n== %s\n' "$1"; }
fail() {
  printf 'release/check.sh: %s\n' "$1" >&2
  exit 1
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
export PIP_DISABLE_PIP_VERSION_CHECK=1
# https://reproducible-builds.org/specs/source-date-epoch/: the time of the commit, so that everybody builds the same bytes.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

say 'one version, told by all'
version=$(python -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
grep -q "^__version__ = \"$version\"" src/mien/__init__.py || fail "src/mien/__init__.py: not version $version"
# At the commit of a tag the tag must be that version, and the log of changes must have it.
if tag=$(git describe --exact-match --tags 2> /dev/null); then
  [ "$tag" = "v$version" ] || fail "tag $tag: the version is $version"
  grep -q "^## \[*$version" CHANGELOG.md || fail "CHANGELOG.md: no section for $version"
fi
printf '%s\n' "$version"

say 'built twice, from a clean export: the same bytes'
for turn in one two; do
  mkdir -p "$scratch/$turn/source"
  git archive HEAD | tar -x -C "$scratch/$turn/source"
  # Another time zone, language and mask the second time: none of them may show.
  if [ $turn = one ]; then
    python -m build --outdir "$scratch/$turn/dist" "$scratch/$turn/source" > "$scratch/log" 2>&1 || { cat "$scratch/log"; fail 'it does not build'; }
  else
    (umask 077 && TZ=Pacific/Kiritimati LC_ALL=C PYTHONHASHSEED=7 \
      python -m build --outdir "$scratch/$turn/dist" "$scratch/$turn/source" > /dev/null 2>&1) || fail 'it does not build twice'
  fi
done
(cd "$scratch/one/dist" && sha256sum -- *) > "$scratch/sums"
cat "$scratch/sums"
(cd "$scratch/two/dist" && sha256sum --check --quiet "$scratch/sums") || fail 'the second build differs'
mkdir -p dist
rm -f dist/mien-* dist/SHA256SUMS
cp "$scratch"/one/dist/* dist/

say 'metadata, and what the wheel holds'
python -m twine check --strict dist/*.whl dist/*.tar.gz
# W002: the icon of the studio is one of its faces.
check-wheel-contents --ignore W002 dist/*.whl

wheel=$(ls dist/mien-"$version"-py3-none-any.whl)
number=0
for interpreter in "$@"; do
  number=$((number + 1))
  say "installed into a clean environment: $("$interpreter" --version), $interpreter"
  "$interpreter" -m venv "$scratch/clean$number"
  clean=$scratch/clean$number/bin
  "$clean/pip" install -qq "${wheel}[studio]"
  "$clean/pip" check
  (
    cd "$scratch"
    "$clean/mien" doctor > "$scratch/doctor" || { cat "$scratch/doctor"; fail 'mien doctor is not content'; }
    "$clean/python" -c 'from pathlib import Path; from mien.doctor import sample_photo; Path("sample.webp").write_bytes(sample_photo())'
    "$clean/mien" photo sample.webp
  )
done

say 'bill of materials of what an installation brings'
"$scratch/clean1/bin/pip" freeze --exclude mien > "$scratch/brought"
"$scratch/clean1/bin/pip" uninstall -qq -y pip setuptools
cyclonedx-py environment --output-reproducible --output-format JSON --pyproject pyproject.toml \
  --output-file "dist/mien-$version.cdx.json" "$scratch/clean1/bin/python"
python -c 'import json, sys; found = json.load(open(sys.argv[1]))["components"]; print(len(found), "components")' "dist/mien-$version.cdx.json"
(cd dist && sha256sum "mien-$version"* > SHA256SUMS)

if [ -n "$online" ]; then
  say 'known vulnerabilities'
  # Strict: a package that the database does not know fails, else a check of nothing would pass.
  pip-audit --strict --desc off --progress-spinner off --no-deps --disable-pip --requirement "$scratch/brought"
fi

printf '\nRelease %s is sound. The next step is in docs/releasing.md.\n' "$version"
