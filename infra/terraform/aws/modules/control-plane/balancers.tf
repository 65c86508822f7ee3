# Two ways in: HTTPS and WebSocket from the world, gRPC and the bus from the mesh.

resource "aws_lb" "web" {
  region                     = var.region
  name                       = "${local.name}-web"
  load_balancer_type         = "application"
  subnets                    = module.network.subnet_ids
  security_groups            = [aws_security_group.this["web"].id]
  enable_deletion_protection = var.deletion_protection
  drop_invalid_header_fields = true
  # Longer than the pings of signaling are apart.
  idle_timeout = 120
  tags         = local.tags
}

# Any replica serves any client, so nothing is sticky.
resource "aws_lb_target_group" "web" {
  region               = var.region
  name                 = "${local.name}-web"
  vpc_id               = module.network.vpc_id
  protocol             = "HTTP"
  port                 = local.ports.web
  deregistration_delay = "30"
  tags                 = local.tags

  health_check {
    path                = "/readyz"
    interval            = 5
    timeout             = 3
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "web" {
  region            = var.region
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn
  tags              = local.tags

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

# What orchestrators and scrapers ask is nobody else's business.
resource "aws_lb_listener_rule" "private" {
  region       = var.region
  listener_arn = aws_lb_listener.web.arn
  priority     = 1
  tags         = local.tags

  condition {
    path_pattern {
      values = ["/metrics", "/healthz", "/readyz"]
    }
  }

  action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
}

locals {
  inner = {
    routing = { port = local.ports.grpc, check = { protocol = "HTTP", port = local.ports.web, path = "/readyz" } }
    bus     = { port = local.ports.bus, check = { protocol = "HTTP", port = local.ports.bus_monitor, path = "/healthz" } }
  }
}

resource "aws_lb" "inner" {
  region                           = var.region
  name                             = "${local.name}-inner"
  internal                         = true
  load_balancer_type               = "network"
  subnets                          = module.network.subnet_ids
  security_groups                  = [aws_security_group.this["inner"].id]
  enable_cross_zone_load_balancing = true
  tags                             = local.tags
}

resource "aws_lb_target_group" "inner" {
  for_each = local.inner

  region               = var.region
  name                 = "${local.name}-${each.key}"
  vpc_id               = module.network.vpc_id
  protocol             = "TCP"
  port                 = each.value.port
  preserve_client_ip   = "false"
  deregistration_delay = "30"
  tags                 = local.tags

  health_check {
    protocol = each.value.check.protocol
    port     = each.value.check.port
    path     = each.value.check.path
    interval = 10
  }
}

resource "aws_lb_listener" "inner" {
  for_each = local.inner

  region            = var.region
  load_balancer_arn = aws_lb.inner.arn
  port              = each.value.port
  protocol          = "TCP"
  tags              = local.tags

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.inner[each.key].arn
  }
}
