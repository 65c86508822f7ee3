variable "service" {
  description = "The service that the host runs: its name, a description, the command, how long it may take to stop, by what signal it reads its certificates again, and what Debian's own units it replaces."
  type = object({
    name                 = string
    description          = string
    command              = string
    stop_timeout_seconds = optional(number, 30)
    reload_signal        = optional(string, "HUP")
    replaces             = optional(list(string), [])
  })

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,31}$", var.service.name))
    error_message = "The service's name must be of small letters, digits and -, at most 32 of them, beginning with a letter."
  }
  validation {
    condition     = startswith(var.service.command, "/")
    error_message = "The service's command must begin with the absolute path of a program: systemd asks for it."
  }
}

variable "beside" {
  description = "Further services of the host, like `service`. Each is the user canopy-<name>, with /var/lib/canopy-<name>, and gets no settings and no secrets but what `prepare` writes into files for it."
  type = list(object({
    name                 = string
    description          = string
    command              = string
    stop_timeout_seconds = optional(number, 30)
    reload_signal        = optional(string, "HUP")
    replaces             = optional(list(string), [])
  }))
  default = []

  validation {
    condition     = alltrue([for service in var.beside : can(regex("^[a-z][a-z0-9-]{0,24}$", service.name)) && startswith(service.command, "/")]) && length(distinct(concat([var.service.name], var.beside[*].name))) == length(var.beside) + 1
    error_message = "Services beside must have names and commands like that of the service, and each another name, of at most 25 characters: Linux takes users of 32."
  }
}

variable "environment" {
  description = "Settings of the service that are known beforehand and no secrets. Those that only the host knows are written by `prepare`."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for value in values(var.environment) : can(regex("^[^'\n\\\\]*$", value))])
    error_message = "Settings must not contain ', \\ or line breaks: they stand in single quotes in a file that systemd reads."
  }
  validation {
    condition     = alltrue([for name in keys(var.environment) : can(regex("^[A-Z][A-Z0-9_]*$", name))])
    error_message = "Settings must have names of capitals, digits and _."
  }
}

variable "prepare" {
  description = "Script (bash) that runs as root before the service, once per boot. It writes /run/canopy/host.env."
  type        = string
}

variable "arrive" {
  description = "Script (bash) that runs as root after the service was started, waits until it is ready, and tells the cloud so. Null: none."
  type        = string
  default     = null
}

variable "leave" {
  description = "Script (bash) that runs as root beside the service, waits until the cloud wants the host back, stops the service and says so. Null: none."
  type        = string
  default     = null
}

variable "report" {
  description = "Script (bash) that runs as root beside the service for ever, and tells the cloud how loaded it is. Null: none."
  type        = string
  default     = null
}

variable "ssh_keys" {
  description = "Public keys with which people get in over SSH, as the image's own user."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for key in var.ssh_keys : can(regex("^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp[0-9]+|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh.com) [^\n]+$", key))])
    error_message = "ssh_keys must be public keys on one line each, as in id_ed25519.pub."
  }
}

variable "files" {
  description = "Further files of the host: their text by path."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for path in keys(var.files) : can(regex("^/([A-Za-z0-9._-]+/)*[A-Za-z0-9._-]+$", path)) && !strcontains(path, "/../")])
    error_message = "Files must be named by their absolute paths."
  }
}

variable "packages" {
  description = "Debian packages that the service and the scripts need."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.packages : can(regex("^[a-z0-9][a-z0-9+.-]+$", name))])
    error_message = "packages must be names of Debian packages."
  }
}
