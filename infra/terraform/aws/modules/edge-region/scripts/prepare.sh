# Takes a free elastic address of the region and writes what only this edge knows.
instance=$(imds meta-data/instance-id)
private=$(imds meta-data/local-ipv4)

# Two edges that start at once may want the same address: the one that is too late tries another.
take_address() {
  local allocation
  for allocation in $(aws ec2 describe-addresses --filters "Name=tag:canopy:group,Values=$GROUP" \
    --query 'Addresses[?AssociationId==null].AllocationId' --output text); do
    aws ec2 associate-address --no-allow-reassociation --instance-id "$instance" --allocation-id "$allocation" > /dev/null && return
  done
  return 1
}

# The elastic address this edge has, if any.
own_address() {
  aws ec2 describe-addresses --filters "Name=tag:canopy:group,Values=$GROUP" "Name=instance-id,Values=$instance" \
    --query 'Addresses[0].PublicIp' --output text | grep -v None
}

fetch_release
keep_tls
take_name
own_address > /dev/null || take_address

public=$(own_address)
# Empty counts as not set.
public_listen='' public_url='' public_cert='' public_key=''
name=''
if [ -n "${PUBLIC_DOMAIN:-}" ]; then
  name="${public//./-}.$PUBLIC_DOMAIN"
  public_listen="$private:$PUBLIC_PORT"
  public_url="https://$name:$PUBLIC_PORT"
  public_cert=/run/canopy/public.pem
  public_key=/run/canopy/public-key.pem
  secret "$SECRET_ARN" PUBLIC_TLS_CERT | keep public.pem
  secret "$SECRET_ARN" PUBLIC_TLS_KEY | keep public-key.pem
fi

# The TURN server of this host and its edge share a secret that nobody else knows. It is another user, with files of its own.
turn_urls='' turn_secret=''
if [ -n "${TURN_PORT:-}" ]; then
  turn_secret=$(openssl rand -hex 32)
  turn_urls="turn:$public:$TURN_PORT?transport=udp,turn:$public:$TURN_PORT?transport=tcp"
  if [ -n "$name" ]; then turn_urls="$turn_urls,turns:$name:$TURN_TLS_PORT?transport=tcp"; fi
  {
    cat "$ROOT/etc/canopy/turnserver.conf"
    echo "static-auth-secret=$turn_secret"
    echo "realm=${name:-$public}"
    echo "listening-ip=$private"
    echo "relay-ip=$private"
    echo "external-ip=$public/$private"
    echo "allowed-peer-ip=$public"
    echo pidfile=/var/lib/canopy-turn/turnserver.pid
    echo userdb=/var/lib/canopy-turn/turnserver.sqlite
    if [ -n "$name" ]; then printf 'cert=%s\npkey=%s\n' /run/canopy/turn.pem /run/canopy/turn-key.pem; else echo no-tls; fi
  } | keep turnserver.conf canopy-turn
  if [ -n "$name" ]; then
    secret "$SECRET_ARN" PUBLIC_TLS_CERT | keep turn.pem canopy-turn
    secret "$SECRET_ARN" PUBLIC_TLS_KEY | keep turn-key.pem canopy-turn
  fi
fi

probe_key=$(secret "$SECRET_ARN" EDGE_PROBE_KEY)
nats_user=$(secret "$SECRET_ARN" 'NATS_USER // "edge"')
password=$(secret "$SECRET_ARN" NATS_PASSWORD)

keep host.env << END
EDGE_ID='$instance'
EDGE_MEDIA_LISTEN_IP='$private'
EDGE_MEDIA_ANNOUNCED_ADDRESS='$public'
EDGE_LINK_IP='$private'
EDGE_GRPC_ADVERTISED='$instance.$DOMAIN:$GRPC_PORT'
EDGE_HTTP_LISTEN='$private:$HTTP_PORT'
EDGE_PROBE_KEY='$probe_key'
EDGE_PUBLIC_LISTEN='$public_listen'
EDGE_PUBLIC_URL='$public_url'
EDGE_PUBLIC_TLS_CERT_FILE='$public_cert'
EDGE_PUBLIC_TLS_KEY_FILE='$public_key'
EDGE_TURN_URLS='$turn_urls'
EDGE_TURN_SECRET='$turn_secret'
OTEL_RESOURCE_ATTRIBUTES='service.instance.id=$instance'
NATS_URL='tls://$nats_user:$(quoted "$password")@$BUS_ADDRESS'
END
