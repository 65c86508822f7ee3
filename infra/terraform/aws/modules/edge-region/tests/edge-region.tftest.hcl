mock_provider "aws" {
  source = "../../testing"
}

variables {
  region     = "eu-central-1"
  cidr       = "10.1.0.0/16"
  mesh_cidrs = ["10.1.0.0/16", "10.2.0.0/16"]
  secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:edge"
  release    = { bucket = "releases", key = "canopy.tar.gz", region = "eu-central-1", sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  control_plane = {
    cidr            = "10.0.0.0/16"
    zone_id         = "ZINNER"
    edge_domain     = "edges.canopy.internal"
    routing_address = "routing.canopy.internal:8081"
    bus_address     = "bus.canopy.internal:4222"
  }
}

run "the_world_reaches_media_turn_and_https_and_nothing_else" {
  variables {
    public_names = { zone_id = "ZPUBLIC", domain = "edges.example.org" }
    recordings   = { location = "s3://example-recordings/?region=eu-central-1", bucket_arn = "arn:aws:s3:::example-recordings" }
  }

  assert {
    condition = toset([for rule in output.ingress : "${rule.protocol} ${rule.ports.from}-${rule.ports.to}" if rule.cidr == "0.0.0.0/0"]) == toset([
      "udp 44300-44303", "tcp 44300-44303", "udp 3478-3478", "tcp 3478-3478", "tcp 5349-5349", "tcp 8443-8443",
    ])
    error_message = "One media port per worker, TURN, and HTTPS."
  }
  assert {
    condition     = [for rule in output.ingress : rule.cidr if rule.ports.from == 50000] == [for address in output.addresses : "${address}/32"]
    error_message = "Relays are answered by edges only."
  }
  assert {
    condition     = aws_route53_record.public[0].name == "203-0-113-5.edges.example.org"
    error_message = "Each address has a name."
  }
  assert {
    condition     = toset([for rule in output.ingress : rule.cidr if rule.name == "links" || rule.name == "probes"]) == toset(["10.1.0.0/16", "10.2.0.0/16"])
    error_message = "Links and probes come from edges only."
  }
  assert {
    condition     = toset([for rule in output.ingress : rule.cidr if rule.ports.from <= 7000 && rule.ports.to >= 7000]) == toset(["10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"])
    error_message = "gRPC comes from edges and the control plane only."
  }
  assert {
    condition     = length([for rule in output.ingress : rule if rule.ports.from == 22]) == 0
    error_message = "SSH is closed."
  }
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.this) == length(output.ingress)
    error_message = "Each rule is made, and no other."
  }
}

run "without_turn_and_public_names_the_world_reaches_media" {
  variables {
    turn = false
  }

  assert {
    condition     = toset([for rule in output.ingress : "${rule.protocol} ${rule.ports.from}-${rule.ports.to}" if rule.cidr == "0.0.0.0/0"]) == toset(["udp 44300-44303", "tcp 44300-44303"])
    error_message = "One media port per worker, UDP and TCP."
  }
}

run "a_group_as_large_as_it_may_be_has_addresses_for_those_that_replace_it" {
  variables {
    size         = { min = 1, max = 5 }
    public_names = { zone_id = "ZPUBLIC", domain = "edges.example.org" }
  }

  assert {
    condition     = length(output.addresses) == 8
    error_message = "New edges come before old ones go, and one without an elastic address can't start."
  }
  assert {
    condition     = length(aws_route53_record.public) == length(output.addresses)
    error_message = "Each address has a name."
  }
}

run "an_edge_that_is_alone_has_an_address_for_the_one_that_replaces_it" {
  variables {
    size = { min = 1, max = 1 }
  }

  assert {
    condition     = length(output.addresses) == 2
    error_message = "The new edge comes before the old one goes."
  }
}

run "a_role_may_do_what_an_edge_needs" {
  assert {
    condition     = [for statement in output.statements : statement.Sid] == ["OwnSecret", "Release", "OwnName", "OwnNameIsThere", "ComeAndGo", "TellLoad", "SeeAddresses", "TakeAddress"]
    error_message = "Nothing more is permitted."
  }
  assert {
    condition     = [for statement in output.statements : statement.Sid if contains(statement.Resource, "*")] == ["TellLoad", "SeeAddresses"]
    error_message = "Only looking, and telling the load, is permitted on everything: AWS knows no narrower way."
  }
}

