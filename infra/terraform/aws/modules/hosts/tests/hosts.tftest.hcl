mock_provider "aws" {
  source = "../../testing"
}

variables {
  name               = "things"
  region             = "eu-central-1"
  subnet_ids         = ["subnet-1"]
  security_group_ids = ["sg-1"]
  instance_type      = "t3.small"
  size               = { min = 1, max = 3 }
  prepare            = "fetch_release\n"
  service            = { name = "thing", description = "A thing", command = "/usr/bin/thing", stop_timeout_seconds = 600 }
}

run "a_host_that_needs_nothing_may_do_nothing" {
  assert {
    condition     = output.statements == [] && length(aws_iam_role_policy.this) == 0
    error_message = "A role without need has no policy."
  }
  assert {
    condition     = length(aws_autoscaling_group.this.initial_lifecycle_hook) == 0
    error_message = "A host that has nothing to let go of is not waited for."
  }
  assert {
    condition     = aws_launch_template.this.metadata_options[0].http_tokens == "required"
    error_message = "The metadata service answers sessions only."
  }
  assert {
    condition     = aws_launch_template.this.block_device_mappings[0].ebs[0].encrypted == "true"
    error_message = "Disks are encrypted."
  }
}

run "a_new_host_comes_before_an_old_one_goes" {
  assert {
    condition     = aws_autoscaling_group.this.instance_maintenance_policy[0].min_healthy_percentage == 100 && aws_autoscaling_group.this.instance_maintenance_policy[0].max_healthy_percentage == 150
    error_message = "A refresh that is started by hand heeds the group's policy, and would else take a host that is alone first."
  }
  assert {
    condition     = length(aws_autoscaling_group.this.instance_refresh[0].preferences) == 0
    error_message = "Terraform's own refresh heeds it too."
  }
}

run "a_stopped_service_replaces_no_host" {
  variables {
    target_group_arns = ["arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/things/1"]
  }

  assert {
    condition     = aws_autoscaling_group.this.health_check_type == "EC2"
    error_message = "docs/operations/backup.md stops services of hosts that are to stay."
  }
}

run "a_host_that_drains_is_waited_for_longer_than_it_takes" {
  variables {
    drains = true
  }

  assert {
    condition     = one(aws_autoscaling_group.this.initial_lifecycle_hook).heartbeat_timeout == 720
    error_message = "The hook waits as long as the service may take, and two minutes."
  }
  assert {
    condition     = one(aws_autoscaling_group.this.initial_lifecycle_hook).lifecycle_transition == "autoscaling:EC2_INSTANCE_TERMINATING"
    error_message = "It waits when the host is to go."
  }
  assert {
    condition     = [for statement in output.statements : statement.Sid] == ["ComeAndGo"]
    error_message = "The host may complete the hooks of its own group."
  }
  assert {
    condition     = [for hook in aws_autoscaling_lifecycle_hook.this : hook.heartbeat_timeout] == [720]
    error_message = "Another time for draining reaches groups that exist."
  }
  assert {
    condition     = aws_autoscaling_group.this.timeouts.delete == "25m"
    error_message = "Terraform waits for a group to drain."
  }
}

run "a_host_with_a_name_may_write_it_and_ask_whether_it_is_served" {
  variables {
    names_zone = { zone_id = "ZINNER", domain = "things.canopy.internal" }
  }

  assert {
    condition     = { for statement in output.statements : one(statement.Action) => statement.Resource } == { "route53:ChangeResourceRecordSets" = ["arn:aws:route53:::hostedzone/ZINNER"], "route53:GetChange" = ["arn:aws:route53:::change/*"] }
    error_message = "In its own zone, and nothing else."
  }
}

run "a_group_scales_by_what_its_service_measures" {
  variables {
    load = { port = 9464, series = "thing_load_ratio", target = 0.5 }
  }

  assert {
    condition     = aws_autoscaling_policy.this[0].target_tracking_configuration[0].customized_metric_specification[0].metric_name == "thing_load_ratio"
    error_message = "Not by CPU."
  }
  assert {
    condition     = [for statement in output.statements : statement.Condition.StringEquals["cloudwatch:namespace"]] == ["Canopy"]
    error_message = "Hosts may tell their load, and nothing else."
  }
}

