mock_data "aws_availability_zones" {
  defaults = {
    names = ["zone-a", "zone-b", "zone-c"]
  }
}

mock_resource "aws_iam_instance_profile" {
  defaults = {
    arn = "arn:aws:iam::123456789012:instance-profile/mock"
  }
}

mock_resource "aws_route53_zone" {
  defaults = {
    zone_id             = "ZINNER"
    primary_name_server = "ns-0.awsdns-00.com."
  }
}

mock_resource "aws_lb" {
  defaults = {
    arn      = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/mock/1"
    dns_name = "balancer.example.com"
    zone_id  = "ZBALANCER"
  }
}

mock_resource "aws_db_instance" {
  defaults = {
    address = "database.example.com"
  }
}

mock_resource "aws_elasticache_replication_group" {
  defaults = {
    primary_endpoint_address = "redis.example.com"
  }
}

mock_resource "aws_acm_certificate" {
  defaults = {
    arn = "arn:aws:acm:eu-central-1:123456789012:certificate/mock"
    domain_validation_options = [{
      domain_name           = "meet.example.org"
      resource_record_name  = "_proof.meet.example.org"
      resource_record_type  = "CNAME"
      resource_record_value = "_proof.acm.example.org"
    }]
  }
}

mock_resource "aws_eip" {
  defaults = {
    public_ip = "203.0.113.5"
  }
}

mock_resource "aws_s3_bucket" {
  defaults = {
    id = "example-recordings"
  }
}
