# The replicas and what they share a network with. Their stores are in stores.tf, the bus in bus.tf, the ways in in balancers.tf,
# who makes recordings whole in compositors.tf.

locals {
  name  = "${var.name}-control"
  tags  = merge(var.tags, { "canopy:mesh" = var.name })
  ports = { web = 8080, grpc = 8081, bus = 4222, bus_cluster = 6222, bus_monitor = 8222, postgres = 5432, redis = 6379 }

  database_address = "${aws_db_instance.this.address}:${local.ports.postgres}/canopy"

  routing_name = "routing.${var.inner_domain}"
  bus_name     = "bus.${var.inner_domain}"

  recording_settings = merge(
    var.recordings == null ? {} : { CONTROL_RECORDING_STORE = var.recordings.location },
    var.retention_days == null ? {} : { CONTROL_RETENTION_DAYS = tostring(var.retention_days) },
  )

  settings = merge(var.settings, local.recording_settings, {
    CONTROL_HTTP_LISTEN     = "0.0.0.0:${local.ports.web}"
    CONTROL_GRPC_LISTEN     = "0.0.0.0:${local.ports.grpc}"
    CONTROL_TLS_CA_FILE     = "/run/canopy/ca.pem"
    CONTROL_TLS_CERT_FILE   = "/run/canopy/cert.pem"
    CONTROL_TLS_KEY_FILE    = "/run/canopy/key.pem"
    CONTROL_WEB_ROOT        = "/opt/canopy/web/dist"
    CONTROL_TRUSTED_PROXIES = var.cidr
    CONTROL_PUBLIC_URL      = "https://${var.domain}"
    CONTROL_ALLOWED_ORIGINS = lookup(var.settings, "CONTROL_ALLOWED_ORIGINS", "https://${var.domain}")
    NODE_EXTRA_CA_CERTS     = "/run/canopy/authorities.pem"
    LOG_LEVEL               = var.log_level
  })
}

module "network" {
  source = "../network"

  name   = local.name
  region = var.region
  cidr   = var.cidr
  tags   = local.tags
}

module "replicas" {
  source = "../hosts"

  name               = local.name
  region             = var.region
  subnet_ids         = module.network.subnet_ids
  security_group_ids = [aws_security_group.this["replica"].id]
  instance_type      = var.instance_types.replica
  size               = var.replicas
  secret_arn         = var.secret_arn
  release            = var.release
  environment        = local.settings
  prepare            = file("${path.module}/scripts/prepare-replica.sh")
  ready              = { port = local.ports.web, path = "/readyz" }
  target_group_arns  = [aws_lb_target_group.web.arn, aws_lb_target_group.inner["routing"].arn]
  ssh_keys           = var.ssh_keys
  tags               = merge(local.tags, { "canopy:role" = "control", "canopy:metrics" = tostring(local.ports.web) })

  facts = {
    DATABASE_ADDRESS = local.database_address
    REDIS_ADDRESS    = "${aws_elasticache_replication_group.this.primary_endpoint_address}:${local.ports.redis}"
    BUS_ADDRESS      = "${local.bus_name}:${local.ports.bus}"
    HTTP_PORT        = local.ports.web
  }

  service = {
    name        = "control-plane"
    description = "Canopy control plane"
    command     = "/opt/canopy/node_modules/node/bin/node /opt/canopy/control-plane/src/main.ts"
  }

  statements = var.recordings == null ? [] : [
    {
      sid       = "HandOutRecordings"
      actions   = ["s3:GetObject", "s3:DeleteObject"]
      resources = ["${var.recordings.bucket_arn}/*"]
    },
    {
      sid       = "ListRecordings"
      actions   = ["s3:ListBucket"]
      resources = [var.recordings.bucket_arn]
    },
  ]

  # Hosts fetch packages as they boot.
  depends_on = [aws_vpc_security_group_egress_rule.this, aws_vpc_security_group_ingress_rule.cidr, aws_vpc_security_group_ingress_rule.group]
}

# Names for hosts of the mesh, which write them themselves: they would keep the zone from being destroyed. Regions of edges are
# associated by their own modules.
resource "aws_route53_zone" "inner" {
  name          = var.inner_domain
  force_destroy = true
  tags          = local.tags

  vpc {
    vpc_id     = module.network.vpc_id
    vpc_region = var.region
  }

  lifecycle {
    ignore_changes = [vpc]
  }
}

# A resolver remembers for as long as this record says that a name is not there. Route 53's own says a quarter of an hour, and hosts
# ask for each other as they boot.
resource "aws_route53_record" "absence" {
  zone_id         = aws_route53_zone.inner.zone_id
  name            = var.inner_domain
  type            = "SOA"
  ttl             = 5
  records         = ["${trimsuffix(aws_route53_zone.inner.primary_name_server, ".")}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 5"]
  allow_overwrite = true
}

resource "aws_route53_record" "inner" {
  for_each = toset([local.routing_name, local.bus_name])

  zone_id = aws_route53_zone.inner.zone_id
  name    = each.value
  type    = "A"

  alias {
    name                   = aws_lb.inner.dns_name
    zone_id                = aws_lb.inner.zone_id
    evaluate_target_health = true
  }
}
