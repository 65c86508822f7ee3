#!/bin/sh
# turn.sh COMMON: starts coturn beside the edge of compose.yaml, with the settings in COMMON and what is this host's own. The
# secret that it shares with the edge is in its database, and not among the settings: there it can be changed while relays go on.
# There is no external-ip: coturn would take the address that browsers reach the edge at for its own, and never lead there.
set -eu
umask 077
folder=${TMPDIR:-/tmp}
settings=$folder/turnserver.conf
database=$folder/turnserver.sqlite
certificates=/certificates
{
  cat "$1"
  echo
  echo "realm=$DOMAIN"
  echo "allowed-peer-ip=$PUBLIC_ADDRESS"
  echo "pidfile=$settings.pid"
  echo "userdb=$database"
  if [ -n "${TURN_TLS_URL:-}" ]; then
    echo "cert=$certificates/turn.pem"
    echo "pkey=$certificates/turn.key"
  else
    echo no-tls
  fi
} > "$settings"
rm -f "$database"
turnadmin --set-secret="$(cat "$TURN_SECRET_FILE")" --realm="$DOMAIN" --userdb="$database"
exec turnserver -c "$settings"
