# Compositors make one file of what edges recorded. They read media of strangers, so they know the database and nothing else.

module "compositors" {
  source = "../hosts"
  count  = var.recordings == null ? 0 : 1

  name               = "${var.name}-compositor"
  region             = var.region
  subnet_ids         = module.network.subnet_ids
  security_group_ids = [aws_security_group.this["compositor"].id]
  instance_type      = var.instance_types.compositor
  size               = var.compositors
  secret_arn         = var.compositor_secret_arn
  release            = var.release
  prepare            = file("${path.module}/scripts/prepare-compositor.sh")
  packages           = ["ffmpeg", "fontconfig", "fonts-noto-cjk", "fonts-noto-core", "fonts-symbola"]
  ssh_keys           = var.ssh_keys
  disk_gib           = 128
  tags               = merge(local.tags, { "canopy:role" = "compositor" })
  facts              = { DATABASE_ADDRESS = local.database_address }

  environment = merge(
    {
      COMPOSITOR_RECORDING_STORE = var.recordings.location
      COMPOSITOR_WORK_DIR        = "/var/lib/canopy"
      NODE_EXTRA_CA_CERTS        = "/run/canopy/authorities.pem"
      LOG_LEVEL                  = var.log_level
    },
    var.retention_days == null ? {} : { COMPOSITOR_RETENTION_DAYS = tostring(var.retention_days) },
  )

  service = {
    name        = "compositor"
    description = "Canopy compositor"
    command     = "/opt/canopy/node_modules/node/bin/node /opt/canopy/control-plane/src/compositor/main.ts"
  }

  statements = [
    {
      sid       = "Compose"
      actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
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
