# Who reaches whom. To the world: HTTPS of the load balancer, and nothing else.

locals {
  groups = ["web", "inner", "replica", "bus", "compositor", "database", "redis"]

  from_cidrs = merge(
    { "web https" = { to = "web", port = 443, cidr = "0.0.0.0/0" } },
    merge([
      for cidr in concat(var.edge_cidrs, [var.cidr]) : {
        "inner routing ${cidr}" = { to = "inner", port = local.ports.grpc, cidr = cidr }
        "inner bus ${cidr}"     = { to = "inner", port = local.ports.bus, cidr = cidr }
      }
    ]...),
    merge([
      for cidr in var.ssh_cidrs : {
        for to in ["replica", "bus", "compositor"] : "${to} ssh ${cidr}" => { to = to, port = 22, cidr = cidr }
      }
    ]...),
    # Prometheus is in this network.
    { "replica metrics" = { to = "replica", port = local.ports.web, cidr = var.cidr } },
  )

  from_groups = {
    "replica web"     = { to = "replica", port = local.ports.web, from = "web" }
    "replica check"   = { to = "replica", port = local.ports.web, from = "inner" }
    "replica routing" = { to = "replica", port = local.ports.grpc, from = "inner" }
    "bus clients"     = { to = "bus", port = local.ports.bus, from = "inner" }
    "bus check"       = { to = "bus", port = local.ports.bus_monitor, from = "inner" }
    "bus cluster"     = { to = "bus", port = local.ports.bus_cluster, from = "bus" }
    "compositions"    = { to = "database", port = local.ports.postgres, from = "compositor" }
    "database"        = { to = "database", port = local.ports.postgres, from = "replica" }
    "redis"           = { to = "redis", port = local.ports.redis, from = "replica" }
  }
}

resource "aws_security_group" "this" {
  for_each = toset(local.groups)

  region      = var.region
  name        = "${local.name}-${each.key}"
  description = "Canopy control plane: ${each.key}"
  vpc_id      = module.network.vpc_id
  tags        = local.tags
}

resource "aws_vpc_security_group_ingress_rule" "cidr" {
  for_each = local.from_cidrs

  region            = var.region
  security_group_id = aws_security_group.this[each.value.to].id
  description       = each.key
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = each.value.cidr
  tags              = local.tags
}

resource "aws_vpc_security_group_ingress_rule" "group" {
  for_each = local.from_groups

  region                       = var.region
  security_group_id            = aws_security_group.this[each.value.to].id
  referenced_security_group_id = aws_security_group.this[each.value.from].id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  tags                         = local.tags
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = toset(["web", "inner", "replica", "bus", "compositor"])

  region            = var.region
  security_group_id = aws_security_group.this[each.key].id
  description       = "to the others, the edges and the APIs of AWS"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
  tags              = local.tags
}
