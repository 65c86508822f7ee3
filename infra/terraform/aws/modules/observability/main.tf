# One host with a Prometheus that finds the mesh's hosts by their tags and, on request, a Grafana with the project's dashboards
# (docs/adr/0047-grafana-beside-prometheus.md).

locals {
  name = "${var.name}-observer"
  tags = merge(var.tags, { "canopy:mesh" = var.name, "canopy:role" = "observer" })

  observability = "${path.module}/../../../../observability"

  # The project's own; var.rules adds to them, or replaces one of the same name.
  rules = "${local.observability}/prometheus/rules"

  # As with Docker Compose. Without a place where traces are, a latency leads to none.
  provisioned = {
    for name in fileset("${local.observability}/grafana/provisioning", "*/*.yml") :
    "/etc/grafana/provisioning/${name}" => file("${local.observability}/grafana/provisioning/${name}")
    if name != "datasources/traces.yml" || var.traces_url != null
  }
  grafana_files = var.grafana == null ? {} : merge(
    { "/etc/grafana/grafana.ini" = file("${local.observability}/grafana/grafana.ini") },
    {
      for path, text in local.provisioned : path =>
      var.traces_url == null ? replace(text, "/      exemplarTraceIdDestinations:\n(        .*\n)+/", "") : text
    },
    {
      for name in fileset("${local.observability}/grafana/dashboards", "*.json") :
      "/etc/grafana/canopy-dashboards/${name}" => jsonencode(jsondecode(file("${local.observability}/grafana/dashboards/${name}")))
    },
  )

  # Whoever reaches the host's own address is on it, with all rights: nobody is asked for a password.
  grafana_settings = merge(
    {
      PROMETHEUS_URL                             = "http://127.0.0.1:9090"
      GF_SERVER_HTTP_ADDR                        = "127.0.0.1"
      GF_PATHS_DATA                              = "/var/lib/canopy-grafana"
      GF_PATHS_PLUGINS                           = "/var/lib/canopy-grafana/plugins"
      GF_PATHS_PROVISIONING                      = "/etc/grafana/provisioning"
      GF_AUTH_ANONYMOUS_ENABLED                  = "true"
      GF_AUTH_ANONYMOUS_ORG_ROLE                 = "Editor"
      GF_AUTH_BASIC_ENABLED                      = "false"
      GF_AUTH_DISABLE_LOGIN_FORM                 = "true"
      GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION = "true"
    },
    var.traces_url == null ? {} : { TRACES_URL = var.traces_url },
  )

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
    local.grafana_files,
  )
}

module "observer" {
  source = "../hosts"

  name               = local.name
  region             = var.network.region
  subnet_ids         = var.network.subnet_ids
  security_group_ids = [aws_security_group.this.id]
  instance_type      = var.instance_type
  size               = { min = 1, max = 1 }
  disk_gib           = 100
  ready              = { port = 9090, path = "/-/ready" }
  packages           = ["prometheus"]
  files              = local.files
  prepare            = file("${path.module}/scripts/prepare.sh")
  facts              = var.grafana == null ? {} : { GRAFANA_URL = var.grafana.url, GRAFANA_SHA256 = var.grafana.sha256 }
  ssh_keys           = var.ssh_keys
  tags               = local.tags

  service = {
    name        = "prometheus"
    description = "Canopy's Prometheus"
    command     = "/usr/bin/prometheus --config.file=/etc/canopy/prometheus.yml --storage.tsdb.path=/var/lib/canopy/prometheus --storage.tsdb.retention.time=${var.retention_days}d --enable-feature=exemplar-storage"
    replaces    = ["prometheus.service"]
  }

  beside = var.grafana == null ? [] : [{
    name        = "grafana"
    description = "Canopy's Grafana"
    command = join(" ", concat(
      ["/usr/bin/env"],
      [for name, value in local.grafana_settings : "${name}=${value}"],
      ["/opt/grafana/bin/grafana", "server", "--homepath=/opt/grafana", "--config=/etc/grafana/grafana.ini"],
    ))
  }]

  statements = [{
    sid       = "FindHosts"
    actions   = ["ec2:DescribeInstances", "ec2:DescribeAvailabilityZones"]
    resources = ["*"]
  }]

  # Hosts fetch packages as they boot.
  depends_on = [aws_vpc_security_group_egress_rule.this]
}

resource "aws_security_group" "this" {
  region      = var.network.region
  name        = "${local.name}-prometheus"
  description = "Canopy observability: prometheus"
  vpc_id      = var.network.vpc_id
  tags        = local.tags
}

# Pages of Prometheus and Grafana are read through a tunnel.
resource "aws_vpc_security_group_ingress_rule" "ssh" {
  for_each = toset(var.ssh_cidrs)

  region            = var.network.region
  security_group_id = aws_security_group.this.id
  description       = "SSH"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = each.value
  tags              = local.tags
}

resource "aws_vpc_security_group_egress_rule" "this" {
  region            = var.network.region
  security_group_id = aws_security_group.this.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
  tags              = local.tags
}

moved {
  from = aws_security_group.this["prometheus"]
  to   = aws_security_group.this
}

moved {
  from = aws_vpc_security_group_egress_rule.this["prometheus"]
  to   = aws_vpc_security_group_egress_rule.this
}
