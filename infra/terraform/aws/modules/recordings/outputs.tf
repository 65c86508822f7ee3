output "for_hosts" {
  description = "What modules `edge-region` and `control-plane` need to know."
  value = {
    location   = "s3://${aws_s3_bucket.this.id}/?region=${var.region}"
    bucket_arn = local.arn
  }
}
