#!/bin/sh
# Makes the secrets that compose.yaml mounts, once: the password of the database, and where the studio finds it.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
if [ -e secrets/database-password ]; then
  echo 'compose-secrets.sh: there are secrets already; they are left as they are' >&2
  exit 0
fi
password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
printf '[mien]\nhost=database\ndbname=mien\nuser=mien\npassword=%s\n' "$password" > secrets/database-service
printf '%s\n' "$password" > secrets/database-password
# Compose mounts files as they are: the accounts inside must be able to read them. Nobody else enters the folder.
chmod 0444 secrets/database-password secrets/database-service
