output "cloud_config" {
  description = "User data of the host: cloud-init's #cloud-config."
  value       = "#cloud-config\n${yamlencode(local.cloud_config)}"
}

output "unit" {
  description = "Name of the service's systemd unit."
  value       = local.unit
}
