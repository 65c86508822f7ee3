output "group_name" {
  description = "Name of the autoscaling group."
  value       = aws_autoscaling_group.this.name
}

output "cloud_config" {
  description = "What cloud-init gets, for a look or a test."
  value       = module.host.cloud_config
}

output "statements" {
  description = "What the hosts' role may do."
  value       = local.statements
}
