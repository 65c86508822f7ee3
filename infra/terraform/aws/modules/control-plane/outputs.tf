output "network" {
  description = "The control plane's network, for module `peering`."
  value       = module.network.peer
}

output "for_edges" {
  description = "What module `edge-region` needs to know."
  value = {
    cidr            = var.cidr
    zone_id         = aws_route53_zone.inner.zone_id
    edge_domain     = "edges.${var.inner_domain}"
    routing_address = "${local.routing_name}:${local.ports.grpc}"
    bus_address     = "${local.bus_name}:${local.ports.bus}"
  }
}

output "for_observer" {
  description = "What module `observability` needs to know: the network it stands in."
  value = {
    region     = var.region
    vpc_id     = module.network.vpc_id
    subnet_ids = module.network.subnet_ids
    cidr       = var.cidr
  }
}

output "load_balancer" {
  description = "Where the public name has to lead, for module `dns`."
  value       = { dns_name = aws_lb.web.dns_name, zone_id = aws_lb.web.zone_id }
}

output "open_to_world" {
  description = "Ports that the whole internet reaches."
  value       = [for rule in local.from_cidrs : rule.port if rule.cidr == "0.0.0.0/0"]
}

output "cloud_configs" {
  description = "What cloud-init gets, of replicas, the bus and compositors (null without recordings), for a look or a test."
  value = {
    replicas    = module.replicas.cloud_config
    bus         = module.bus.cloud_config
    compositors = one(module.compositors[*].cloud_config)
  }
}

output "statements" {
  description = "What the roles of replicas, the bus and compositors may do."
  value = {
    replicas    = module.replicas.statements
    bus         = module.bus.statements
    compositors = try(module.compositors[0].statements, [])
  }
}
