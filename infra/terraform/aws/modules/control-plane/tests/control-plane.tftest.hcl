mock_provider "aws" {
  source = "../../testing"
}

variables {
  region            = "eu-central-1"
  cidr              = "10.0.0.0/16"
  edge_cidrs        = ["10.1.0.0/16"]
  domain            = "meet.example.org"
  certificate_arn   = "arn:aws:acm:eu-central-1:123456789012:certificate/mock"
  secret_arn        = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:control"
  bus_secret_arn    = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:bus"
  database_password = "a password for a test"
  redis_password    = "aPasswordForATest1"
  release           = { bucket = "releases", key = "canopy.tar.gz", region = "eu-central-1", sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
}

run "recordings_are_composed_by_who_knows_nothing_else" {
  variables {
    recordings            = { location = "s3://example-recordings/?region=eu-central-1", bucket_arn = "arn:aws:s3:::example-recordings" }
    compositor_secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:compositor"
    retention_days        = 30
  }

  assert {
    condition     = [for statement in output.statements.compositors : statement.Sid] == ["OwnSecret", "Release", "Compose", "ListRecordings"]
    error_message = "Nothing more is permitted."
  }
  assert {
    condition     = alltrue([for statement in concat(output.statements.compositors, output.statements.replicas) : !contains(statement.Resource, "*")])
    error_message = "Each permission names what it is for."
  }
  assert {
    condition     = length([for statement in output.statements.replicas : statement if contains(statement.Action, "s3:PutObject")]) == 0
    error_message = "Replicas hand recordings out and delete them."
  }
}

run "the_world_reaches_https_and_nothing_else" {
  assert {
    condition     = output.open_to_world == [443]
    error_message = "HTTPS only."
  }
  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.cidr : rule.from_port if rule.cidr_ipv4 == "10.1.0.0/16"]) == toset([4222, 8081])
    error_message = "Edges reach the bus and Routing."
  }
  assert {
    condition     = toset([for name, rule in aws_vpc_security_group_ingress_rule.group : name if rule.from_port == 5432 || rule.from_port == 6379]) == toset(["compositions", "database", "redis"])
    error_message = "The stores are reached by replicas, PostgreSQL by compositors too."
  }
}

run "the_stores_are_encrypted_and_twice_there" {
  assert {
    condition     = aws_db_instance.this.storage_encrypted && aws_db_instance.this.multi_az && !aws_db_instance.this.publicly_accessible
    error_message = "PostgreSQL: encrypted, in two zones, private."
  }
  assert {
    condition     = aws_elasticache_replication_group.this.transit_encryption_enabled && aws_elasticache_replication_group.this.automatic_failover_enabled
    error_message = "Redis: TLS and failover."
  }
}

run "a_name_that_comes_is_soon_found_by_who_asked_too_early" {
  assert {
    condition     = aws_route53_record.absence.name == aws_route53_zone.inner.name && aws_route53_record.absence.ttl == 5 && aws_route53_record.absence.records == toset(["ns-0.awsdns-00.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 5"])
    error_message = "That there is no such name is remembered for the shorter of the record's time to live and its last field."
  }
}

run "redis_throws_nothing_away" {
  assert {
    condition     = { for parameter in aws_elasticache_parameter_group.this.parameter : parameter.name => parameter.value } == { maxmemory-policy = "noeviction" }
    error_message = "Keys of running meetings expire, and must not be thrown away before."
  }
}

run "ssh_reaches_hosts_from_where_people_are" {
  variables {
    ssh_cidrs = ["198.51.100.0/24"]
    ssh_keys  = ["ssh-ed25519 AAAA somebody"]
  }

  assert {
    condition     = toset([for name, rule in aws_vpc_security_group_ingress_rule.cidr : name if rule.from_port == 22]) == toset(["replica ssh 198.51.100.0/24", "bus ssh 198.51.100.0/24", "compositor ssh 198.51.100.0/24"])
    error_message = "Hosts, and no load balancer or store."
  }
  assert {
    condition     = alltrue([for config in [output.cloud_configs.replicas, output.cloud_configs.bus] : yamldecode(config).ssh_authorized_keys == ["ssh-ed25519 AAAA somebody"]])
    error_message = "Each has the key."
  }
}

