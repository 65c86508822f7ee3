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
