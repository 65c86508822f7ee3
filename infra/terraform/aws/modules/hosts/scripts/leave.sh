# Waits until the autoscaling group wants this host back, lets the service drain, and tells the group to go on.
until [ "$(imds meta-data/autoscaling/target-lifecycle-state)" = Terminated ]; do
  sleep 5
done
systemctl stop "$UNIT"
# There is none where the host never got that far.
if [ -n "${ZONE_ID:-}" ]; then own_record DELETE > /dev/null || true; fi
complete_action "$LEAVE_HOOK"
