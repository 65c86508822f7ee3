# A mesh of three regions. A fourth one is one more entry of edge_regions, and a secret in that region.

locals {
  control_region = "eu-central-1"
  control_cidr   = "10.0.0.0/16"

  edge_cidrs = [for region in var.edge_regions : region.cidr]

  # One trace of a hundred, where there is somebody to send them to.
  traces = var.otlp_endpoint == null ? {} : {
    OTEL_EXPORTER_OTLP_ENDPOINT = var.otlp_endpoint
    OTEL_TRACES_SAMPLER         = "parentbased_traceidratio"
    OTEL_TRACES_SAMPLER_ARG     = "0.01"
  }
}

provider "aws" {
  region = local.control_region
}

module "edge_region" {
  source   = "../../modules/edge-region"
  for_each = var.edge_regions

  region        = each.key
  cidr          = each.value.cidr
  size          = each.value.size
  mesh_cidrs    = local.edge_cidrs
  control_plane = module.control_plane.for_edges
  secret_arn    = var.secret_arns.edges[each.key]
  release       = var.release
  recordings    = module.recordings.for_hosts
  public_names  = { zone_id = var.zone_id, domain = "edges.${var.domain}" }
  settings      = local.traces
  ssh_cidrs     = var.ssh.cidrs
  ssh_keys      = var.ssh.keys
}

module "control_plane" {
  source = "../../modules/control-plane"

  region            = local.control_region
  cidr              = local.control_cidr
  edge_cidrs        = local.edge_cidrs
  domain            = var.domain
  certificate_arn   = module.dns.certificate_arn
  secret_arn        = var.secret_arns.control
  bus_secret_arn    = var.secret_arns.bus
  database_password = var.database_password
  redis_password    = var.redis_password
  release           = var.release
  settings          = local.traces
  ssh_cidrs         = var.ssh.cidrs
  ssh_keys          = var.ssh.keys

  recordings            = module.recordings.for_hosts
  compositor_secret_arn = var.secret_arns.compositor
  retention_days        = 90
}

module "recordings" {
  source = "../../modules/recordings"

  region = local.control_region
  bucket = var.recordings_bucket
}

module "dns" {
  source = "../../modules/dns"

  domain             = var.domain
  zone_id            = var.zone_id
  certificate_region = local.control_region
  endpoints          = { (local.control_region) = module.control_plane.load_balancer }
}

module "peering" {
  source = "../../modules/peering"

  networks = merge(
    { control = module.control_plane.network },
    { for region, edges in module.edge_region : "edges-${region}" => edges.network },
  )
}

module "observability" {
  source = "../../modules/observability"

  network = module.control_plane.for_observer
  regions = keys(var.edge_regions)

  grafana       = var.grafana
  alertmanagers = var.alertmanagers
  ssh_cidrs     = var.ssh.cidrs
  ssh_keys      = var.ssh.keys
}
