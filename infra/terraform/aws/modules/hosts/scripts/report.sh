# Tells CloudWatch once a minute how loaded the service is, by what it measures itself. One that drains is no longer counted.
while sleep 60; do
  measured=$(curl -sf "http://$(imds meta-data/local-ipv4):$LOAD_PORT/metrics") || continue
  if grep -q '^canopy_edge_draining 1' <<< "$measured"; then continue; fi
  aws cloudwatch put-metric-data --namespace Canopy --metric-name "$LOAD_SERIES" --dimensions "AutoScalingGroupName=$GROUP" \
    --value "$(awk -v series="$LOAD_SERIES" '$1 == series { print $2 }' <<< "$measured")"
done
