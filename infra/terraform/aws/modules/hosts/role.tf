locals {
  # Each permission names what it is for; a group that needs none of it does not have it.
  statements = concat(
    var.secret_arn == null ? [] : [{
      Sid      = "OwnSecret"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = [var.secret_arn]
    }],
    var.release == null ? [] : [{
      Sid      = "Release"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["arn:aws:s3:::${var.release.bucket}/${var.release.key}"]
    }],
    var.names_zone == null ? [] : [{
      Sid      = "OwnName"
      Effect   = "Allow"
      Action   = ["route53:ChangeResourceRecordSets"]
      Resource = ["arn:aws:route53:::hostedzone/${var.names_zone.zone_id}"]
      Condition = {
        "ForAllValues:StringLike" = {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames" = ["i-*.${var.names_zone.domain}"]
        }
        "ForAllValues:StringEquals" = {
          "route53:ChangeResourceRecordSetsRecordTypes" = ["A"]
        }
      }
    }],
    var.names_zone == null ? [] : [{
      Sid      = "OwnNameIsThere"
      Effect   = "Allow"
      Action   = ["route53:GetChange"]
      Resource = ["arn:aws:route53:::change/*"]
    }],
    length(local.hooks) == 0 ? [] : [{
      Sid      = "ComeAndGo"
      Effect   = "Allow"
      Action   = ["autoscaling:CompleteLifecycleAction"]
      Resource = ["arn:aws:autoscaling:${var.region}:*:autoScalingGroup:*:autoScalingGroupName/${var.name}"]
    }],
    var.load == null ? [] : [{
      Sid       = "TellLoad"
      Effect    = "Allow"
      Action    = ["cloudwatch:PutMetricData"]
      Resource  = ["*"]
      Condition = { StringEquals = { "cloudwatch:namespace" = "Canopy" } }
    }],
    [for statement in var.statements : merge(
      {
        Sid      = statement.sid
        Effect   = "Allow"
        Action   = statement.actions
        Resource = statement.resources
      },
      length(statement.tags) == 0 ? {} : {
        Condition = { StringEquals = { for name, value in statement.tags : "aws:ResourceTag/${name}" => value } }
      },
    )],
  )
}

resource "aws_iam_role" "this" {
  name_prefix = substr(var.name, 0, 37)
  tags        = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  count = length(local.statements) > 0 ? 1 : 0

  name   = "what-it-needs"
  role   = aws_iam_role.this.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}

resource "aws_iam_instance_profile" "this" {
  name_prefix = substr(var.name, 0, 37)
  role        = aws_iam_role.this.name
  tags        = local.tags
}
