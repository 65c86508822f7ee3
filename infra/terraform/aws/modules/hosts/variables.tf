variable "name" {
  description = "Name of the group, unique in the region; also of its role."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,39}$", var.name))
    error_message = "A group's name must be of small letters, digits and -, 2 to 40 of them, beginning with a letter."
  }
}

variable "region" {
  description = "AWS region."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the name of an AWS region, like eu-central-1."
  }
}

variable "subnet_ids" {
  description = "Where the hosts are."
  type        = list(string)
}

variable "security_group_ids" {
  description = "What may reach the hosts."
  type        = list(string)
}

variable "instance_type" {
  description = "EC2 instance type, amd64."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9-]+$", var.instance_type)) && !can(regex("^(a1|[a-z]+[0-9]+[a-z-]*g[a-z-]*)\\.", var.instance_type))
    error_message = "instance_type must be an EC2 instance type for amd64, like c7i.large: the release is built for that."
  }
}

variable "image" {
  description = "AMI: its id, or resolve:ssm: with a parameter that has it. Debian 12 or newer is assumed."
  type        = string
  default     = "resolve:ssm:/aws/service/debian/release/12/latest/amd64"

  validation {
    condition     = can(regex("^(ami-[0-9a-f]+|resolve:ssm:.+)$", var.image))
    error_message = "image must be the id of an AMI, or resolve:ssm: with a parameter."
  }
}

variable "size" {
  description = "How many hosts there are: at least `min`, at most `max`. Between them `load` decides."
  type        = object({ min = number, max = number })

  validation {
    condition     = var.size.min >= 1 && var.size.min <= var.size.max && floor(var.size.min) == var.size.min && floor(var.size.max) == var.size.max
    error_message = "size.min must be at least 1 and at most size.max, both whole numbers."
  }
}

variable "max_percentage" {
  description = "How many hosts there may be at once while they are replaced, in percent of those wanted: new ones come before old ones go."
  type        = number
  default     = 150

  validation {
    condition     = var.max_percentage > 100 && var.max_percentage <= 200 && floor(var.max_percentage) == var.max_percentage
    error_message = "max_percentage must be a whole number from 101 to 200: AWS takes no more, and without one host more none comes before another goes."
  }
}

variable "disk_gib" {
  description = "Size of the encrypted root disk, GiB."
  type        = number
  default     = 16

  validation {
    condition     = var.disk_gib >= 8 && var.disk_gib <= 16384 && floor(var.disk_gib) == var.disk_gib
    error_message = "disk_gib must be from 8, which the image needs, to 16384."
  }
}

variable "service" {
  description = "The service, as module `host` takes it."
  type = object({
    name                 = string
    description          = string
    command              = string
    stop_timeout_seconds = optional(number, 30)
    replaces             = optional(list(string), [])
  })
}

variable "beside" {
  description = "Further services of each host, as module `host` takes them."
  type = list(object({
    name          = string
    description   = string
    command       = string
    reload_signal = optional(string, "HUP")
    replaces      = optional(list(string), [])
  }))
  default = []
}

variable "environment" {
  description = "Settings of the service that are known beforehand and no secrets."
  type        = map(string)
  default     = {}
}

variable "facts" {
  description = "Variables of the script `prepare`, beside REGION, SECRET_ARN and RELEASE_*."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, value in var.facts : can(regex("^[A-Z][A-Z0-9_]*$", name)) && can(regex("^[^'\n]*$", value))])
    error_message = "facts must have names of capitals, digits and _, and values without ' and line breaks: they stand in single quotes in a file that root's shell reads."
  }
}

variable "prepare" {
  description = "Bash that runs before the service, after scripts/aws.sh."
  type        = string
}

variable "ready" {
  description = "Where the service answers with 2xx once it is ready: a host is in service from then on, and taken away if that is not so in a quarter of an hour. Null: it is in service as it stands."
  type        = object({ port = number, path = string })
  default     = null

  validation {
    condition     = var.ready == null ? true : var.ready.port >= 1 && var.ready.port <= 65535 && can(regex("^/[!-&(-~]*$", var.ready.path))
    error_message = "ready must be a port and a path, like /readyz."
  }
}

variable "load" {
  description = "What decides how many hosts there are: the series without labels that the service has at /metrics of this port, whose mean is kept at `target`. Null: CPU, kept at half."
  type        = object({ port = number, series = string, target = number })
  default     = null

  validation {
    condition     = var.load == null ? true : var.load.port >= 1 && var.load.port <= 65535 && can(regex("^[a-z_]+$", var.load.series)) && var.load.target > 0
    error_message = "load must be a port, the name of a series, and a mean above 0."
  }
}

variable "drains" {
  description = "Whether a host that is to go first stops its service, in at most `service.stop_timeout_seconds`."
  type        = bool
  default     = false
}

variable "ssh_keys" {
  description = "Public keys with which people get in over SSH, as `admin`."
  type        = list(string)
  default     = []
}

variable "files" {
  description = "Further files of the hosts: their text by path."
  type        = map(string)
  default     = {}
}

variable "packages" {
  description = "Debian packages beside those of the scripts."
  type        = list(string)
  default     = []
}

variable "secret_arn" {
  description = "Secret (Secrets Manager) that the hosts may read, and no other. Null: none."
  type        = string
  default     = null

  validation {
    condition     = var.secret_arn == null ? true : can(regex("^arn:aws:secretsmanager:", var.secret_arn))
    error_message = "secret_arn must be the ARN of a secret in Secrets Manager."
  }
}

variable "release" {
  description = "The release to run: an object in S3 with the packed project, and its SHA-256. Null: the service comes with a package."
  type        = object({ bucket = string, key = string, region = string, sha256 = string })
  default     = null

  validation {
    condition     = var.release == null ? true : can(regex("^[0-9a-f]{64}$", var.release.sha256))
    error_message = "release.sha256 must be 64 hexadecimal digits: sha256sum prints them."
  }
  validation {
    condition     = var.release == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.release.bucket)) && can(regex("^[^/'\\s][^'\\s]*$", var.release.key)) && can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.release.region))
    error_message = "release must name a bucket, the key of an object in it, and its region."
  }
}

variable "names_zone" {
  description = "Private zone in which each host keeps the record <instance id>.<domain> of itself. Null: it has no name."
  type        = object({ zone_id = string, domain = string })
  default     = null

  validation {
    condition     = var.names_zone == null ? true : can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.names_zone.domain))
    error_message = "names_zone.domain must be a host name, like edges.canopy.internal."
  }
}

variable "statements" {
  description = "What the hosts may do beyond: actions on resources, where these have the tags."
  type = list(object({
    sid       = string
    actions   = list(string)
    resources = list(string)
    tags      = optional(map(string), {})
  }))
  default = []

  validation {
    condition     = alltrue([for statement in var.statements : alltrue([for action in statement.actions : can(regex("^[a-z0-9]+:[A-Za-z]+$", action))])])
    error_message = "Actions must be named one by one, like s3:GetObject: a host may do no more than it needs."
  }
}

variable "target_group_arns" {
  description = "Target groups of load balancers that the hosts belong to. Their health decides who is sent requests, and replaces no host."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags of all resources and hosts."
  type        = map(string)
  default     = {}
}
