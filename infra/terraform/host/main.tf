# What a host of any cloud runs: a service under systemd, perhaps with others beside it, prepared by a script of the cloud, as
# cloud-init. Knows no provider.

locals {
  unit = "canopy-${var.service.name}.service"

  environment_file = join("", [for name in sort(keys(var.environment)) : "${name}='${var.environment[name]}'\n"])

  # What stands beside the service gets neither its settings nor its secrets, nor what the cloud tells the host: it is another user.
  services = merge(
    {
      (local.unit) = merge(var.service, {
        user              = "canopy"
        hears_cloud       = true
        environment_files = ["/etc/canopy/${var.service.name}.env", "/run/canopy/host.env"]
      })
    },
    {
      for service in var.beside : "canopy-${service.name}.service" =>
      merge(service, { user = "canopy-${service.name}", hears_cloud = false, environment_files = [] })
    },
  )

  # What the cloud's scripts do, each in a unit of its own.
  scripts = { for name, text in { prepare = var.prepare, arrive = var.arrive, leave = var.leave, report = var.report } : name => text if text != null }

  units = merge(
    { for unit, service in local.services : unit => templatefile("${path.module}/templates/service.tftpl", service) },
    {
      for name in keys(local.scripts) : "canopy-${name}.service" =>
      templatefile("${path.module}/templates/${name}.tftpl", { service = local.unit, services = join(" ", keys(local.services)) })
    },
  )

  files = merge(
    { for name, text in local.units : "/etc/systemd/system/${name}" => { content = text, permissions = "0644" } },
    { for name, text in local.scripts : "/usr/local/lib/canopy/${name}" => { content = text, permissions = "0755" } },
    { for path, text in var.files : path => { content = text, permissions = "0644" } },
    { "/etc/canopy/${var.service.name}.env" = { content = local.environment_file, permissions = "0644" } },
  )

  cloud_config = merge(length(var.ssh_keys) == 0 ? {} : { ssh_authorized_keys = var.ssh_keys }, {
    bootcmd        = concat([["mkdir", "-p", "/etc/canopy"]], [for unit in flatten(values(local.services)[*].replaces) : ["systemctl", "mask", unit]])
    users          = concat(["default"], [for user in values(local.services)[*].user : { name = user, system = true, shell = "/usr/sbin/nologin" }])
    package_update = true
    packages       = var.packages
    write_files    = [for path in sort(keys(local.files)) : merge({ path = path }, local.files[path])]
    runcmd         = [["systemctl", "daemon-reload"], concat(["systemctl", "enable", "--now"], sort(keys(local.units)))]
  })
}