run "what_a_host_is_made_of_has_its_tags" {
  assert {
    condition     = toset(aws_launch_template.this.tag_specifications[*].resource_type) == toset(["instance", "network-interface", "volume"])
    error_message = "Permissions are by tags."
  }
}

run "a_host_that_never_gets_ready_is_taken_away" {
  variables {
    ready = { port = 80, path = "/readyz" }
  }

  assert {
    condition     = one(aws_autoscaling_group.this.initial_lifecycle_hook).lifecycle_transition == "autoscaling:EC2_INSTANCE_LAUNCHING"
    error_message = "The group waits for it when it starts."
  }
  assert {
    condition     = one(aws_autoscaling_group.this.initial_lifecycle_hook).default_result == "ABANDON"
    error_message = "Without word from the host it does not count."
  }
}

run "a_group_of_one_size_does_not_scale" {
  variables {
    size = { min = 2, max = 2 }
  }

  assert {
    condition     = length(aws_autoscaling_policy.this) == 0
    error_message = "Nothing to scale."
  }
}

run "a_size_upside_down_is_refused" {
  command = plan

  variables {
    size = { min = 3, max = 1 }
  }

  expect_failures = [var.size]
}

run "a_release_without_its_sum_is_refused" {
  command = plan

  variables {
    release = { bucket = "b", key = "k", region = "eu-central-1", sha256 = "none" }
  }

  expect_failures = [var.release]
}

run "what_aws_would_refuse_hours_later_is_refused" {
  command = plan

  variables {
    region        = "frankfurt"
    instance_type = "large"
    image         = "debian-12"
    disk_gib      = 4
    name          = "Things"
    secret_arn    = "things"
  }

  expect_failures = [var.region, var.instance_type, var.image, var.disk_gib, var.name, var.secret_arn]
}

run "a_type_for_arm_is_refused" {
  command = plan

  variables {
    instance_type = "c7gn.large"
  }

  expect_failures = [var.instance_type]
}

run "the_first_type_for_arm_is_refused" {
  command = plan

  variables {
    instance_type = "a1.large"
  }

  expect_failures = [var.instance_type]
}

run "half_a_host_is_refused" {
  command = plan

  variables {
    size     = { min = 1, max = 2.5 }
    disk_gib = 16.5
  }

  expect_failures = [var.size, var.disk_gib]
}

run "a_refresh_without_room_for_one_more_is_refused" {
  command = plan

  variables {
    max_percentage = 100
  }

  expect_failures = [var.max_percentage]
}

run "no_host_at_all_is_refused" {
  command = plan

  variables {
    size = { min = 0, max = 1 }
  }

  expect_failures = [var.size]
}

run "words_that_break_out_of_their_quotes_are_refused" {
  command = plan

  variables {
    facts   = { NAME = "it's" }
    ready   = { port = 80, path = "/it's" }
    load    = { port = 80, series = "it's", target = 1 }
    release = { bucket = "releases", key = "it's", region = "eu-central-1", sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  }

  expect_failures = [var.facts, var.ready, var.load, var.release]
}

run "facts_whose_names_a_shell_does_not_take_are_refused" {
  command = plan

  variables {
    facts      = { "a-name" = "" }
    ready      = { port = 70000, path = "/" }
    load       = { port = 0, series = "load", target = 1 }
    names_zone = { zone_id = "ZINNER", domain = "internal" }
  }

  expect_failures = [var.facts, var.ready, var.load, var.names_zone]
}

run "a_host_that_may_do_everything_is_refused" {
  command = plan

  variables {
    statements = [{ sid = "All", actions = ["s3:*"], resources = ["*"] }]
  }

  expect_failures = [var.statements]
}

run "a_release_in_no_bucket_is_refused" {
  command = plan

  variables {
    release = { bucket = "s3://releases", key = "canopy.tar.gz", region = "eu-central-1", sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  }

  expect_failures = [var.release]
}
