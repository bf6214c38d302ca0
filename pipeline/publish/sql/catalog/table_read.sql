-- One row: hash() of the whole row makes DuckDB read every column of every block of the table.
select count(*) as row_count, bit_xor(hash(cast(t as varchar))) as content
from query_table($table) as t
