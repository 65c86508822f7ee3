# coturn beside each edge. Its relays lead to the edge of the same host and nowhere else, and its secret never leaves the host. The
# world talks to it: it is a user of its own, which reads its own settings and certificate, and nothing of the edge.

locals {
  turn_packages = var.turn ? ["coturn"] : []
  turn_facts    = var.turn ? { TURN_PORT = local.turn_ports.plain, TURN_TLS_PORT = local.turn_ports.tls } : {}
  turn_files    = var.turn ? { "/etc/canopy/turnserver.conf" = file("${path.module}/../../../../turn/turnserver.conf") } : {}

  # As in infra/turn/turnserver.conf.
  turn_ports = { plain = 3478, tls = 5349, relays = { from = 50000, to = 59999 } }

  turn_services = !var.turn ? [] : [{
    name          = "turn"
    description   = "Canopy's TURN server (coturn)"
    command       = "/usr/bin/turnserver -c /run/canopy/turnserver.conf"
    reload_signal = "USR2"
    replaces      = ["coturn.service"]
  }]
}
