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
  description = "AWS region of the control plane."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the name of an AWS region, like eu-central-1."
  }
}

variable "cidr" {
  description = "IPv4 addresses of its network. No two networks of a mesh may overlap."
  type        = string
}

variable "edge_cidrs" {
  description = "Networks of all edge regions: only from there, and from its own, its inner services are reached."
  type        = list(string)

  validation {
    condition     = alltrue([for cidr in var.edge_cidrs : try(cidrsubnet(cidr, 0, 0) == cidr && !strcontains(cidr, ":") && tonumber(split("/", cidr)[1]) >= (startswith(cidr, "10.") ? 8 : 16), false)])
    error_message = "edge_cidrs must be IPv4 networks without host bits, like 10.1.0.0/16: those of the edges, of at most 65,536 addresses where they are not in 10.0.0.0/8, and never the whole internet."
  }
}

variable "inner_domain" {
  description = "Private domain in which hosts of the mesh find each other. The certificates of the secrets are for names in it."
  type        = string
  default     = "canopy.internal"

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.inner_domain))
    error_message = "inner_domain must be a host name, like canopy.internal."
  }
}

variable "domain" {
  description = "Public name of the web app and API, like meet.example.org."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain must be a host name, like meet.example.org."
  }
}

variable "certificate_arn" {
  description = "Certificate of the public name: output `certificate_arn` of module `dns`."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:acm:[a-z0-9-]+:[0-9]{12}:certificate/", var.certificate_arn)) && try(split(":", var.certificate_arn)[3] == var.region, false)
    error_message = "certificate_arn must be the ARN of a certificate in ACM, in the same region: load balancers take no other."
  }
}

variable "secret_arn" {
  description = "Secret of the replicas (JSON: DATABASE_PASSWORD, REDIS_PASSWORD, NATS_PASSWORD, NATS_USER unless it is control, CONTROL_API_KEY, CONTROL_SEALING_KEYS, TLS_CA, TLS_CERT, TLS_KEY, and CONTROL_OIDC_CLIENT_SECRET where people sign in by OpenID Connect), made beforehand."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+$", var.secret_arn)) && try(split(":", var.secret_arn)[3] == var.region, false)
    error_message = "secret_arn must be the ARN of a secret in Secrets Manager, in the same region."
  }
}

variable "bus_secret_arn" {
  description = "Secret of the NATS cluster (JSON: CONTROL_PASSWORD, EDGE_PASSWORD, while they are changed also CONTROL_PASSWORD_2, EDGE_PASSWORD_2, TLS_CA, TLS_CERT, TLS_KEY), made beforehand."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+$", var.bus_secret_arn)) && try(split(":", var.bus_secret_arn)[3] == var.region, false)
    error_message = "bus_secret_arn must be the ARN of a secret in Secrets Manager, in the same region."
  }
}

variable "database_password" {
  description = "Password of PostgreSQL, the DATABASE_PASSWORD of the secret. It is in no state and no plan."
  type        = string
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = can(regex("^[ -~]{16,128}$", var.database_password)) && !can(regex("[/@\"']", var.database_password))
    error_message = "database_password must have 16 to 128 printable characters without /, @ and quotes: RDS takes no other, nor do the files of hosts."
  }
}

variable "database_password_version" {
  description = "Raise it when the password changes: Terraform can't see that."
  type        = number
  default     = 1

  validation {
    condition     = var.database_password_version >= 1 && floor(var.database_password_version) == var.database_password_version
    error_message = "database_password_version must be a whole number from 1 on."
  }
}

variable "redis_password" {
  description = "Password of Redis, the REDIS_PASSWORD of the secret. AWS has no way to keep it out of the state: encrypt that."
  type        = string
  sensitive   = true

  validation {
    condition     = can(regex("^[A-Za-z0-9]{16,128}$", var.redis_password))
    error_message = "redis_password must be 16 to 128 letters and digits."
  }
}

variable "release" {
  description = "The release to run: an object in S3 with the packed project, and its SHA-256."
  type        = object({ bucket = string, key = string, region = string, sha256 = string })
}

