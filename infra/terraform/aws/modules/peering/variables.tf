variable "networks" {
  description = "The networks to join, by name: output `network` of `edge-region` and of `control-plane`."
  type = map(object({
    region         = string
    cidr           = string
    vpc_id         = string
    route_table_id = string
  }))

  validation {
    condition     = alltrue([for network in values(var.networks) : try(cidrsubnet(network.cidr, 0, 0) == network.cidr, false)])
    error_message = "Each cidr must be a network without host bits, like 10.1.0.0/16."
  }
  validation {
    condition = alltrue(flatten([
      for name, one in var.networks : [
        for other_name, other in var.networks : name == other_name || try(
          cidrhost("${split("/", one.cidr)[0]}/${min(split("/", one.cidr)[1], split("/", other.cidr)[1])}", 0) !=
          cidrhost("${split("/", other.cidr)[0]}/${min(split("/", one.cidr)[1], split("/", other.cidr)[1])}", 0), true
        )
      ]
    ]))
    error_message = "Two networks overlap: edges could not tell their addresses apart."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
}
