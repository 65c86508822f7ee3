output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "subnet_ids" {
  description = "Its subnets, one per availability zone, once the internet is reached from them: hosts fetch packages as they boot."
  value       = aws_subnet.this[*].id
  depends_on  = [aws_route.internet, aws_route_table_association.this]
}

output "peer" {
  description = "What `peering` needs to know of this network."
  value = {
    region         = var.region
    cidr           = var.cidr
    vpc_id         = aws_vpc.this.id
    route_table_id = aws_route_table.this.id
  }
}
