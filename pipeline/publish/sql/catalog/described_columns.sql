-- One row is one column of one table and its Thai comment.
select column_name, lower(data_type) as data_type, is_nullable, comment
from duckdb_columns()
where schema_name = $schema and table_name = $table
order by column_index
