# A VPC with one public subnet per availability zone and one route table.

# Local Zones, where the account has opted in to any, have neither load balancers nor most instance types.
data "aws_availability_zones" "this" {
  region = var.region
  state  = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  tags = merge(var.tags, { Name = var.name })

  # A load balancer takes one subnet of each zone, and some regions have two zones only.
  zones = slice(
    data.aws_availability_zones.this.names, 0, min(var.availability_zones, length(data.aws_availability_zones.this.names))
  )
}

resource "aws_vpc" "this" {
  region               = var.region
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = local.tags
}

resource "aws_internet_gateway" "this" {
  region = var.region
  vpc_id = aws_vpc.this.id
  tags   = local.tags
}

resource "aws_subnet" "this" {
  count = length(local.zones)

  region                  = var.region
  vpc_id                  = aws_vpc.this.id
  availability_zone       = local.zones[count.index]
  cidr_block              = cidrsubnet(var.cidr, 4, count.index)
  map_public_ip_on_launch = true
  tags                    = local.tags
}

resource "aws_route_table" "this" {
  region = var.region
  vpc_id = aws_vpc.this.id
  tags   = local.tags
}

resource "aws_route" "internet" {
  region                 = var.region
  route_table_id         = aws_route_table.this.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "this" {
  count = length(local.zones)

  region         = var.region
  subnet_id      = aws_subnet.this[count.index].id
  route_table_id = aws_route_table.this.id
}
