mock_provider "aws" {
  source = "../../testing"
}

variables {
  domain             = "meet.example.org"
  zone_id            = "ZPUBLIC"
  certificate_region = "eu-central-1"
  endpoints = {
    eu-central-1 = { dns_name = "eu.example.com", zone_id = "ZEU" }
    us-east-1    = { dns_name = "us.example.com", zone_id = "ZUS" }
  }
}

run "each_region_has_a_latency_record" {
  assert {
    condition     = { for key, record in aws_route53_record.web : key => record.latency_routing_policy[0].region } == { eu-central-1 = "eu-central-1", us-east-1 = "us-east-1" }
    error_message = "One record per region, by latency."
  }
  assert {
    condition     = output.url == "https://meet.example.org"
    error_message = "The app is at the public name."
  }
  assert {
    condition     = aws_route53_record.proof.name == "_proof.meet.example.org"
    error_message = "The certificate is proven by the record that it asks for."
  }
}

run "a_url_is_no_domain" {
  command = plan

  variables {
    domain = "https://meet.example.org"
  }

  expect_failures = [var.domain]
}

run "a_zone_by_its_name_and_a_certificate_nobody_shows_are_refused" {
  command = plan

  variables {
    zone_id            = "example.org"
    certificate_region = "us-west-2"
  }

  expect_failures = [var.zone_id, var.certificate_region]
}

run "endpoints_that_are_no_regions_are_refused" {
  command = plan

  variables {
    endpoints = { eu-central-1 = { dns_name = "eu.example.com", zone_id = "ZEU" }, america = { dns_name = "us.example.com", zone_id = "ZUS" } }
  }

  expect_failures = [var.endpoints]
}
