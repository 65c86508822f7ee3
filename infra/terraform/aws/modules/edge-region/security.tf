# The ports of an edge. To the world: media, TURN, HTTPS where edges have public names, and nothing else.

resource "aws_security_group" "this" {
  region      = var.region
  name        = local.name
  description = "Edges: media and TURN from anywhere, the rest from the mesh and the control plane."
  vpc_id      = module.network.vpc_id
  tags        = local.tags
}

locals {
  media = { from = var.ports.media, to = var.ports.media + var.workers - 1 }

  from_world = merge(
    {
      media-udp = { protocol = "udp", ports = local.media, cidrs = ["0.0.0.0/0"] }
      media-tcp = { protocol = "tcp", ports = local.media, cidrs = ["0.0.0.0/0"] }
    },
    !var.turn ? {} : {
      turn-udp = { protocol = "udp", ports = { from = local.turn_ports.plain, to = local.turn_ports.plain }, cidrs = ["0.0.0.0/0"] }
      turn-tcp = { protocol = "tcp", ports = { from = local.turn_ports.plain, to = local.turn_ports.plain }, cidrs = ["0.0.0.0/0"] }
    },
    var.public_names == null ? {} : {
      https = { protocol = "tcp", ports = { from = var.ports.public, to = var.ports.public }, cidrs = ["0.0.0.0/0"] }
    },
    !var.turn || var.public_names == null ? {} : {
      turn-tls = { protocol = "tcp", ports = { from = local.turn_ports.tls, to = local.turn_ports.tls }, cidrs = ["0.0.0.0/0"] }
    },
  )

  from_edges = {
    links  = { protocol = "udp", ports = { from = var.ports.links_min, to = var.ports.links_max }, cidrs = var.mesh_cidrs }
    probes = { protocol = "udp", ports = { from = var.ports.probe, to = var.ports.probe }, cidrs = var.mesh_cidrs }
    grpc   = { protocol = "tcp", ports = { from = var.ports.grpc, to = var.ports.grpc }, cidrs = var.mesh_cidrs }
  }

  from_operators = {
    control = { protocol = "tcp", ports = { from = var.ports.grpc, to = var.ports.grpc }, cidrs = [var.control_plane.cidr] }
    metrics = { protocol = "tcp", ports = { from = var.ports.http, to = var.ports.http }, cidrs = [var.control_plane.cidr] }
    ssh     = { protocol = "tcp", ports = { from = 22, to = 22 }, cidrs = var.ssh_cidrs }
  }

  # An edge answers relays at their public address, so it comes from its own.
  from_themselves = {
    for index, address in var.turn ? aws_eip.this : [] :
    "relays ${index}" => { name = "relays", protocol = "udp", ports = local.turn_ports.relays, cidr = "${address.public_ip}/32" }
  }

  rules = merge(local.from_themselves, [
    for name, rule in merge(local.from_world, local.from_edges, local.from_operators) : {
      for cidr in rule.cidrs : "${name} ${cidr}" => { name = name, protocol = rule.protocol, ports = rule.ports, cidr = cidr }
    }
  ]...)
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = local.rules

  region            = var.region
  security_group_id = aws_security_group.this.id
  description       = each.value.name
  ip_protocol       = each.value.protocol
  from_port         = each.value.ports.from
  to_port           = each.value.ports.to
  cidr_ipv4         = each.value.cidr
  tags              = local.tags
}

resource "aws_vpc_security_group_egress_rule" "this" {
  region            = var.region
  security_group_id = aws_security_group.this.id
  description       = "media goes wherever participants are"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
  tags              = local.tags
}
