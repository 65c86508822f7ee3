# Writes where the database is, with the password to get in.
fetch_release
keep_database_authorities < /dev/null

database=$(secret "$SECRET_ARN" DATABASE_PASSWORD)

keep host.env << END
OTEL_RESOURCE_ATTRIBUTES='service.instance.id=$(imds meta-data/instance-id)'
DATABASE_URL='postgres://canopy:$(quoted "$database")@$DATABASE_ADDRESS?sslmode=verify-full'
END
