-- Adds the suspect texts of one column; a list counts as one text.
insert into suspect_text
select distinct $schema, $table, $column, cast(t.text_value as varchar)
from (select columns(lambda c: c = $column) as text_value from query_table($schema || '.' || $table)) as t
where regexp_matches(cast(t.text_value as varchar), '[ก-๎]|[0-9๐-๙]([ .-]?[0-9๐-๙]){8}')
