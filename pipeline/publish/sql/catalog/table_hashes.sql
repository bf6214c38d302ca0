-- One row is one table as it was written.
select schema_name, table_name, row_count, content_hash from ops.table_hash
