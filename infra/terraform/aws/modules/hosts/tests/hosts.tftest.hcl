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
    condition     = length(aws_autoscaling_policy.cpu) == 0
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
