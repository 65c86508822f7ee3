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

run "no_region_at_all_is_refused" {
  command = plan

  variables {
    regions = []
  }

  expect_failures = [var.regions]
}
