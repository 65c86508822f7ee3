variable "name" {
  description = "Prefix of everything in this mesh, like canopy: hosts with its tag are scraped."
  type        = string
  default     = "canopy"

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){0,15}$", var.name)) && length(var.name) <= 16
    error_message = "name must be of small letters, digits and single -, at most 16 of them, beginning with a letter: AWS limits what is named after it."
  }
}

variable "network" {
  description = "Output `for_observer` of module `control-plane`."
  type        = object({ region = string, vpc_id = string, subnet_ids = list(string), cidr = string })
}

variable "regions" {
  description = "Regions with hosts to scrape."
  type        = list(string)

  validation {
    condition     = length(var.regions) > 0
    error_message = "regions must name at least one region."
  }
}

variable "runbooks" {
  description = "Where the runbooks of alerts are read: a URL, or a path in the project."
  type        = string
  default     = "docs/operations/runbooks"
}

variable "rules" {
  description = "Prometheus rule files beside the project's own, as text by name, like mine.yml; objectives.yml and alerts.yml replace those."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, text in var.rules : can(regex("^[a-z0-9_-]+\\.yml$", name)) && can(yamldecode(text).groups)])
    error_message = "rules must be files with the groups of Prometheus, by names like mine.yml: it reads no others."
  }
}

variable "alertmanagers" {
  description = "Alertmanagers that tell people of alerts, as host:port, reached from the control plane's network over HTTP. Without any nobody is woken: alerts are seen in Prometheus only."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alertmanagers : can(regex("^[a-z0-9.-]+:[0-9]{1,5}$", address))])
    error_message = "alertmanagers must be host:port, like alerts.example.org:9093."
  }
}

variable "instance_type" {
  description = "EC2 instance type of the host."
  type        = string
  default     = "t3.large"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9-]+$", var.instance_type)) && !can(regex("^(a1|[a-z]+[0-9]+[a-z-]*g[a-z-]*)\\.", var.instance_type))
    error_message = "instance_type must be an EC2 instance type for amd64, like t3.large: Prometheus and Grafana are fetched for that."
  }
}

variable "retention_days" {
  description = "How long figures are kept, days."
  type        = number
  default     = 30

  validation {
    condition     = var.retention_days >= 1 && floor(var.retention_days) == var.retention_days
    error_message = "retention_days must be a whole number from 1 on."
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

variable "grafana" {
  description = "Grafana to run beside Prometheus: the packed program for Linux on amd64 (tar.gz) and its SHA-256, as https://grafana.com/grafana/download names them. Null: none."
  type        = object({ url = string, sha256 = string })
  default     = null

  validation {
    condition     = var.grafana == null ? true : can(regex("^https://[^'[:space:]]+$", var.grafana.url))
    error_message = "grafana.url must begin with https://."
  }
  validation {
    condition     = var.grafana == null ? true : can(regex("^[0-9a-f]{64}$", var.grafana.sha256))
    error_message = "grafana.sha256 must be 64 hexadecimal digits."
  }
}

variable "traces_url" {
  description = "Where Grafana asks for traces: the query address of a Jaeger, like http://traces.example.org:16686. Null: there are none."
  type        = string
  default     = null

  validation {
    condition     = var.traces_url == null ? true : can(regex("^https?://[^'[:space:]%$]+$", var.traces_url))
    error_message = "traces_url must be a URL, like http://traces.example.org:16686."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
}
