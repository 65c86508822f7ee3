#!/usr/bin/env bash
# make-certificates.sh FOLDER NODE...: certificates for mutual TLS, one for each node, in FOLDER/NAME/NAME.pem. A node is
# control-plane, edge/ID, edge (any of a group that shares a certificate), or something else, which is nobody of the mesh and may
# call neither replicas nor edges. Its name is the last part of that, and its host's as well unless NODE=HOST,HOST... says another,
# like 'edge=*.edges.canopy.internal'. Makes FOLDER/ca.key and FOLDER/ca.pem the first time: keep that key elsewhere. Put
# it back and run it again to renew; nodes take the new files within ten seconds.
set -euo pipefail
folder=$1
shift
days=${DAYS:-90}
umask 077
mkdir -p "$folder"
cd "$folder"

key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

# Nodes of another authority would be cut off from all others.
if [[ -e ca.pem && ! -e ca.key ]]; then
  echo "put ca.key, the key of $folder/ca.pem, back into $folder: without it nothing can be renewed" >&2
  exit 1
fi
if [[ ! -e ca.key ]]; then
  key ca.key
  openssl req -x509 -new -key ca.key -subj '/CN=Canopy mesh' -days 3650 -out ca.pem \
    -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' -addext 'keyUsage=critical,keyCertSign'
fi

for node in "$@"; do
  identity=${node%%=*}
  name=${identity##*/}
  hosts=$name
  if [[ $node == *=* ]]; then hosts=${node#*=}; fi
  names=DNS:${hosts//,/,DNS:}
  # Who the node is to the others: runtime/src/mesh-identity.ts.
  case $identity in control-plane | edge | edge/*) names=URI:spiffe://canopy/$identity,$names ;; esac
  mkdir -p "$name"
  key "$name/new.key"
  openssl req -new -key "$name/new.key" -subj "/CN=$name" |
    openssl x509 -req -CA ca.pem -CAkey ca.key -days "$days" -out "$name/new.pem" -extfile <(
      printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n'
      printf 'extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=%s\n' "$names"
    ) 2> /dev/null
  cp ca.pem "$name/ca.pem"
  mv "$name/new.key" "$name/$name.key"
  mv "$name/new.pem" "$name/$name.pem"
  # The images run as user 1000.
  if [[ $(id -u) == 0 ]]; then chown -R 1000:1000 "$name"; fi
done
