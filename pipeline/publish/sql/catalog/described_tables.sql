-- One row is one table of a schema and its Thai comment, in the order in which they are made.
select table_name, comment
from duckdb_tables()
where schema_name = $schema
order by table_oid
