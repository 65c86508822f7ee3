# Writes who the other servers of the cluster are, and the passwords of its users in the quotes that NATS reads them with.
keep_tls
take_name

routes=$(aws ec2 describe-instances --filters "Name=tag:canopy:group,Values=$GROUP" Name=instance-state-name,Values=pending,running \
  --query 'Reservations[].Instances[].InstanceId' --output text | tr -s '[:space:]' '\n' \
  | sed "/./!d; s|.*|nats-route://&.$DOMAIN:$CLUSTER_PORT|" | paste -sd, -)
control=$(secret "$SECRET_ARN" CONTROL_PASSWORD)
edge=$(secret "$SECRET_ARN" EDGE_PASSWORD)
# Where there is no second one nobody knows it.
nobodys=$(openssl rand -hex 32)
control_2=$(secret "$SECRET_ARN" "CONTROL_PASSWORD_2 // \"$nobodys\"")
edge_2=$(secret "$SECRET_ARN" "EDGE_PASSWORD_2 // \"$nobodys\"")

keep host.env << END
BUS_ROUTES='$routes'
BUS_ADVERTISED='$(imds meta-data/instance-id).$DOMAIN:$CLUSTER_PORT'
CONTROL_PASSWORD='"$control"'
EDGE_PASSWORD='"$edge"'
CONTROL_PASSWORD_2='"$control_2"'
EDGE_PASSWORD_2='"$edge_2"'
END
