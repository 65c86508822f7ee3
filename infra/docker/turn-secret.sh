#!/usr/bin/env bash
# turn-secret.sh: makes the secret that the edge and the TURN server of compose.yaml share, in secrets/turn/secret. Run it again to
# change it while people meet: both are good from then on, the edge uses the new one, and no relay ends. An hour later, when the
# last credentials made of the one before have ended, "turn-secret.sh forget" ends that.
set -euo pipefail
cd "${CANOPY_COMPOSE:-$(dirname "$0")}"
umask 077
mkdir -p secrets/turn
secret=secrets/turn/secret before=secrets/turn-before

# Tells the server's database, in its container.
tell() {
  # shellcheck disable=SC2016
  docker compose exec -T turn sh -c \
    'exec turnadmin "$0" --realm="$DOMAIN" --userdb="${TMPDIR:-/tmp}/turnserver.sqlite"' "$1" > /dev/null
}

if [[ ${1:-} == forget ]]; then
  tell --delete-secret="$(cat "$before")"
  rm "$before"
  exit
fi

new=$(openssl rand -hex 32)
if [[ -e $secret ]]; then
  tell --set-secret="$new"
  cp "$secret" "$before"
fi
echo "$new" > "$secret.new"
# The images run as user 1000.
if [[ $(id -u) == 0 ]]; then chown -R 1000:1000 secrets/turn; fi
mv "$secret.new" "$secret"
