-- One row is one column that the analysts' warehouse must not have.
select schema_name, table_name, column_name
from duckdb_columns()
where
    database_name = current_database()
    and not internal
    and (
        column_name in (
            'national_id', 'title', 'first_name', 'last_name', 'full_name', 'name', 'birth_date', 'birth_month', 'birth_day',
            'house_no', 'house_number', 'moo', 'village', 'address', 'house_code', 'household_ref', 'phone', 'email',
            'raw_value', 'value_text', 'remark', 'cells', 'key', 'header'
        )
        or regexp_matches(column_name, '(phone|remark|raw_value|first_name|last_name|_text$)')
    )
    -- Rows of a sheet by kind: counts, not titles or headers.
    and not (schema_name = 'ops' and table_name = 'reconciliation' and column_name in ('title', 'header'))
order by all
