output "url" {
  description = "Where the web app is."
  value       = module.dns.url
}

output "edge_addresses" {
  description = "The addresses that browsers send media to, by region."
  value       = { for region, edges in module.edge_region : region => edges.addresses }
}
