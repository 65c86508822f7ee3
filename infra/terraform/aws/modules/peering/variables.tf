variable "networks" {
  description = "The networks to join, by name: output `network` of `edge-region` and of `control-plane`."
  type = map(object({
    region         = string
    cidr           = string
    vpc_id         = string
    route_table_id = string
  }))

  validation {
    condition     = length(distinct([for network in var.networks : network.cidr])) == length(var.networks)
    error_message = "Two networks have the same cidr: edges could not tell them apart."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
}
