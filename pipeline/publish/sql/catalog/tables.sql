-- One row is one table of the warehouse.
select schema_name, table_name
from duckdb_tables()
where database_name = current_database() and not temporary and not internal
order by all
