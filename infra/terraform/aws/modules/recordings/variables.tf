variable "name" {
  description = "Prefix of everything in this mesh, like canopy."
  type        = string
  default     = "canopy"

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){0,15}$", var.name)) && length(var.name) <= 16
    error_message = "name must be of small letters, digits and single -, at most 16 of them, beginning with a letter."
  }
}

variable "region" {
  description = "AWS region of the bucket: best that of the control plane, which reads most."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the name of an AWS region, like eu-central-1."
  }
}

variable "bucket" {
  description = "Name of the bucket, unique in all of AWS."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket must be 3 to 63 small letters, digits and -."
  }
}

variable "expiration_days" {
  description = "Everything in the bucket goes after so many days, whatever the database says. Must be longer than `retention_days` of `control-plane`. Null: never."
  type        = number
  default     = null

  validation {
    condition     = var.expiration_days == null ? true : var.expiration_days >= 1 && floor(var.expiration_days) == var.expiration_days
    error_message = "expiration_days must be a whole number from 1 on."
  }
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to destroy the bucket while something is in it."
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
}
