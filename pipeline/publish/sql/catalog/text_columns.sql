-- One row is one column with text of the warehouse's tables.
select c.schema_name, c.table_name, c.column_name
from duckdb_columns() as c
semi join duckdb_tables() as t on t.database_name = c.database_name and t.table_oid = c.table_oid and not t.temporary
where c.database_name = current_database() and not c.internal and c.data_type like 'VARCHAR%'
order by all
