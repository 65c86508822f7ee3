output "cloud_config" {
  description = "What cloud-init gets, for a look or a test."
  value       = module.observer.cloud_config
}