variable "replicas" {
  description = "How many replicas there are: at least `min`, at most `max`."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 6 }

  validation {
    condition     = var.replicas.min >= 1 && var.replicas.min <= var.replicas.max && floor(var.replicas.min) == var.replicas.min && floor(var.replicas.max) == var.replicas.max
    error_message = "replicas.min must be at least 1 and at most replicas.max, both whole numbers."
  }
}

variable "instance_types" {
  description = "Instance types of the replicas, the NATS servers, the compositors, PostgreSQL and Redis."
  type = object({
    replica    = optional(string, "c7i.large")
    bus        = optional(string, "t3.small")
    compositor = optional(string, "c7i.xlarge")
    database   = optional(string, "db.m7g.large")
    redis      = optional(string, "cache.m7g.large")
  })
  default = {}

  validation {
    condition     = startswith(var.instance_types.database, "db.") && startswith(var.instance_types.redis, "cache.")
    error_message = "instance_types of PostgreSQL begin with db., those of Redis with cache."
  }
  validation {
    condition = alltrue([
      for type in [var.instance_types.replica, var.instance_types.bus, var.instance_types.compositor] :
      can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9-]+$", type)) && !can(regex("^(a1|[a-z]+[0-9]+[a-z-]*g[a-z-]*)\\.", type))
    ])
    error_message = "instance_types of hosts must be of EC2 for amd64, like c7i.large: the release is built for that."
  }
}

variable "database_backup_days" {
  description = "How long automatic backups of PostgreSQL are kept, days."
  type        = number
  default     = 14

  validation {
    condition     = var.database_backup_days >= 1 && var.database_backup_days <= 35 && floor(var.database_backup_days) == var.database_backup_days
    error_message = "database_backup_days must be from 1 to 35."
  }
}

variable "deletion_protection" {
  description = "Whether PostgreSQL and the load balancer refuse to be destroyed, and a last snapshot is made when it is."
  type        = bool
  default     = true
}

variable "recordings" {
  description = "Output `for_hosts` of module `recordings`: where recordings are. Null: there are none."
  type        = object({ location = string, bucket_arn = string })
  default     = null
}

variable "compositors" {
  description = "How many hosts make recordings whole: at least `min`, at most `max`."
  type        = object({ min = number, max = number })
  default     = { min = 1, max = 4 }

  validation {
    condition     = var.compositors.min >= 1 && var.compositors.min <= var.compositors.max && floor(var.compositors.min) == var.compositors.min && floor(var.compositors.max) == var.compositors.max
    error_message = "compositors.min must be at least 1 and at most compositors.max, both whole numbers."
  }
}

variable "compositor_secret_arn" {
  description = "Secret of the compositors (JSON: DATABASE_PASSWORD), made beforehand. With `recordings` only."
  type        = string
  default     = null

  validation {
    condition     = (var.compositor_secret_arn == null) == (var.recordings == null)
    error_message = "recordings and compositor_secret_arn belong together."
  }
  validation {
    condition     = var.compositor_secret_arn == null ? true : can(regex("^arn:aws:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+$", var.compositor_secret_arn)) && try(split(":", var.compositor_secret_arn)[3] == var.region, false)
    error_message = "compositor_secret_arn must be the ARN of a secret in Secrets Manager, in the same region."
  }
}

variable "retention_days" {
  description = "How long recordings are kept, days. Null: until somebody deletes them."
  type        = number
  default     = null

  validation {
    condition     = var.retention_days == null ? true : var.retention_days >= 1 && floor(var.retention_days) == var.retention_days
    error_message = "retention_days must be a whole number from 1 on: what is older is deleted."
  }
}

variable "settings" {
  description = "Further settings of the replicas: those of control-plane/src/config.ts, like CONTROL_OIDC_ISSUER, and OTEL_ ones for traces, like OTEL_EXPORTER_OTLP_ENDPOINT; no secrets."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.settings) : can(regex("^(CONTROL|OTEL)_", name)) && !can(regex("(_SECRET|_API_KEY|_SEALING_KEYS|_HEADERS)$", name))])
    error_message = "settings must begin with CONTROL_ or OTEL_; a secret goes into the secret of the replicas."
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
