# One Prometheus that finds the mesh's hosts by their tags, and Grafana as a managed workspace that reaches it privately.

locals {
  name = "${var.name}-observer"
  tags = merge(var.tags, { "canopy:mesh" = var.name, "canopy:role" = "observer" })

  # The project's own; var.rules adds to them, or replaces one of the same name.
  rules = "${path.module}/../../../../observability/prometheus/rules"

  files = merge(
    {
      "/etc/canopy/prometheus.yml" = templatefile("${path.module}/templates/prometheus.yml.tftpl", {
        name          = var.name
        runbooks      = var.runbooks
        regions       = distinct(concat(var.regions, [var.network.region]))
        alertmanagers = var.alertmanagers
      })
    },
    { for name in fileset(local.rules, "*.yml") : "/etc/canopy/rules/${name}" => file("${local.rules}/${name}") },
    { for name, text in var.rules : "/etc/canopy/rules/${name}" => text },
  )
}

module "observer" {
  source = "../hosts"

  name               = local.name
  region             = var.network.region
  subnet_ids         = var.network.subnet_ids
  security_group_ids = [aws_security_group.this["prometheus"].id]
  instance_type      = var.instance_type
  size               = { min = 1, max = 1 }
  disk_gib           = 100
  ready              = { port = 9090, path = "/-/ready" }
  packages           = ["prometheus"]
  files              = local.files
  prepare            = "keep host.env < /dev/null\n"
  ssh_keys           = var.ssh_keys
  tags               = local.tags

  service = {
    name        = "prometheus"
    description = "Canopy's Prometheus"
    command     = "/usr/bin/prometheus --config.file=/etc/canopy/prometheus.yml --storage.tsdb.path=/var/lib/canopy --storage.tsdb.retention.time=${var.retention_days}d --enable-feature=exemplar-storage"
    replaces    = ["prometheus.service"]
  }

  statements = [{
    sid       = "FindHosts"
    actions   = ["ec2:DescribeInstances", "ec2:DescribeAvailabilityZones"]
    resources = ["*"]
  }]

  # Hosts fetch packages as they boot.
  depends_on = [aws_vpc_security_group_egress_rule.this]
}

resource "aws_security_group" "this" {
  for_each = toset(["prometheus", "grafana"])

  region      = var.network.region
  name        = "${local.name}-${each.key}"
  description = "Canopy observability: ${each.key}"
  vpc_id      = var.network.vpc_id
  tags        = local.tags
}

resource "aws_vpc_security_group_ingress_rule" "grafana" {
  region                       = var.network.region
  security_group_id            = aws_security_group.this["prometheus"].id
  referenced_security_group_id = aws_security_group.this["grafana"].id
  description                  = "Grafana asks Prometheus"
  ip_protocol                  = "tcp"
  from_port                    = 9090
  to_port                      = 9090
  tags                         = local.tags
}

# Prometheus's own pages are read through a tunnel.
resource "aws_vpc_security_group_ingress_rule" "ssh" {
  for_each = toset(var.ssh_cidrs)

  region            = var.network.region
  security_group_id = aws_security_group.this["prometheus"].id
  description       = "SSH"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = each.value
  tags              = local.tags
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = aws_security_group.this

  region            = var.network.region
  security_group_id = each.value.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
  tags              = local.tags
}

resource "aws_iam_role" "grafana" {
  count = var.grafana ? 1 : 0

  name_prefix = "${local.name}-grafana"
  tags        = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "grafana.amazonaws.com" }
    }]
  })
}

resource "aws_grafana_workspace" "this" {
  count = var.grafana ? 1 : 0

  region                   = var.network.region
  name                     = local.name
  account_access_type      = "CURRENT_ACCOUNT"
  authentication_providers = ["AWS_SSO"]
  permission_type          = "CUSTOMER_MANAGED"
  role_arn                 = aws_iam_role.grafana[0].arn
  tags                     = local.tags

  vpc_configuration {
    security_group_ids = [aws_security_group.this["grafana"].id]
    subnet_ids         = var.network.subnet_ids
  }
}
