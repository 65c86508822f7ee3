# One region of edges. They announce an elastic address to browsers, and private ones to each other and to the control plane.
# Beside each is a TURN server (turn.tf), for who gets through to nothing else.

locals {
  name = "${var.name}-edge"
  tags = merge(var.tags, { "canopy:mesh" = var.name, "canopy:role" = "edge", "canopy:metrics" = tostring(var.ports.http) })

  # How many edges there may be at once while new ones come and old ones go, in percent of those wanted. Each needs an address.
  max_percentage = 150
  address_count  = ceil(var.size.max * local.max_percentage / 100)

  settings = merge(var.settings, local.recording_settings, {
    EDGE_REGION              = var.region
    EDGE_WORKERS             = var.workers
    EDGE_MEDIA_PORT          = var.ports.media
    EDGE_LINK_MIN_PORT       = var.ports.links_min
    EDGE_LINK_MAX_PORT       = var.ports.links_max
    EDGE_PROBE_PORT          = var.ports.probe
    EDGE_GRPC_LISTEN         = "0.0.0.0:${var.ports.grpc}"
    EDGE_CONTROL_PLANES      = var.control_plane.routing_address
    EDGE_EGRESS_CAPACITY_BPS = var.egress_capacity_bps
    EDGE_DRAIN_TIMEOUT_MS    = var.drain_timeout_seconds * 1000
    EDGE_TLS_CA_FILE         = "/run/canopy/ca.pem"
    EDGE_TLS_CERT_FILE       = "/run/canopy/cert.pem"
    EDGE_TLS_KEY_FILE        = "/run/canopy/key.pem"
    NODE_EXTRA_CA_CERTS      = "/run/canopy/ca.pem"
    LOG_LEVEL                = var.log_level
  })

  # What an edge moved there before it was started anew, and what others recorded of the same meeting, it reads from there.
  recording_statements = var.recordings == null ? [] : [
    {
      sid       = "Record"
      actions   = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"]
      resources = ["${var.recordings.bucket_arn}/*"]
    },
    {
      sid       = "ListRecordings"
      actions   = ["s3:ListBucket"]
      resources = [var.recordings.bucket_arn]
    },
  ]

  # A part is written here, and moved into the bucket as soon as it is whole.
  recording_settings = var.recordings == null ? {} : {
    EDGE_RECORDING_DIR   = "/var/lib/canopy/recordings"
    EDGE_RECORDING_STORE = var.recordings.location
  }
}

module "network" {
  source = "../network"

  name   = local.name
  region = var.region
  cidr   = var.cidr
  tags   = local.tags
}

# The names of the control plane and of other edges are found from here.
resource "aws_route53_zone_association" "this" {
  zone_id    = var.control_plane.zone_id
  vpc_id     = module.network.vpc_id
  vpc_region = var.region
}

# Each edge takes a free one of these at its start (scripts/prepare.sh). A group that is as large as it may be is replaced too.
resource "aws_eip" "this" {
  count = local.address_count

  region = var.region
  domain = "vpc"
  tags   = merge(local.tags, { Name = "${local.name}-${count.index}", "canopy:group" = local.name })
}

module "edges" {
  source = "../hosts"

  name               = local.name
  region             = var.region
  subnet_ids         = module.network.subnet_ids
  security_group_ids = [aws_security_group.this.id]
  instance_type      = var.instance_type
  size               = var.size
  max_percentage     = local.max_percentage
  secret_arn         = var.secret_arn
  release            = var.release
  names_zone         = { zone_id = var.control_plane.zone_id, domain = var.control_plane.edge_domain }
  environment        = { for name, value in local.settings : name => tostring(value) }
  prepare            = file("${path.module}/scripts/prepare.sh")
  ready              = { port = var.ports.http, path = "/readyz" }
  load               = { port = var.ports.http, series = "canopy_edge_load_ratio", target = 0.5 }
  drains             = true
  disk_gib           = var.recordings == null ? 16 : 64
  packages           = concat(local.turn_packages, var.recordings == null ? [] : ["ffmpeg"])
  files              = local.turn_files
  beside             = local.turn_services
  ssh_keys           = var.ssh_keys
  tags               = local.tags

  facts = merge(
    {
      BUS_ADDRESS = var.control_plane.bus_address
      GRPC_PORT   = var.ports.grpc
      HTTP_PORT   = var.ports.http
    },
    local.public_facts,
    local.turn_facts,
  )

  service = {
    name                 = "edge"
    description          = "Canopy edge node"
    command              = "/opt/canopy/node_modules/node/bin/node /opt/canopy/edge-node/src/main.ts"
    stop_timeout_seconds = var.drain_timeout_seconds + 30
  }

  statements = concat(local.recording_statements, [
    {
      sid       = "SeeAddresses"
      actions   = ["ec2:DescribeAddresses"]
      resources = ["*"]
    },
    {
      sid       = "TakeAddress"
      actions   = ["ec2:AssociateAddress"]
      resources = [for kind in ["elastic-ip", "instance", "network-interface"] : "arn:aws:ec2:${var.region}:*:${kind}/*"]
      tags      = { "canopy:group" = local.name }
    },
  ])

  # Hosts fetch packages as they boot, and reach the mesh as long as they drain.
  depends_on = [aws_route53_zone_association.this, aws_vpc_security_group_egress_rule.this, aws_vpc_security_group_ingress_rule.this]
}