run "a_web_socket_outlives_silence_and_sticks_to_nobody" {
  assert {
    condition     = aws_lb.web.idle_timeout == 120
    error_message = "Longer than pings are apart."
  }
  assert {
    condition     = length(aws_lb_target_group.web.stickiness) == 0
    error_message = "Any replica serves any client."
  }
  assert {
    condition     = one(one(aws_lb_listener_rule.private.condition).path_pattern).values == toset(["/metrics", "/healthz", "/readyz"])
    error_message = "What is asked inside is not answered outside."
  }
}

run "recordings_without_a_secret_are_refused" {
  command = plan

  variables {
    recordings = { location = "s3://example-recordings/?region=eu-central-1", bucket_arn = "arn:aws:s3:::example-recordings" }
  }

  expect_failures = [var.compositor_secret_arn]
}

run "a_short_password_is_refused" {
  command = plan

  variables {
    database_password = "short"
  }

  expect_failures = [var.database_password]
}

run "a_secret_among_the_settings_is_refused" {
  command = plan

  variables {
    settings = { CONTROL_OIDC_CLIENT_SECRET = "secret" }
  }

  expect_failures = [var.settings]
}

run "sealing_keys_among_the_settings_are_refused" {
  command = plan

  variables {
    settings = { CONTROL_SEALING_KEYS = "1:key" }
  }

  expect_failures = [var.settings]
}

run "the_whole_internet_is_let_in_nowhere" {
  command = plan

  variables {
    edge_cidrs = ["0.0.0.0/0"]
    ssh_cidrs  = ["0.0.0.0/0"]
    ssh_keys   = ["ssh-ed25519 AAAA somebody"]
  }

  expect_failures = [var.edge_cidrs, var.ssh_cidrs]
}

run "half_of_the_internet_is_let_in_nowhere" {
  command = plan

  variables {
    edge_cidrs = ["128.0.0.0/1"]
    ssh_cidrs  = ["128.0.0.0/1"]
    ssh_keys   = ["ssh-ed25519 AAAA somebody"]
  }

  expect_failures = [var.edge_cidrs, var.ssh_cidrs]
}

run "a_network_with_host_bits_is_let_in_nowhere" {
  command = plan

  variables {
    edge_cidrs = ["10.1.2.3/16"]
    ssh_cidrs  = ["10.1.2.3/16"]
    ssh_keys   = ["ssh-ed25519 AAAA somebody"]
  }

  expect_failures = [var.edge_cidrs, var.ssh_cidrs]
}

run "secrets_and_certificates_of_another_region_are_refused" {
  command = plan

  variables {
    secret_arn      = "arn:aws:secretsmanager:us-east-1:123456789012:secret:control"
    bus_secret_arn  = "arn:aws:secretsmanager:us-east-1:123456789012:secret:bus"
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/mock"
  }

  expect_failures = [var.secret_arn, var.bus_secret_arn, var.certificate_arn]
}

run "what_is_of_another_kind_or_out_of_its_range_is_refused" {
  command = plan

  variables {
    name                      = "Canopy"
    secret_arn                = "control"
    bus_secret_arn            = "bus"
    certificate_arn           = "meet"
    inner_domain              = "internal"
    domain                    = "https://meet.example.org"
    database_backup_days      = 0
    database_password_version = 0
    retention_days            = 0
    log_level                 = "verbose"
    database_password         = "a password @ a host"
    redis_password            = "a password with spaces"
    instance_types            = { database = "m7g.large" }
  }

  expect_failures = [var.name, var.secret_arn, var.bus_secret_arn, var.certificate_arn, var.inner_domain, var.domain, var.database_backup_days, var.database_password_version, var.retention_days, var.log_level, var.database_password, var.redis_password, var.instance_types]
}

run "numbers_that_are_not_whole_and_a_city_are_refused" {
  command = plan

  variables {
    database_backup_days      = 1.5
    database_password_version = 1.5
    retention_days            = 1.5
    region                    = "frankfurt"
    instance_types            = { redis = "db.m7g.large" }
    replicas                  = { min = 2, max = 2.5 }
    compositors               = { min = 3, max = 2 }
  }

  expect_failures = [var.database_backup_days, var.database_password_version, var.retention_days, var.region, var.instance_types, var.replicas, var.compositors]
}

run "a_replica_for_arm_is_refused" {
  command = plan

  variables {
    instance_types = { replica = "c7g.large" }
  }

  expect_failures = [var.instance_types]
}
