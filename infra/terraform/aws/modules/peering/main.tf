# Joins every network with every other, over AWS's backbone. A VPC has at most 125 peerings, which is far beyond its regions.

locals {
  names = sort(keys(var.networks))

  pairs = merge(flatten([
    for i, one in local.names : [
      for j, other in local.names : { "${one}--${other}" = { from = one, to = other } } if i < j
    ]
  ])...)

  ways = merge([
    for name, pair in local.pairs : {
      "${pair.from}->${pair.to}" = { pair = name, from = pair.from, to = pair.to }
      "${pair.to}->${pair.from}" = { pair = name, from = pair.to, to = pair.from }
    }
  ]...)
}

resource "aws_vpc_peering_connection" "this" {
  for_each = local.pairs

  region      = var.networks[each.value.from].region
  vpc_id      = var.networks[each.value.from].vpc_id
  peer_region = var.networks[each.value.to].region
  peer_vpc_id = var.networks[each.value.to].vpc_id
  tags        = merge(var.tags, { Name = each.key })
}

resource "aws_vpc_peering_connection_accepter" "this" {
  for_each = local.pairs

  region                    = var.networks[each.value.to].region
  vpc_peering_connection_id = aws_vpc_peering_connection.this[each.key].id
  auto_accept               = true
  tags                      = merge(var.tags, { Name = each.key })
}

resource "aws_route" "this" {
  for_each = local.ways

  region                    = var.networks[each.value.from].region
  route_table_id            = var.networks[each.value.from].route_table_id
  destination_cidr_block    = var.networks[each.value.to].cidr
  vpc_peering_connection_id = aws_vpc_peering_connection_accepter.this[each.value.pair].id
}
