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

variable "edge_regions" {
  description = "Regions with edges: the network of each, which no other overlaps, and how many edges it has at least and at most."
  type        = map(object({ cidr = string, size = object({ min = number, max = number }) }))
  default     = { eu-central-1 = { cidr = "10.1.0.0/16", size = { min = 2, max = 4 } }, us-east-1 = { cidr = "10.2.0.0/16", size = { min = 2, max = 4 } }, ap-southeast-2 = { cidr = "10.3.0.0/16", size = { min = 1, max = 3 } } }

  validation {
    condition     = length(var.edge_regions) > 0 && alltrue([for region in keys(var.edge_regions) : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", region))])
    error_message = "edge_regions must have at least one region, by the names of AWS regions, like eu-central-1."
  }
}

variable "secret_arns" {
  description = "Secrets made beforehand: of the replicas, of the bus, of the compositors, and of the edges in each region."
  type        = object({ control = string, bus = string, compositor = string, edges = map(string) })

  validation {
    condition     = length(setsubtract(keys(var.edge_regions), keys(var.secret_arns.edges))) == 0
    error_message = "secret_arns.edges must have a secret for each of edge_regions."
  }
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
