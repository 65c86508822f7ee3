# A group of equal hosts, each with one service: launch template, autoscaling group, and a role that may do no more than said.

locals {
  tags = merge(var.tags, { Name = var.name, "canopy:group" = var.name })

  facts = merge(
    { REGION = var.region, GROUP = var.name, UNIT = "canopy-${var.service.name}.service" },
    { for name, hook in local.hooks : "${upper(name)}_HOOK" => hook.name },
    var.ready == null ? {} : { READY_PORT = var.ready.port, READY_PATH = var.ready.path },
    var.load == null ? {} : { LOAD_PORT = var.load.port, LOAD_SERIES = var.load.series },
    var.secret_arn == null ? {} : { SECRET_ARN = var.secret_arn },
    var.names_zone == null ? {} : { ZONE_ID = var.names_zone.zone_id, DOMAIN = var.names_zone.domain },
    var.release == null ? {} : { for name, value in var.release : "RELEASE_${upper(name)}" => value },
    var.facts,
  )

  hooks = merge(
    # A host that never gets ready is taken away, and a refresh of the group stops there.
    var.ready == null ? {} : {
      arrive = { name = "${var.name}-arrive", transition = "LAUNCHING", seconds = 900, otherwise = "ABANDON" }
    },
    # What stopping takes, and some time for the host to notice.
    !var.drains ? {} : {
      leave = { name = "${var.name}-leave", transition = "TERMINATING", seconds = var.service.stop_timeout_seconds + 120, otherwise = "CONTINUE" }
    },
  )

  # Each begins with what a host on AWS can do.
  scripts = {
    for name, text in {
      prepare = var.prepare
      arrive  = var.ready == null ? null : file("${path.module}/scripts/arrive.sh")
      leave   = var.drains ? file("${path.module}/scripts/leave.sh") : null
      report  = var.load == null ? null : file("${path.module}/scripts/report.sh")
    } : name => text == null ? null : join("\n", [file("${path.module}/scripts/aws.sh"), text])
  }
}

module "host" {
  source = "../../../host"

  service     = var.service
  environment = var.environment
  beside      = var.beside
  prepare     = local.scripts.prepare
  arrive      = local.scripts.arrive
  leave       = local.scripts.leave
  report      = local.scripts.report
  ssh_keys    = var.ssh_keys
  packages    = concat(["awscli", "ca-certificates", "curl", "jq"], var.packages)
  files = merge(var.files, {
    "/etc/canopy/facts" = join("", [for name in sort(keys(local.facts)) : "${name}='${local.facts[name]}'\n"])
  })
}

resource "aws_launch_template" "this" {
  region                 = var.region
  name                   = var.name
  image_id               = var.image
  instance_type          = var.instance_type
  vpc_security_group_ids = var.security_group_ids
  user_data              = base64gzip(module.host.cloud_config)
  update_default_version = true
  tags                   = local.tags

  iam_instance_profile {
    arn = aws_iam_instance_profile.this.arn
  }

  # Scaling looks at minutes.
  monitoring {
    enabled = true
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_size = var.disk_gib
      volume_type = "gp3"
      encrypted   = "true"
    }
  }

  # A permission on an elastic address may be asked for on the network interface too: it is by tags.
  dynamic "tag_specifications" {
    for_each = ["instance", "network-interface", "volume"]

    content {
      resource_type = tag_specifications.value
      tags          = local.tags
    }
  }
}

resource "aws_autoscaling_group" "this" {
  region                    = var.region
  name                      = var.name
  min_size                  = var.size.min
  max_size                  = var.size.max
  vpc_zone_identifier       = var.subnet_ids
  target_group_arns         = var.target_group_arns
  default_instance_warmup   = 120
  wait_for_capacity_timeout = "20m"
  # Not what load balancers find: while a store is away no replica is ready, and to replace them all would help nobody. systemd
  # restarts a service that ends.
  health_check_type = "EC2"

  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }

  # New hosts come before old ones go, whoever replaces them: Terraform, somebody by hand, or the group itself.
  instance_maintenance_policy {
    min_healthy_percentage = 100
    max_healthy_percentage = var.max_percentage
  }

  instance_refresh {
    strategy = "Rolling"
  }

  dynamic "initial_lifecycle_hook" {
    for_each = local.hooks

    content {
      name                 = initial_lifecycle_hook.value.name
      lifecycle_transition = "autoscaling:EC2_INSTANCE_${initial_lifecycle_hook.value.transition}"
      heartbeat_timeout    = initial_lifecycle_hook.value.seconds
      default_result       = initial_lifecycle_hook.value.otherwise
    }
  }

  dynamic "tag" {
    for_each = local.tags

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  # As long as a group that is taken away may need to drain.
  timeouts {
    delete = "${15 + ceil(var.service.stop_timeout_seconds / 60)}m"
  }

  # Hosts that go still have to say so.
  depends_on = [aws_iam_role_policy.this]
}

# The first hosts need their hooks before the group has any; those above are never looked at again, so that these follow changes.
resource "aws_autoscaling_lifecycle_hook" "this" {
  for_each = local.hooks

  region                 = var.region
  name                   = each.value.name
  autoscaling_group_name = aws_autoscaling_group.this.name
  lifecycle_transition   = "autoscaling:EC2_INSTANCE_${each.value.transition}"
  heartbeat_timeout      = each.value.seconds
  default_result         = each.value.otherwise
}

resource "aws_autoscaling_policy" "this" {
  count = var.size.max > var.size.min ? 1 : 0

  region                 = var.region
  name                   = "${var.name}-${var.load == null ? "cpu" : "load"}"
  autoscaling_group_name = aws_autoscaling_group.this.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = var.load == null ? 50 : var.load.target

    dynamic "predefined_metric_specification" {
      for_each = var.load == null ? ["ASGAverageCPUUtilization"] : []

      content {
        predefined_metric_type = predefined_metric_specification.value
      }
    }

    # What report.sh tells.
    dynamic "customized_metric_specification" {
      for_each = var.load == null ? [] : [var.load.series]

      content {
        namespace   = "Canopy"
        metric_name = customized_metric_specification.value
        statistic   = "Average"

        metric_dimension {
          name  = "AutoScalingGroupName"
          value = aws_autoscaling_group.this.name
        }
      }
    }
  }
}