run "an_edge_that_records_may_list_read_and_put_but_not_delete" {
  variables {
    recordings = { location = "s3://example-recordings/?region=eu-central-1", bucket_arn = "arn:aws:s3:::example-recordings" }
  }

  assert {
    condition     = toset(flatten([for statement in output.statements : statement.Action if anytrue([for action in statement.Action : startswith(action, "s3:") && statement.Sid != "Release"])])) == toset(["s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"])
    error_message = "It looks for what is there already, and moves what it recorded."
  }
}

run "a_secret_among_the_settings_is_refused" {
  command = plan

  variables {
    settings = { EDGE_PROBE_KEY = "0123456789abcdef" }
  }

  expect_failures = [var.settings]
}

run "ssh_without_a_key_is_refused" {
  command = plan

  variables {
    ssh_cidrs = ["198.51.100.0/24"]
  }

  expect_failures = [var.ssh_keys]
}

run "people_with_a_key_get_in_from_where_they_are" {
  variables {
    ssh_cidrs = ["198.51.100.0/24"]
    ssh_keys  = ["ssh-ed25519 AAAA somebody"]
  }

  assert {
    condition     = [for rule in output.ingress : rule.cidr if rule.ports.from == 22] == ["198.51.100.0/24"]
    error_message = "From there only."
  }
  assert {
    condition     = yamldecode(output.cloud_config).ssh_authorized_keys == ["ssh-ed25519 AAAA somebody"]
    error_message = "The image's user has the key."
  }
}

run "a_name_that_is_too_long_for_aws_is_refused" {
  command = plan

  variables {
    name = "a-mesh-with-a-name"
  }

  expect_failures = [var.name]
}

run "a_drain_longer_than_aws_waits_is_refused" {
  command = plan

  variables {
    drain_timeout_seconds = 9000
  }

  expect_failures = [var.drain_timeout_seconds]
}

run "ports_that_overlap_are_refused" {
  command = plan

  variables {
    ports = { media = 41000 }
  }

  expect_failures = [var.ports]
}

run "the_whole_internet_is_let_in_nowhere" {
  command = plan

  variables {
    mesh_cidrs    = ["10.1.0.0/16", "0.0.0.0/0"]
    ssh_cidrs     = ["0.0.0.0/0"]
    ssh_keys      = ["ssh-ed25519 AAAA somebody"]
    control_plane = { cidr = "0.0.0.0/0", zone_id = "ZINNER", edge_domain = "edges.canopy.internal", routing_address = "routing.canopy.internal:8081", bus_address = "bus.canopy.internal:4222" }
  }

  expect_failures = [var.mesh_cidrs, var.ssh_cidrs, var.control_plane]
}

run "half_of_the_internet_is_let_in_nowhere" {
  command = plan

  variables {
    mesh_cidrs    = ["10.1.0.0/16", "128.0.0.0/1"]
    ssh_cidrs     = ["128.0.0.0/1"]
    ssh_keys      = ["ssh-ed25519 AAAA somebody"]
    control_plane = { cidr = "128.0.0.0/1", zone_id = "ZINNER", edge_domain = "edges.canopy.internal", routing_address = "routing.canopy.internal:8081", bus_address = "bus.canopy.internal:4222" }
  }

  expect_failures = [var.mesh_cidrs, var.ssh_cidrs, var.control_plane]
}

run "a_provider_s_network_is_let_in_nowhere" {
  command = plan

  variables {
    mesh_cidrs    = ["10.1.0.0/16", "8.0.0.0/8"]
    ssh_cidrs     = ["8.0.0.0/8"]
    ssh_keys      = ["ssh-ed25519 AAAA somebody"]
    control_plane = { cidr = "8.0.0.0/8", zone_id = "ZINNER", edge_domain = "edges.canopy.internal", routing_address = "routing.canopy.internal:8081", bus_address = "bus.canopy.internal:4222" }
  }

  expect_failures = [var.mesh_cidrs, var.ssh_cidrs, var.control_plane]
}

