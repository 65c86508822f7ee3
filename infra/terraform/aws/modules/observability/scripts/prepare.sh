# Nothing of Prometheus's settings is known to the host alone.
keep host.env < /dev/null

# Puts Grafana into /opt/grafana, unless that one is there.
fetch_grafana() (
  folder="$ROOT/opt/grafana"
  [ "$(cat "$folder/.sha256" 2>/dev/null || true)" = "$GRAFANA_SHA256" ] && return
  archive=$(mktemp)
  trap 'rm -f "$archive"' EXIT
  curl -sfL --retry 5 "$GRAFANA_URL" > "$archive"
  echo "$GRAFANA_SHA256  $archive" | sha256sum --check --quiet
  mkdir -p "$folder"
  tar -xf "$archive" -C "$folder" --strip-components=1
  echo "$GRAFANA_SHA256" > "$folder/.sha256"
)

if [ -n "${GRAFANA_URL:-}" ]; then fetch_grafana; fi
