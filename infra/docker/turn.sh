#!/bin/sh
# turn.sh COMMON: starts coturn beside the edge of compose.yaml, with the settings in COMMON and what is this host's own.
set -eu
umask 077
settings=${TMPDIR:-/tmp}/turnserver.conf
certificates=/certificates
{
  cat "$1"
  echo
  echo "realm=$DOMAIN"
  echo "static-auth-secret=$TURN_SECRET"
  echo "external-ip=$PUBLIC_ADDRESS"
  echo "allowed-peer-ip=$PUBLIC_ADDRESS"
  echo "pidfile=$settings.pid"
  echo "userdb=$settings.sqlite"
  if [ -e "$certificates/turn.pem" ]; then
    echo "cert=$certificates/turn.pem"
    echo "pkey=$certificates/turn.key"
  else
    echo no-tls
  fi
} > "$settings"
exec turnserver -c "$settings"
