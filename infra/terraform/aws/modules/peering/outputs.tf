output "connections" {
  description = "The peering connections, by the names of both networks."
  value       = { for name, connection in aws_vpc_peering_connection.this : name => connection.id }
}
