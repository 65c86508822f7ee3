variables {
  service     = { name = "thing", description = "A thing", command = "/usr/bin/thing" }
  environment = { THING_PORT = "1" }
  prepare     = "#!/bin/bash\n"
}

run "a_host_is_prepared_then_runs_its_service" {
  assert {
    condition     = output.unit == "canopy-thing.service"
    error_message = "The unit is named for the service."
  }
  assert {
    condition = [for file in yamldecode(output.cloud_config).write_files : file.path] == [
      "/etc/canopy/thing.env",
      "/etc/systemd/system/canopy-prepare.service",
      "/etc/systemd/system/canopy-thing.service",
      "/usr/local/lib/canopy/prepare",
    ]
    error_message = "A host that is not waited for has no unit that hands it back."
  }
}

run "a_host_that_drains_is_handed_back" {
  variables {
    leave = "#!/bin/bash\n"
  }

  assert {
    condition     = contains(flatten(yamldecode(output.cloud_config).runcmd), "canopy-leave.service")
    error_message = "The unit that hands the host back is started."
  }
}

run "a_service_beside_is_another_user_who_is_told_nothing_of_the_first" {
  variables {
    beside = [{ name = "other", description = "Another", command = "/usr/bin/other" }]
  }

  assert {
    condition     = [for user in yamldecode(output.cloud_config).users : user.name if user != "default"] == ["canopy-other", "canopy"]
    error_message = "Each service has a user."
  }
  assert {
    condition = [
      for unit in ["thing", "other"] : regexall("(?m)^(?:User|Group|StateDirectory|EnvironmentFile|IPAddressDeny)=.*$", one([
        for file in yamldecode(output.cloud_config).write_files : file.content if file.path == "/etc/systemd/system/canopy-${unit}.service"
      ]))
      ] == [
      tolist(["User=canopy", "Group=canopy", "StateDirectory=canopy", "EnvironmentFile=/etc/canopy/thing.env", "EnvironmentFile=/run/canopy/host.env"]),
      tolist(["User=canopy-other", "Group=canopy-other", "StateDirectory=canopy-other", "IPAddressDeny=link-local"]),
    ]
    error_message = "Settings and secrets are the first one's, and so is what the metadata service tells."
  }
}

run "a_service_beside_whose_user_linux_would_not_take_is_refused" {
  command = plan

  variables {
    beside = [{ name = "a-name-of-twenty-six-signs", description = "Another", command = "/usr/bin/other" }]
  }

  expect_failures = [var.beside]
}

run "a_setting_that_breaks_out_of_its_quotes_is_refused" {
  command = plan

  variables {
    environment = { THING_NAME = "it's" }
  }

  expect_failures = [var.environment]
}

run "a_command_without_a_path_is_refused" {
  command = plan

  variables {
    service = { name = "thing", description = "A thing", command = "thing" }
  }

  expect_failures = [var.service]
}

run "what_systemd_or_the_shell_would_misread_is_refused" {
  command = plan

  variables {
    environment = { "THING PORT" = "1" }
    files       = { "etc/thing" = "" }
    packages    = ["thing; reboot"]
    ssh_keys    = ["-----BEGIN OPENSSH PRIVATE KEY-----"]
    beside      = [{ name = "other", description = "Another", command = "other" }]
  }

  expect_failures = [var.environment, var.files, var.packages, var.ssh_keys, var.beside]
}

run "a_file_elsewhere_than_it_says_is_refused" {
  command = plan

  variables {
    files = { "/etc/canopy/../passwd" = "" }
  }

  expect_failures = [var.files]
}

run "two_services_of_one_name_are_refused" {
  command = plan

  variables {
    beside = [{ name = "thing", description = "Another", command = "/usr/bin/other" }]
  }

  expect_failures = [var.beside]
}

run "a_name_that_systemd_does_not_take_is_refused" {
  command = plan

  variables {
    service = { name = "a thing", description = "A thing", command = "/usr/bin/thing" }
  }

  expect_failures = [var.service]
}
