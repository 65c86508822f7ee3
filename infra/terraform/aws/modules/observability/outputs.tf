output "grafana_url" {
  description = "Where Grafana is; null without it."
  value       = var.grafana ? "https://${aws_grafana_workspace.this[0].endpoint}" : null
}

output "cloud_config" {
  description = "What cloud-init gets, for a look or a test."
  value       = module.observer.cloud_config
}
