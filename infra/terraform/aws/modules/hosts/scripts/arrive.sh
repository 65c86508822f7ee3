# Waits until the service is ready, and has the autoscaling group count this host.
until curl -sf -o /dev/null "http://$(imds meta-data/local-ipv4):$READY_PORT$READY_PATH"; do
  sleep 2
done
complete_action "$ARRIVE_HOOK"
