variable "name" {
  description = "Prefix of everything in this mesh, like canopy."
  type        = string
  default     = "canopy"
}

variable "region" {
  description = "AWS region, like eu-central-1. It is also the region that edges name in their heartbeats."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the name of an AWS region, like eu-central-1."
  }
}

variable "cidr" {
  description = "IPv4 addresses of the region's network. No two networks of a mesh may overlap."
  type        = string
}

variable "mesh_cidrs" {
  description = "Networks of all edge regions, this one's too: only from there edges take links, gRPC and probes."
  type        = list(string)

  validation {
    condition     = length(var.mesh_cidrs) > 0 && alltrue([for cidr in var.mesh_cidrs : can(cidrhost(cidr, 0)) && !startswith(cidr, "0.0.0.0")])
    error_message = "mesh_cidrs must name the networks of the edges, and never the whole internet."
  }
}

variable "control_plane" {
  description = "Output `for_edges` of module `control-plane`: its network, and under what names its services are found."
  type = object({
    cidr            = string
    zone_id         = string
    edge_domain     = string
    routing_address = string
    bus_address     = string
    edge_nats_user  = optional(string, "edge")
  })
}

variable "secret_arn" {
  description = "Secret of this region's edges (JSON: NATS_PASSWORD, EDGE_PROBE_KEY, TLS_CA, TLS_CERT, TLS_KEY), made beforehand in this region."
  type        = string

  validation {
    condition     = startswith(var.secret_arn, "arn:aws:secretsmanager:")
    error_message = "secret_arn must be the ARN of a secret in Secrets Manager."
  }
}

variable "release" {
  description = "The release to run: an object in S3 with the packed project, and its SHA-256."
  type        = object({ bucket = string, key = string, region = string, sha256 = string })
}

variable "instance_type" {
  description = "EC2 instance type of an edge, amd64, better with much network than with much memory."
  type        = string
  default     = "c6in.xlarge"
}

variable "workers" {
  description = "mediasoup workers on each edge: its virtual CPUs. As many media ports are open."
  type        = number
  default     = 4

  validation {
    condition     = var.workers >= 1 && var.workers <= 256 && floor(var.workers) == var.workers
    error_message = "workers must be a whole number from 1 to 256."
  }
}

variable "size" {
  description = "How many edges there are: at least `min`, at most `max`. As many elastic addresses as `max` are allocated."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 4 }
}

variable "egress_capacity_bps" {
  description = "What one edge may send, bit/s: the lasting bandwidth of the instance type."
  type        = number
  default     = 6250000000
}

variable "drain_timeout_seconds" {
  description = "How long an edge that is to go waits until its participants are elsewhere."
  type        = number
  default     = 900

  validation {
    condition     = var.drain_timeout_seconds >= 60 && var.drain_timeout_seconds <= 7000
    error_message = "drain_timeout_seconds must be from 60 to 7000: AWS waits for a lifecycle hook two hours at most."
  }
}

variable "ports" {
  description = "Ports of an edge: the first one of media (UDP and TCP, one per worker), gRPC (TCP), metrics (TCP), probes (UDP), links (UDP, a range)."
  type = object({
    media     = optional(number, 44300)
    grpc      = optional(number, 7000)
    http      = optional(number, 9464)
    probe     = optional(number, 7001)
    links_min = optional(number, 40000)
    links_max = optional(number, 43999)
  })
  default = {}

  validation {
    condition     = var.ports.links_min <= var.ports.links_max && (var.ports.media > var.ports.links_max || var.ports.media + 256 < var.ports.links_min)
    error_message = "The ports of links must be a range that the media ports are not in."
  }
}

variable "ssh_cidrs" {
  description = "From where SSH is open: nowhere, unless said."
  type        = list(string)
  default     = []

  validation {
    condition     = !contains(var.ssh_cidrs, "0.0.0.0/0")
    error_message = "SSH must not be open to the whole internet."
  }
}

variable "log_level" {
  description = "error, warn, info or debug."
  type        = string
  default     = "info"

  validation {
    condition     = contains(["error", "warn", "info", "debug"], var.log_level)
    error_message = "log_level must be error, warn, info or debug."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
}
