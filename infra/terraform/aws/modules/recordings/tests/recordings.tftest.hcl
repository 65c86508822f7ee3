mock_provider "aws" {
  source = "../../testing"
}

variables {
  region = "eu-central-1"
  bucket = "example-recordings"
}

run "nobody_from_outside_gets_in" {
  assert {
    condition     = aws_s3_bucket_public_access_block.this.block_public_policy && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    error_message = "No policy can open it."
  }
  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "It is reached over TLS only."
  }
  assert {
    condition     = !aws_s3_bucket.this.force_destroy
    error_message = "Recordings are not destroyed in passing."
  }
}

run "what_nobody_deletes_can_be_bounded" {
  variables {
    expiration_days = 400
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this.rule : rule.expiration[0].days if length(rule.expiration) > 0] == [400]
    error_message = "Everything goes after that."
  }
}

run "a_bucket_that_aws_would_not_take_is_refused" {
  command = plan

  variables {
    bucket = "Recordings"
  }

  expect_failures = [var.bucket]
}

run "names_that_aws_does_not_know_are_refused" {
  command = plan

  variables {
    name            = "Canopy"
    region          = "frankfurt"
    expiration_days = 0
  }

  expect_failures = [var.name, var.region, var.expiration_days]
}

run "half_a_day_is_refused" {
  command = plan

  variables {
    expiration_days = 0.5
  }

  expect_failures = [var.expiration_days]
}
