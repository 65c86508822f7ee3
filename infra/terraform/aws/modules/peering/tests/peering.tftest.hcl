mock_provider "aws" {}

variables {
  networks = {
    a = { region = "eu-central-1", cidr = "10.0.0.0/16", vpc_id = "vpc-a", route_table_id = "rtb-a" }
    b = { region = "us-east-1", cidr = "10.1.0.0/16", vpc_id = "vpc-b", route_table_id = "rtb-b" }
    c = { region = "us-east-1", cidr = "10.2.0.0/16", vpc_id = "vpc-c", route_table_id = "rtb-c" }
  }
}

run "each_network_reaches_each_other_one" {
  assert {
    condition     = toset(keys(output.connections)) == toset(["a--b", "a--c", "b--c"])
    error_message = "One connection per pair."
  }
  assert {
    condition = toset([for way in aws_route.this : "${way.route_table_id} ${way.destination_cidr_block}"]) == toset([
      "rtb-a 10.1.0.0/16", "rtb-a 10.2.0.0/16", "rtb-b 10.0.0.0/16", "rtb-b 10.2.0.0/16", "rtb-c 10.0.0.0/16", "rtb-c 10.1.0.0/16",
    ])
    error_message = "A route each way."
  }
}

run "two_networks_with_the_same_addresses_are_refused" {
  command = plan

  variables {
    networks = {
      a = { region = "eu-central-1", cidr = "10.0.0.0/16", vpc_id = "vpc-a", route_table_id = "rtb-a" }
      b = { region = "us-east-1", cidr = "10.0.0.0/16", vpc_id = "vpc-b", route_table_id = "rtb-b" }
    }
  }

  expect_failures = [var.networks]
}

run "two_networks_of_which_one_is_in_the_other_are_refused" {
  command = plan

  variables {
    networks = {
      a = { region = "eu-central-1", cidr = "10.0.0.0/16", vpc_id = "vpc-a", route_table_id = "rtb-a" }
      b = { region = "us-east-1", cidr = "10.0.128.0/20", vpc_id = "vpc-b", route_table_id = "rtb-b" }
    }
  }

  expect_failures = [var.networks]
}

run "they_are_in_the_other_order_too" {
  command = plan

  variables {
    networks = {
      a = { region = "eu-central-1", cidr = "172.16.16.0/20", vpc_id = "vpc-a", route_table_id = "rtb-a" }
      b = { region = "us-east-1", cidr = "172.16.0.0/16", vpc_id = "vpc-b", route_table_id = "rtb-b" }
    }
  }

  expect_failures = [var.networks]
}

run "a_network_with_host_bits_is_refused" {
  command = plan

  variables {
    networks = {
      a = { region = "eu-central-1", cidr = "10.0.0.1/16", vpc_id = "vpc-a", route_table_id = "rtb-a" }
      b = { region = "us-east-1", cidr = "10.1.0.0/16", vpc_id = "vpc-b", route_table_id = "rtb-b" }
    }
  }

  expect_failures = [var.networks]
}
