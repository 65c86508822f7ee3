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
own_record UPSERT
own_address > /dev/null || take_address

public=$(own_address)
probe_key=$(secret "$SECRET_ARN" EDGE_PROBE_KEY)
password=$(secret "$SECRET_ARN" NATS_PASSWORD)

keep host.env << END
EDGE_ID='$instance'
EDGE_MEDIA_LISTEN_IP='$private'
EDGE_MEDIA_ANNOUNCED_ADDRESS='$public'
EDGE_LINK_IP='$private'
EDGE_GRPC_ADVERTISED='$instance.$DOMAIN:$GRPC_PORT'
EDGE_HTTP_LISTEN='$private:$HTTP_PORT'
EDGE_PROBE_KEY='$probe_key'
NATS_URL='tls://$NATS_USER:$(quoted "$password")@$BUS_ADDRESS'
END
