variable "name" {
  description = "Name of the network, for its tags."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,39}$", var.name))
    error_message = "A network's name must be of small letters, digits and -, 2 to 40 of them, beginning with a letter."
  }
}

variable "region" {
  description = "AWS region, like eu-central-1."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the name of an AWS region, like eu-central-1."
  }
}

variable "cidr" {
  description = "IPv4 addresses of the network. No two networks of a mesh may overlap."
  type        = string

  validation {
    condition     = can(regex("^(10\\.[0-9]+|172\\.(1[6-9]|2[0-9]|3[01])|192\\.168)\\.[0-9.]+/(1[6-9]|20)$", var.cidr)) && try(cidrsubnet(var.cidr, 0, 0) == var.cidr, false)
    error_message = "The network's cidr must be private IPv4 (RFC 1918) without host bits, from /16 to /20, like 10.1.0.0/16: AWS takes none larger, and load balancers need room in each of its 16 parts."
  }
}

variable "availability_zones" {
  description = "How many availability zones have a subnet; all of them where there are fewer."
  type        = number
  default     = 3

  validation {
    condition     = var.availability_zones >= 1 && var.availability_zones <= 6 && floor(var.availability_zones) == var.availability_zones
    error_message = "A network has 1 to 6 availability zones."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
}
