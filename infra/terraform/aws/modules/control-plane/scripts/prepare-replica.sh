# Writes where the stores are, with the secrets to get in. Redis has a certificate that Node trusts already.
instance=$(imds meta-data/instance-id)

fetch_release
keep_tls
secret "$SECRET_ARN" TLS_CA | keep_database_authorities

database=$(secret "$SECRET_ARN" DATABASE_PASSWORD)
redis=$(secret "$SECRET_ARN" REDIS_PASSWORD)
nats_user=$(secret "$SECRET_ARN" 'NATS_USER // "control"')
nats=$(secret "$SECRET_ARN" NATS_PASSWORD)
api_key=$(secret "$SECRET_ARN" CONTROL_API_KEY)
# Empty counts as not set.
sealing=$(secret "$SECRET_ARN" 'CONTROL_SEALING_KEYS // ""')
oidc=$(secret "$SECRET_ARN" 'CONTROL_OIDC_CLIENT_SECRET // ""')

keep host.env << END
CONTROL_REPLICA_ID='$instance'
CONTROL_METRICS_ADDRESS='$(imds meta-data/local-ipv4):$HTTP_PORT'
OTEL_RESOURCE_ATTRIBUTES='service.instance.id=$instance'
CONTROL_API_KEY='$api_key'
CONTROL_SEALING_KEYS='$sealing'
CONTROL_OIDC_CLIENT_SECRET='$oidc'
DATABASE_URL='postgres://canopy:$(quoted "$database")@$DATABASE_ADDRESS?sslmode=verify-full'
REDIS_URL='rediss://:$(quoted "$redis")@$REDIS_ADDRESS'
NATS_URL='tls://$nats_user:$(quoted "$nats")@$BUS_ADDRESS'
END
