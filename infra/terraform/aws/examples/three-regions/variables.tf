variable "domain" {
  description = "Public name of the web app and API, like meet.example.org."
  type        = string
}

variable "zone_id" {
  description = "Public zone in Route 53 that the name is in."
  type        = string
}

variable "release" {
  description = "The release to run: an object in S3 with the packed project, and its SHA-256."
  type        = object({ bucket = string, key = string, region = string, sha256 = string })
}

variable "secret_arns" {
  description = "Secrets made beforehand: of the replicas, of the bus, of the compositors, and of the edges in each region."
  type        = object({ control = string, bus = string, compositor = string, edges = map(string) })
}

variable "database_password" {
  description = "Password of PostgreSQL, as in the secret of the replicas."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "redis_password" {
  description = "Password of Redis, as in the secret of the replicas."
  type        = string
  sensitive   = true
}

variable "recordings_bucket" {
  description = "Name of the bucket for recordings, unique in all of AWS."
  type        = string
}

variable "ssh" {
  description = "From where people get in over SSH, and their public keys: to read journals, and the pages of Prometheus and Grafana. Nobody, unless said."
  type        = object({ cidrs = list(string), keys = list(string) })
  default     = { cidrs = [], keys = [] }
}

variable "alertmanagers" {
  description = "Alertmanagers that tell people of alerts, as host:port. Without any nobody is woken."
  type        = list(string)
  default     = []
}

variable "grafana" {
  description = "Grafana to run beside Prometheus: the packed program for Linux on amd64 (tar.gz) and its SHA-256, as https://grafana.com/grafana/download names them. Null: none."
  type        = object({ url = string, sha256 = string })
  default     = null
}

variable "otlp_endpoint" {
  description = "Collector that takes traces by OTLP over HTTP, like http://collector.example.org:4318. Null: there are no traces."
  type        = string
  default     = null
}
