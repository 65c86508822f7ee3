# What a host of any cloud runs: one service under systemd, prepared by a script of the cloud, as cloud-init. Knows no provider.

locals {
  unit = "canopy-${var.service.name}.service"

  environment_file = join("", [for name in sort(keys(var.environment)) : "${name}='${var.environment[name]}'\n"])

  units = merge(
    {
      "canopy-prepare.service" = templatefile("${path.module}/templates/prepare.service.tftpl", { before = local.unit })
      (local.unit)             = templatefile("${path.module}/templates/main.service.tftpl", var.service)
    },
    var.leave == null ? {} : {
      "canopy-leave.service" = templatefile("${path.module}/templates/leave.service.tftpl", { after = local.unit })
    },
  )

  scripts = merge(
    { "/usr/local/lib/canopy/prepare" = var.prepare },
    var.leave == null ? {} : { "/usr/local/lib/canopy/leave" = var.leave },
  )

  files = merge(
    { for name, text in local.units : "/etc/systemd/system/${name}" => { content = text, permissions = "0644" } },
    { for path, text in local.scripts : path => { content = text, permissions = "0755" } },
    { for path, text in var.files : path => { content = text, permissions = "0644" } },
    { "/etc/canopy/${var.service.name}.env" = { content = local.environment_file, permissions = "0644" } },
  )

  cloud_config = {
    bootcmd        = concat([["mkdir", "-p", "/etc/canopy"]], [for unit in var.service.replaces : ["systemctl", "mask", unit]])
    users          = ["default", { name = "canopy", system = true, shell = "/usr/sbin/nologin" }]
    package_update = true
    packages       = var.packages
    write_files    = [for path in sort(keys(local.files)) : merge({ path = path }, local.files[path])]
    runcmd         = [["systemctl", "daemon-reload"], concat(["systemctl", "enable", "--now"], sort(keys(local.units)))]
  }
}
