variable "name" {
  description = "Prefix of everything in this mesh, like canopy."
  type        = string
  default     = "canopy"

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){0,15}$", var.name)) && length(var.name) <= 16
    error_message = "name must be of small letters, digits and single -, at most 16 of them, beginning with a letter: AWS limits what is named after it."
  }
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
    condition     = alltrue([for cidr in var.mesh_cidrs : try(cidrsubnet(cidr, 0, 0) == cidr && !strcontains(cidr, ":") && tonumber(split("/", cidr)[1]) >= (startswith(cidr, "10.") ? 8 : 16), false)])
    error_message = "mesh_cidrs must be IPv4 networks without host bits, like 10.1.0.0/16: those of the edges, of at most 65,536 addresses where they are not in 10.0.0.0/8, and never the whole internet."
  }
  validation {
    condition = anytrue([
      for cidr in var.mesh_cidrs : try(
        tonumber(split("/", cidr)[1]) <= tonumber(split("/", var.cidr)[1]) &&
        cidrhost("${split("/", var.cidr)[0]}/${split("/", cidr)[1]}", 0) == cidrhost(cidr, 0), false
      )
    ])
    error_message = "mesh_cidrs must have this region's network too: its edges link with each other."
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
  })

  validation {
    condition     = alltrue([for cidr in [var.control_plane.cidr] : try(cidrsubnet(cidr, 0, 0) == cidr && !strcontains(cidr, ":") && tonumber(split("/", cidr)[1]) >= (startswith(cidr, "10.") ? 8 : 16), false)])
    error_message = "control_plane.cidr must be its network, without host bits, like 10.0.0.0/16, and never the whole internet."
  }
}

variable "secret_arn" {
  description = "Secret of this region's edges (JSON: NATS_PASSWORD, NATS_USER unless it is edge, EDGE_PROBE_KEY, TLS_CA, TLS_CERT, TLS_KEY; with `public_names` PUBLIC_TLS_CERT and PUBLIC_TLS_KEY), made beforehand in this region."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+$", var.secret_arn)) && try(split(":", var.secret_arn)[3] == var.region, false)
    error_message = "secret_arn must be the ARN of a secret in Secrets Manager, in the same region."
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

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9-]+$", var.instance_type)) && !can(regex("^(a1|[a-z]+[0-9]+[a-z-]*g[a-z-]*)\\.", var.instance_type))
    error_message = "instance_type must be an EC2 instance type for amd64, like c6in.xlarge: the release is built for that."
  }
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
  description = "How many edges there are: at least `min`, at most `max`, so that their load is a half on average. Half as many elastic addresses again as `max` are allocated, rounded up: so many there are while new edges come and old ones go."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 4 }

  validation {
    condition     = var.size.min >= 1 && var.size.min <= var.size.max && floor(var.size.min) == var.size.min && floor(var.size.max) == var.size.max
    error_message = "size.min must be at least 1 and at most size.max, both whole numbers."
  }
}

variable "egress_capacity_bps" {
  description = "What one edge may send, bit/s: the lasting bandwidth of the instance type, of which EC2 lets 5 Gbit/s out to the internet below 32 virtual CPUs."
  type        = number
  default     = 5000000000

  validation {
    condition     = var.egress_capacity_bps >= 10000000 && var.egress_capacity_bps <= 1000000000000
    error_message = "egress_capacity_bps must be from 10 Mbit/s to 1 Tbit/s: it is in bit/s."
  }
}

variable "drain_timeout_seconds" {
  description = "How long an edge that is to go waits until its participants are elsewhere."
  type        = number
  default     = 900

  validation {
    condition     = var.drain_timeout_seconds >= 60 && var.drain_timeout_seconds <= 7000 && floor(var.drain_timeout_seconds) == var.drain_timeout_seconds
    error_message = "drain_timeout_seconds must be from 60 to 7000: AWS waits for a lifecycle hook two hours at most."
  }
}

