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

run "a_shared_one_is_no_network_for_hosts" {
  command = plan

  variables {
    cidr = "100.64.0.0/16"
  }

  expect_failures = [var.cidr]
}

run "one_beyond_the_private_ones_is_no_network_for_hosts" {
  command = plan

  variables {
    cidr = "172.32.0.0/16"
  }

  expect_failures = [var.cidr]
}

run "one_beside_the_private_ones_is_no_network_for_hosts" {
  command = plan

  variables {
    cidr = "192.169.0.0/16"
  }

  expect_failures = [var.cidr]
}

run "one_that_is_too_large_is_no_network_for_hosts" {
  command = plan

  variables {
    cidr = "10.0.0.0/15"
  }

  expect_failures = [var.cidr]
}

run "one_that_is_too_small_is_no_network_for_hosts" {
  command = plan

  variables {
    cidr = "10.1.0.0/21"
  }

  expect_failures = [var.cidr]
}

run "one_with_host_bits_is_no_network_for_hosts" {
  command = plan

  variables {
    cidr = "10.1.2.0/16"
  }

  expect_failures = [var.cidr]
}

run "half_a_zone_and_names_that_aws_does_not_know_are_refused" {
  command = plan

  variables {
    name               = "A network"
    region             = "frankfurt"
    availability_zones = 1.5
  }

  expect_failures = [var.name, var.region, var.availability_zones]
}