run "a_network_with_host_bits_is_let_in_nowhere" {
  command = plan

  variables {
    mesh_cidrs    = ["10.1.0.0/16", "10.1.2.3/16"]
    ssh_cidrs     = ["10.1.2.3/16"]
    ssh_keys      = ["ssh-ed25519 AAAA somebody"]
    control_plane = { cidr = "10.1.2.3/16", zone_id = "ZINNER", edge_domain = "edges.canopy.internal", routing_address = "routing.canopy.internal:8081", bus_address = "bus.canopy.internal:4222" }
  }

  expect_failures = [var.mesh_cidrs, var.ssh_cidrs, var.control_plane]
}

run "an_address_without_a_length_is_let_in_nowhere" {
  command = plan

  variables {
    mesh_cidrs    = ["10.1.0.0/16", "10.1.0.0"]
    ssh_cidrs     = ["10.1.0.0"]
    ssh_keys      = ["ssh-ed25519 AAAA somebody"]
    control_plane = { cidr = "10.1.0.0", zone_id = "ZINNER", edge_domain = "edges.canopy.internal", routing_address = "routing.canopy.internal:8081", bus_address = "bus.canopy.internal:4222" }
  }

  expect_failures = [var.mesh_cidrs, var.ssh_cidrs, var.control_plane]
}

run "ipv6_is_let_in_nowhere" {
  command = plan

  variables {
    mesh_cidrs    = ["10.1.0.0/16", "fd00::/16"]
    ssh_cidrs     = ["fd00::/16"]
    ssh_keys      = ["ssh-ed25519 AAAA somebody"]
    control_plane = { cidr = "fd00::/16", zone_id = "ZINNER", edge_domain = "edges.canopy.internal", routing_address = "routing.canopy.internal:8081", bus_address = "bus.canopy.internal:4222" }
  }

  expect_failures = [var.mesh_cidrs, var.ssh_cidrs, var.control_plane]
}

run "a_mesh_without_this_region_is_refused" {
  command = plan

  variables {
    mesh_cidrs = ["10.2.0.0/16"]
  }

  expect_failures = [var.mesh_cidrs]
}

run "a_secret_of_another_region_is_refused" {
  command = plan

  variables {
    secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:edge"
  }

  expect_failures = [var.secret_arn]
}

run "units_and_halves_that_are_wrong_are_refused" {
  command = plan

  variables {
    egress_capacity_bps   = 5000
    workers               = 1.5
    drain_timeout_seconds = 60.5
    secret_arn            = "edge"
    log_level             = "verbose"
    instance_type         = "c7gn.xlarge"
    size                  = { min = 2, max = 1 }
  }

  expect_failures = [var.egress_capacity_bps, var.workers, var.drain_timeout_seconds, var.secret_arn, var.log_level, var.instance_type, var.size]
}

run "a_city_is_no_region" {
  command = plan

  variables {
    region = "frankfurt"
  }

  expect_failures = [var.region]
}

run "a_zone_by_its_name_is_refused" {
  command = plan

  variables {
    public_names = { zone_id = "example.org", domain = "edges.example.org" }
  }

  expect_failures = [var.public_names]
}

run "edges_are_not_named_below_a_url" {
  command = plan

  variables {
    public_names = { zone_id = "ZPUBLIC", domain = "https://example.org" }
  }

  expect_failures = [var.public_names]
}

run "a_low_port_is_refused" {
  command = plan

  variables {
    ports = { grpc = 443 }
  }

  expect_failures = [var.ports]
}

run "half_a_port_is_refused" {
  command = plan

  variables {
    ports = { probe = 7001.5 }
  }

  expect_failures = [var.ports]
}

run "a_port_among_the_relays_is_refused" {
  command = plan

  variables {
    ports = { links_max = 50000 }
  }

  expect_failures = [var.ports]
}

run "one_port_for_two_things_is_refused" {
  command = plan

  variables {
    ports = { http = 7000 }
  }

  expect_failures = [var.ports]
}

run "a_port_of_turn_is_refused" {
  command = plan

  variables {
    ports = { public = 5349 }
  }

  expect_failures = [var.ports]
}

run "a_port_among_those_of_media_is_refused" {
  command = plan

  variables {
    ports = { public = 44301 }
  }

  expect_failures = [var.ports]
}

run "a_port_among_those_of_links_is_refused" {
  command = plan

  variables {
    ports = { probe = 40001 }
  }

  expect_failures = [var.ports]
}

run "a_range_upside_down_is_refused" {
  command = plan

  variables {
    ports = { links_min = 43999, links_max = 40000 }
  }

  expect_failures = [var.ports]
}
