output "network" {
  description = "The region's network, for module `peering`."
  value       = module.network.peer
}

output "addresses" {
  description = "The elastic addresses that browsers send media to, for firewalls."
  value       = aws_eip.this[*].public_ip
}

output "group_name" {
  description = "Name of the autoscaling group."
  value       = module.edges.group_name
}

output "ingress" {
  description = "What may reach an edge: protocol, ports and cidr of each rule."
  value       = values(local.rules)
}

output "cloud_config" {
  description = "What cloud-init gets, for a look or a test."
  value       = module.edges.cloud_config
}

output "statements" {
  description = "What an edge's role may do."
  value       = module.edges.statements
}
