mock_provider "aws" {
  source = "../../testing"
}

variables {
  name   = "net"
  region = "eu-central-1"
  cidr   = "10.7.0.0/16"
}

run "each_zone_has_a_subnet_of_its_own" {
  assert {
    condition     = aws_subnet.this[*].cidr_block == ["10.7.0.0/20", "10.7.16.0/20", "10.7.32.0/20"]
    error_message = "Subnets follow each other."
  }
  assert {
    condition     = length(distinct(aws_subnet.this[*].availability_zone)) == 3
    error_message = "Each is in another zone."
  }
}

run "a_region_with_fewer_zones_has_one_subnet_in_each" {
  variables {
    availability_zones = 6
  }

  assert {
    condition     = aws_subnet.this[*].availability_zone == ["zone-a", "zone-b", "zone-c"]
    error_message = "A load balancer takes one subnet of each zone."
  }
}

run "a_public_network_is_refused" {
  command = plan

  variables {
    cidr = "8.8.0.0/16"
  }

  expect_failures = [var.cidr]
}
