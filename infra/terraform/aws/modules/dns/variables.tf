variable "domain" {
  description = "Public name of the web app and API, like meet.example.org."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain must be a host name, like meet.example.org."
  }
}

variable "zone_id" {
  description = "Public zone in Route 53 that the name is in."
  type        = string

  validation {
    condition     = can(regex("^Z[A-Z0-9]+$", var.zone_id))
    error_message = "zone_id must be the id of a zone in Route 53, like Z0123456789ABC."
  }
}

variable "endpoints" {
  description = "Load balancers that serve the name, by region: output `load_balancer` of `control-plane`. Clients get the one nearest by latency."
  type        = map(object({ dns_name = string, zone_id = string }))

  validation {
    condition     = length(var.endpoints) > 0
    error_message = "endpoints must name at least one region."
  }
  validation {
    condition     = alltrue([for name in keys(var.endpoints) : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", name))])
    error_message = "endpoints must be by the names of AWS regions: latency is looked up by them."
  }
}

variable "certificate_region" {
  description = "Region of the load balancer that shows the certificate."
  type        = string

  validation {
    condition     = contains(keys(var.endpoints), var.certificate_region)
    error_message = "certificate_region must be one of the endpoints."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
}
