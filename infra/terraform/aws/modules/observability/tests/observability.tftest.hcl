mock_provider "aws" {
  source = "../../testing"
}

variables {
  network = { region = "eu-central-1", vpc_id = "vpc-1", subnet_ids = ["subnet-1"], cidr = "10.0.0.0/16" }
  regions = ["eu-central-1", "us-east-1"]
  grafana = { url = "https://grafana.example.org/grafana.tar.gz", sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
}

run "grafana_has_all_dashboards_and_its_data_source" {
  assert {
    condition     = length([for path in keys(local.files) : path if startswith(path, "/etc/grafana/canopy-dashboards/")]) == length(fileset("${local.observability}/grafana/dashboards", "*.json"))
    error_message = "Every dashboard is on the host."
  }
  assert {
    condition     = yamldecode(local.files["/etc/grafana/provisioning/datasources/prometheus.yml"]).datasources[0].uid == "prometheus"
    error_message = "It asks Prometheus."
  }
  assert {
    condition     = yamldecode(local.files["/etc/grafana/provisioning/dashboards/canopy.yml"]).providers[0].options.path == "/etc/grafana/canopy-dashboards"
    error_message = "It reads dashboards where they are."
  }
  assert {
    condition     = local.grafana_settings.GF_SERVER_HTTP_ADDR == "127.0.0.1" && length(aws_vpc_security_group_ingress_rule.ssh) == 0
    error_message = "It is reached from the host alone, and nothing else of it from anywhere."
  }
}

run "without_traces_no_latency_leads_to_one" {
  assert {
    condition     = !strcontains(join("", values(local.grafana_files)), "datasourceUid: traces") && !contains(keys(local.files), "/etc/grafana/provisioning/datasources/traces.yml")
    error_message = "No data source is named that is not there."
  }
  assert {
    condition     = yamldecode(local.files["/etc/grafana/provisioning/datasources/prometheus.yml"]).datasources[0].jsonData == { httpMethod = "POST", timeInterval = "15s" }
    error_message = "The rest of the data source stays."
  }
}

run "with_traces_a_latency_leads_to_one" {
  variables {
    traces_url = "http://traces.example.org:16686"
  }

  assert {
    condition     = yamldecode(local.files["/etc/grafana/provisioning/datasources/prometheus.yml"]).datasources[0].jsonData.exemplarTraceIdDestinations[0].datasourceUid == yamldecode(local.files["/etc/grafana/provisioning/datasources/traces.yml"]).datasources[0].uid
    error_message = "To the data source of traces."
  }
  assert {
    condition     = local.grafana_settings.TRACES_URL == "http://traces.example.org:16686"
    error_message = "It is asked there."
  }
}

run "prometheus_stands_alone_unless_grafana_is_wanted" {
  variables {
    grafana = null
  }

  assert {
    condition     = !strcontains(output.cloud_config, "grafana server") && length(local.grafana_files) == 0
    error_message = "Nothing of Grafana is on the host."
  }
}

run "a_program_without_its_sum_is_refused" {
  command = plan

  variables {
    grafana = { url = "https://grafana.example.org/grafana.tar.gz", sha256 = "" }
  }

  expect_failures = [var.grafana]
}

run "alerts_go_to_whom_they_are_to" {
  variables {
    alertmanagers = ["alerts.example.org:9093"]
  }

  assert {
    condition     = yamldecode(local.files["/etc/canopy/prometheus.yml"]).alerting.alertmanagers[0].static_configs[0].targets == ["alerts.example.org:9093"]
    error_message = "Prometheus tells the Alertmanager."
  }
}

run "without_alertmanagers_there_are_still_settings" {
  assert {
    condition     = !can(yamldecode(local.files["/etc/canopy/prometheus.yml"]).alerting)
    error_message = "Nobody is told."
  }
  assert {
    condition     = length(yamldecode(local.files["/etc/canopy/prometheus.yml"]).scrape_configs) == 1
    error_message = "It scrapes all the same."
  }
}

run "an_alertmanager_is_no_url" {
  command = plan

  variables {
    alertmanagers = ["http://alerts.example.org"]
  }

  expect_failures = [var.alertmanagers]
}

run "no_region_at_all_is_refused" {
  command = plan

  variables {
    regions = []
  }

  expect_failures = [var.regions]
}

run "the_whole_internet_gets_in_nowhere" {
  command = plan

  variables {
    ssh_cidrs = ["0.0.0.0/0"]
    ssh_keys  = ["ssh-ed25519 AAAA somebody"]
  }

  expect_failures = [var.ssh_cidrs]
}

run "half_of_the_internet_gets_in_nowhere" {
  command = plan

  variables {
    ssh_cidrs = ["128.0.0.0/1"]
    ssh_keys  = ["ssh-ed25519 AAAA somebody"]
  }

  expect_failures = [var.ssh_cidrs]
}

run "half_a_day_is_refused" {
  command = plan

  variables {
    retention_days = 1.5
  }

  expect_failures = [var.retention_days]
}

run "a_type_for_arm_and_rules_that_nobody_reads_are_refused" {
  command = plan

  variables {
    instance_type = "t4g.large"
    rules         = { "mine.yaml" = "groups: []" }
  }

  expect_failures = [var.instance_type, var.rules]
}

run "rules_without_groups_are_refused" {
  command = plan

  variables {
    rules = { "mine.yml" = "alert: Mine" }
  }

  expect_failures = [var.rules]
}
