mock_provider "aws" {
  source = "../../testing"
}

variables {
  domain            = "meet.example.org"
  zone_id           = "ZPUBLIC"
  database_password = "a password for a test"
  redis_password    = "aPasswordForATest1"
  release           = { bucket = "releases", key = "canopy.tar.gz", region = "eu-central-1", sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  recordings_bucket = "example-recordings"
  otlp_endpoint     = "http://collector.example.org:4318"
  ssh               = { cidrs = ["192.0.2.0/24"], keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample operator"] }
  secret_arns = {
    control    = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:control"
    bus        = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:bus"
    compositor = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:compositor"
    edges = {
      eu-central-1   = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:edge"
      us-east-1      = "arn:aws:secretsmanager:us-east-1:123456789012:secret:edge"
      ap-southeast-2 = "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:edge"
    }
  }
}

run "three_regions_stand_together" {
  assert {
    condition     = { for region, addresses in output.edge_addresses : region => length(addresses) } == { eu-central-1 = 6, us-east-1 = 6, ap-southeast-2 = 5 }
    error_message = "Each region has its edges' addresses, and those for edges that replace them."
  }
  assert {
    condition     = length(module.peering.connections) == 6
    error_message = "Three regions and the control plane reach each other."
  }
}

run "a_fourth_region_is_one_entry_more" {
  variables {
    edge_regions = {
      eu-central-1   = { cidr = "10.1.0.0/16", size = { min = 2, max = 4 } }
      us-east-1      = { cidr = "10.2.0.0/16", size = { min = 2, max = 4 } }
      ap-southeast-2 = { cidr = "10.3.0.0/16", size = { min = 1, max = 3 } }
      sa-east-1      = { cidr = "10.4.0.0/16", size = { min = 1, max = 2 } }
    }
    secret_arns = {
      control    = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:control"
      bus        = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:bus"
      compositor = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:compositor"
      edges = {
        eu-central-1   = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:edge"
        us-east-1      = "arn:aws:secretsmanager:us-east-1:123456789012:secret:edge"
        ap-southeast-2 = "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:edge"
        sa-east-1      = "arn:aws:secretsmanager:sa-east-1:123456789012:secret:edge"
      }
    }
  }

  assert {
    condition     = { for region, addresses in output.edge_addresses : region => length(addresses) } == { eu-central-1 = 6, us-east-1 = 6, ap-southeast-2 = 5, sa-east-1 = 3 }
    error_message = "It has edges, and the others stay as they are."
  }
  assert {
    condition     = length(module.peering.connections) == 10
    error_message = "It is joined with the control plane and every other region."
  }
}

run "a_region_without_a_secret_is_refused" {
  command = plan

  variables {
    edge_regions = {
      eu-central-1 = { cidr = "10.1.0.0/16", size = { min = 2, max = 4 } }
      sa-east-1    = { cidr = "10.4.0.0/16", size = { min = 1, max = 2 } }
    }
  }

  expect_failures = [var.secret_arns]
}

run "a_city_is_no_region" {
  command = plan

  variables {
    edge_regions = { frankfurt = { cidr = "10.1.0.0/16", size = { min = 2, max = 4 } } }
  }

  expect_failures = [var.edge_regions]
}