variable "ports" {
  description = "Ports of an edge: the first one of media (UDP and TCP, one per worker), gRPC (TCP), metrics (TCP), probes (UDP), links (UDP, a range), HTTPS for browsers (TCP, with `public_names`)."
  type = object({
    media     = optional(number, 44300)
    grpc      = optional(number, 7000)
    http      = optional(number, 9464)
    probe     = optional(number, 7001)
    links_min = optional(number, 40000)
    links_max = optional(number, 43999)
    public    = optional(number, 8443)
  })
  default = {}

  validation {
    condition     = var.ports.links_min <= var.ports.links_max && (var.ports.media > var.ports.links_max || var.ports.media + 256 < var.ports.links_min)
    error_message = "The ports of links must be a range that the media ports are not in."
  }
  validation {
    condition     = alltrue([for port in values(var.ports) : port >= 1024 && port < 50000 && floor(port) == port]) && var.ports.media + 256 < 50000
    error_message = "Ports must be from 1024 on, which services may listen at, and below 50000, where relays of TURN begin."
  }
  validation {
    condition = length(distinct([var.ports.grpc, var.ports.http, var.ports.probe, var.ports.public])) == 4 && alltrue([
      for port in [var.ports.grpc, var.ports.http, var.ports.probe, var.ports.public] :
      !contains([3478, 5349], port) && (port < var.ports.media || port > var.ports.media + 256) && (port < var.ports.links_min || port > var.ports.links_max)
    ])
    error_message = "Each port must be for one thing: gRPC, metrics, probes and HTTPS have their own, outside of those of media and links, and 3478 and 5349 are those of TURN."
  }
}

variable "public_names" {
  description = "Public zone in Route 53 and the domain in which edges have names like 203-0-113-5.<domain>: browsers then measure their round trip over HTTPS, and use TURN over TLS. Its wildcard certificate is in the secret. Null: neither."
  type        = object({ zone_id = string, domain = string })
  default     = null

  validation {
    condition     = var.public_names == null ? true : can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.public_names.domain))
    error_message = "public_names.domain must be a host name, like edges.meet.example.org."
  }
  validation {
    condition     = var.public_names == null ? true : can(regex("^Z[A-Z0-9]+$", var.public_names.zone_id))
    error_message = "public_names.zone_id must be the id of a zone in Route 53, like Z0123456789ABC."
  }
}

variable "turn" {
  description = "Whether a TURN server stands beside each edge, for clients whose network lets nothing else through."
  type        = bool
  default     = true
}

variable "recordings" {
  description = "Output `for_hosts` of module `recordings`: where edges put what they record. Null: they record nothing."
  type        = object({ location = string, bucket_arn = string })
  default     = null
}

variable "settings" {
  description = "Further settings of the edges: those of edge-node/src/config.ts, and OTEL_ ones for traces, like OTEL_EXPORTER_OTLP_ENDPOINT; no secrets."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.settings) : can(regex("^(EDGE|OTEL)_", name)) && !can(regex("(_SECRET|_PROBE_KEY|_HEADERS)$", name))])
    error_message = "settings must begin with EDGE_ or OTEL_; a secret goes into the secret of the edges."
  }
}

variable "ssh_cidrs" {
  description = "From where SSH is open: nowhere, unless said."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.ssh_cidrs : try(cidrsubnet(cidr, 0, 0) == cidr && !strcontains(cidr, ":") && tonumber(split("/", cidr)[1]) >= (startswith(cidr, "10.") ? 8 : 16), false)])
    error_message = "ssh_cidrs must be IPv4 networks without host bits, like 10.1.0.0/16: from where people get in, of at most 65,536 addresses where they are not in 10.0.0.0/8, and never the whole internet."
  }
}

variable "ssh_keys" {
  description = "Public keys with which people get in over SSH, as `admin`."
  type        = list(string)
  default     = []

  validation {
    condition     = (length(var.ssh_cidrs) == 0) == (length(var.ssh_keys) == 0)
    error_message = "ssh_cidrs and ssh_keys belong together: nobody gets in without a key, or from nowhere."
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
