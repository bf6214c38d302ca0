-- One row is one text with a number as long as a phone number, a house code or a national ID.
select distinct schema_name, table_name, column_name
from suspect_text
where
    -- Identifiers of records and files are hexadecimal hashes of 16 digits or more; they go out of the text first.
    regexp_matches(
        regexp_replace(text_value, '(^|[^0-9a-z])[0-9a-f]{16}([0-9a-f]{16}|[0-9a-f]{24}|[0-9a-f]{48})?($|[^0-9a-z])', '\1\3', 'g'),
        '[0-9๐-๙]([ .-]?[0-9๐-๙]){8}'
    )
    -- Dates in ISO form.
    and not regexp_full_match(text_value, '[0-9]{4}(-[0-9]{2}){0,2}')
    -- Our own run identifiers: YYYYMMDD-NN.
    and not (column_name in ('run_id', 'previous_run_id') and regexp_full_match(text_value, '[0-9]{8}-[0-9]{2,4}'))
    -- Our own identifiers of persons and households: a letter and a counter.
    and not regexp_full_match(text_value, '[PH][0-9]{9,}')
order by all
