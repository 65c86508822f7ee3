variable "name" {
  description = "Name of the network, for its tags."
  type        = string
}

variable "region" {
  description = "AWS region, like eu-central-1."
  type        = string
}

variable "cidr" {
  description = "IPv4 addresses of the network. No two networks of a mesh may overlap."
  type        = string

  validation {
    condition     = can(cidrsubnet(var.cidr, 8, 255)) && can(regex("^(10|172|192)\\.", var.cidr))
    error_message = "The network's cidr must be private IPv4 with at least 4,096 addresses, like 10.1.0.0/16."
  }
}

variable "availability_zones" {
  description = "How many availability zones have a subnet; all of them where there are fewer."
  type        = number
  default     = 3

  validation {
    condition     = var.availability_zones >= 1 && var.availability_zones <= 6
    error_message = "A network has 1 to 6 availability zones."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
}
