output "certificate_arn" {
  description = "The certificate, once it is proven."
  value       = aws_acm_certificate_validation.this.certificate_arn
}

output "url" {
  description = "Where the web app is."
  value       = "https://${var.domain}"
}
