mock_provider "aws" {
  source = "../../testing"
}

variables {
  network = { region = "eu-central-1", vpc_id = "vpc-1", subnet_ids = ["subnet-1"], cidr = "10.0.0.0/16" }
  regions = ["eu-central-1", "us-east-1"]
}

run "prometheus_is_reached_by_grafana_only" {
  assert {
    condition     = aws_vpc_security_group_ingress_rule.grafana.referenced_security_group_id == aws_security_group.this["grafana"].id
    error_message = "Not from anywhere else."
  }
  assert {
    condition     = output.grafana_url == null
    error_message = "Without Grafana there is no address of it."
  }
}

run "grafana_is_a_managed_workspace" {
  variables {
    grafana = true
  }

  assert {
    condition     = startswith(output.grafana_url, "https://")
    error_message = "It has an address."
  }
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
