#!/bin/sh
# Builds the image and looks at a container of it as an operator would run it: read-only, without rights, and stopped.
#
#   deploy/check-container.sh [docker|podman]
#
# BUILD_OPTIONS and RUN_OPTIONS are handed on, such as BUILD_OPTIONS='--build-arg PIP_NO_INDEX=1'. dist/ must hold the wheel.
set -eu
cd "$(dirname "$0")/.."
engine=${1:-docker}
most=400000000

fail() {
  printf 'check-container.sh: %s\n' "$1" >&2
  exit 1
}

ls dist/mien-*-py3-none-any.whl > /dev/null 2>&1 || fail 'dist/ holds no wheel; build it with: python -m build --wheel'
[ "$engine" != podman ] || BUILD_OPTIONS="--format docker ${BUILD_OPTIONS:-}"
# shellcheck disable=SC2086 # options are several words
"$engine" build ${BUILD_OPTIONS:-} --file deploy/Containerfile --tag mien-check .
size=$("$engine" image inspect --format '{{.Size}}' mien-check)
[ "$size" -lt "$most" ] || fail "$size bytes: more than $most"
printf '%s bytes\n' "$size"

scratch=$(mktemp -d)
name=mien-check-$$
trap '"$engine" rm --force "$name" > /dev/null 2>&1 || true; rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
printf 'a-token-for-this-check-alone\n' > "$scratch/token"
chmod 755 "$scratch"
# shellcheck disable=SC2086
"$engine" run --detach --name "$name" --read-only --tmpfs /tmp:mode=1777 --cap-drop ALL --network none \
  --security-opt no-new-privileges --volume "$scratch/token:/run/secrets/mien-token:ro" ${RUN_OPTIONS:-} mien-check > /dev/null

inside() { "$engine" exec "$name" python -c "$1"; }
tries=0
until inside 'import urllib.request as u; u.urlopen("http://127.0.0.1:8765/readyz", timeout=4)' 2> /dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 60 ] || { "$engine" logs "$name"; fail 'not ready after a minute'; }
  sleep 1
done
inside '
import json, os, urllib.request as u
from mien.doctor import sample_photo
asked = u.Request("http://127.0.0.1:8765/api/look", sample_photo(),
                  {"Authorization": "Bearer a-token-for-this-check-alone", "Content-Type": "image/webp"})
print(json.load(u.urlopen(asked, timeout=30))["faces"][0]["expression"]["emoji"])
assert os.getuid() == 10001
try:
    open("/opt/mien/x", "w")
except OSError as error:
    print(error)
else:
    raise SystemExit("the root can be written")
' || fail 'it does not do what it should'
! "$engine" exec "$name" sh -c true 2> /dev/null || fail 'there is a shell in it'
"$engine" stop --time 60 "$name" > /dev/null
code=$("$engine" inspect --format '{{.State.ExitCode}}' "$name")
[ "$code" = 0 ] || fail "it ended with $code"
printf 'The container is sound.\n'
