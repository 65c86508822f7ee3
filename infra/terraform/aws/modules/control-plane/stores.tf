# PostgreSQL and Redis, both over two availability zones, encrypted, and reached only by the replicas (PostgreSQL by compositors too).
# Redis has no backups: what is in it lives no longer than the meetings, and is rebuilt from edges and the database.

resource "aws_db_subnet_group" "this" {
  region     = var.region
  name       = local.name
  subnet_ids = module.network.subnet_ids
  tags       = local.tags
}

resource "aws_db_instance" "this" {
  region                          = var.region
  identifier                      = local.name
  engine                          = "postgres"
  engine_version                  = "17"
  instance_class                  = var.instance_types.database
  allocated_storage               = 50
  max_allocated_storage           = 500
  storage_type                    = "gp3"
  storage_encrypted               = true
  db_name                         = "canopy"
  username                        = "canopy"
  password_wo                     = var.database_password
  password_wo_version             = var.database_password_version
  multi_az                        = true
  publicly_accessible             = false
  db_subnet_group_name            = aws_db_subnet_group.this.name
  vpc_security_group_ids          = [aws_security_group.this["database"].id]
  backup_retention_period         = var.database_backup_days
  copy_tags_to_snapshot           = true
  performance_insights_enabled    = true
  enabled_cloudwatch_logs_exports = ["postgresql"]
  auto_minor_version_upgrade      = true
  allow_major_version_upgrade     = false
  deletion_protection             = var.deletion_protection
  skip_final_snapshot             = !var.deletion_protection
  final_snapshot_identifier       = var.deletion_protection ? "${local.name}-last" : null
  tags                            = local.tags
}

resource "aws_elasticache_subnet_group" "this" {
  region     = var.region
  name       = local.name
  subnet_ids = module.network.subnet_ids
  tags       = local.tags
}

# What does not fit is refused: by default keys that expire are thrown away, which all keys of a running meeting do.
resource "aws_elasticache_parameter_group" "this" {
  region = var.region
  name   = local.name
  family = "redis7"
  tags   = local.tags

  parameter {
    name  = "maxmemory-policy"
    value = "noeviction"
  }
}

resource "aws_elasticache_replication_group" "this" {
  region                     = var.region
  replication_group_id       = local.name
  description                = "What lives now in the meetings of ${var.name}"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = var.instance_types.redis
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  at_rest_encryption_enabled = "true"
  transit_encryption_enabled = true
  auth_token                 = var.redis_password
  parameter_group_name       = aws_elasticache_parameter_group.this.name
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = [aws_security_group.this["redis"].id]
  tags                       = local.tags
}
