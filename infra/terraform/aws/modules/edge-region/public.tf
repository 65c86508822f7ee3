# Names that browsers reach edges by, for HTTPS and TURN over TLS: each elastic address has one, 203-0-113-5.<domain>, so that one
# wildcard certificate, in the secret of the edges, is for all of them.

locals {
  public_facts = var.public_names == null ? {} : { PUBLIC_DOMAIN = var.public_names.domain, PUBLIC_PORT = var.ports.public }
}

resource "aws_route53_record" "public" {
  count = var.public_names == null ? 0 : local.address_count

  zone_id = var.public_names.zone_id
  name    = "${replace(aws_eip.this[count.index].public_ip, ".", "-")}.${var.public_names.domain}"
  type    = "A"
  ttl     = 300
  records = [aws_eip.this[count.index].public_ip]
}
