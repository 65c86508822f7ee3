# NATS: three servers that find each other by their names, with TLS to clients and mutual TLS among them.

module "bus" {
  source = "../hosts"

  name               = "${var.name}-bus"
  region             = var.region
  subnet_ids         = module.network.subnet_ids
  security_group_ids = [aws_security_group.this["bus"].id]
  instance_type      = var.instance_types.bus
  size               = { min = 3, max = 3 }
  secret_arn         = var.bus_secret_arn
  names_zone         = { zone_id = aws_route53_zone.inner.zone_id, domain = local.bus_name }
  prepare            = file("${path.module}/scripts/prepare-bus.sh")
  ready              = { port = local.ports.bus_monitor, path = "/healthz" }
  drains             = true
  target_group_arns  = [aws_lb_target_group.inner["bus"].arn]
  ssh_keys           = var.ssh_keys
  packages           = ["nats-server"]
  files              = { "/etc/canopy/nats.conf" = templatefile("${path.module}/templates/nats.conf.tftpl", { ports = local.ports, name = var.name }) }
  tags               = merge(local.tags, { "canopy:role" = "bus" })
  facts              = { CLUSTER_PORT = local.ports.bus_cluster }

  service = {
    name        = "bus"
    description = "Canopy bus (NATS)"
    command     = "/usr/sbin/nats-server --config /etc/canopy/nats.conf --name $${BUS_ADVERTISED} --routes $${BUS_ROUTES} --cluster_advertise $${BUS_ADVERTISED}"
    replaces    = ["nats-server.service"]
  }

  statements = [{
    sid       = "SeeTheOthers"
    actions   = ["ec2:DescribeInstances"]
    resources = ["*"]
  }]

  # Hosts fetch packages as they boot, and ask for each other's names.
  depends_on = [aws_vpc_security_group_egress_rule.this, aws_vpc_security_group_ingress_rule.cidr, aws_vpc_security_group_ingress_rule.group, aws_route53_record.absence]
}
