-- Adds the rows and the hash of one table. Sorting the rows' own hashes makes the figure independent of their order on disk.
insert into ops.table_hash
select $schema, $table, count(*), sha256(coalesce(string_agg(r.one, '' order by r.one), ''))
from (select md5(cast(t as varchar)) as one from query_table($schema || '.' || $table) as t) as r
