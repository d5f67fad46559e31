#!/usr/bin/env bash
# Runs once, when the compose file's PostgreSQL makes its data folder. The database `product` is there already; its table
# user_styles belongs to the product, and is only ever read here.
set -euo pipefail

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname product --set password="$DATASET_ADMIN_DB_PASSWORD" <<'SQL'
CREATE ROLE dataset_admin LOGIN PASSWORD :'password';
CREATE DATABASE dataset_admin OWNER dataset_admin;

-- What the superuser makes in `product` later can be read at once. A table of another role needs a GRANT of its own:
--   GRANT SELECT ON user_styles TO dataset_admin;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO dataset_admin;
SQL
