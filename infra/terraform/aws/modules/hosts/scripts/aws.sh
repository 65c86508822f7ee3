#!/bin/bash
# How a host on AWS learns what only it knows. The rest of the script follows below; CANOPY_ROOT is for tests.
set -euo pipefail
ROOT="${CANOPY_ROOT:-}"
. "$ROOT/etc/canopy/facts"
export AWS_DEFAULT_REGION="$REGION"
metadata='http://169.254.169.254/latest'

# What the metadata service says of this host.
imds() {
  local token
  token=$(curl -sf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$metadata/api/token")
  curl -sf -H "X-aws-ec2-metadata-token: $token" "$metadata/$1"
}

# Puts the release into /opt/canopy, unless that one is there.
fetch_release() (
  folder="$ROOT/opt/canopy"
  [ "$(cat "$folder/.release" 2>/dev/null || true)" = "$RELEASE_SHA256" ] && return
  archive=$(mktemp)
  trap 'rm -f "$archive"' EXIT
  aws s3 cp --quiet --region "$RELEASE_REGION" "s3://$RELEASE_BUCKET/$RELEASE_KEY" "$archive"
  echo "$RELEASE_SHA256  $archive" | sha256sum --check --quiet
  mkdir -p "$folder"
  tar -xzf "$archive" -C "$folder"
  echo "$RELEASE_SHA256" > "$folder/.release"
)

# A field of a JSON secret, as it stands.
secret() {
  aws secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text | jq -er ".$2"
}

# Writes a secret file that one service may read: its name in /run/canopy, and the user of the service, unless it is the host's own.
# The text is standard input.
keep() {
  mkdir -p "$ROOT/run/canopy"
  (umask 027 && cat > "$ROOT/run/canopy/$1")
  chgrp "${2:-canopy}" "$ROOT/run/canopy/$1"
}

# The three PEM files of mutual TLS, from the fields of the host's secret.
keep_tls() {
  secret "$SECRET_ARN" TLS_CA | keep ca.pem
  secret "$SECRET_ARN" TLS_CERT | keep cert.pem
  secret "$SECRET_ARN" TLS_KEY | keep key.pem
}

# The authorities that Node trusts beside its own: those of RDS, after what is on standard input.
keep_database_authorities() {
  { cat; curl -sf --retry 5 'https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem'; } | keep authorities.pem
}

# As part of a URL.
quoted() {
  jq -rn --arg text "$1" '$text | @uri'
}

# The record of this host in the private zone: UPSERT or DELETE it. Says by what id the change is known.
own_record() {
  aws route53 change-resource-record-sets --hosted-zone-id "$ZONE_ID" --change-batch "$(jq -n \
    --arg action "$1" --arg name "$(imds meta-data/instance-id).$DOMAIN" --arg address "$(imds meta-data/local-ipv4)" \
    '{Changes: [{Action: $action, ResourceRecordSet: {Name: $name, Type: "A", TTL: 60, ResourceRecords: [{Value: $address}]}}]}')" --query ChangeInfo.Id --output text
}

# Writes the record of this host, and waits until every name server has it: nobody is to hear of a name that is not there yet.
# It is asked every 30 s, which is soon enough: Route 53 answers an account five requests a second, and many hosts may boot at once.
take_name() {
  local change
  change=$(own_record UPSERT)
  aws route53 wait resource-record-sets-changed --id "$change"
}

# What the autoscaling group waits for is done.
complete_action() {
  aws autoscaling complete-lifecycle-action --lifecycle-action-result CONTINUE --lifecycle-hook-name "$1" \
    --auto-scaling-group-name "$GROUP" --instance-id "$(imds meta-data/instance-id)"
}
