-- One row is one table or column without a Thai comment.
select schema_name, table_name, '' as column_name
from duckdb_tables()
where database_name = current_database() and not internal and not temporary and (comment is null or not regexp_matches(comment, '[ก-๎]'))
union all
select c.schema_name, c.table_name, c.column_name
from duckdb_columns() as c
where c.database_name = current_database() and not c.internal and (c.comment is null or not regexp_matches(c.comment, '[ก-๎]'))
order by all
