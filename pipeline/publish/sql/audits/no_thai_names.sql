-- One row is one column with Thai text where only codes may stand, or with a known person's name where labels stand.
with labels (schema_name, table_name, column_name) as (
    values
    ('core', 'area', 'name_thai'), ('core', 'agency', 'name_thai'), ('core', 'indicator', 'name_thai'),
    ('core', 'indicator', 'dimension_thai'), ('core', 'code_label', 'label_thai'),
    ('mart', 'poverty_by_area', 'area_name_thai'), ('mart', 'who_helps_whom', 'area_name_thai'),
    ('ops', 'issue_code', 'name_thai'), ('ops', 'issue_code', 'way_out_thai'),
    ('ops', 'schema_description', 'description_thai')
),

typed (schema_name, table_name, column_name) as (
    -- Names of files and sheets: what an agency typed, shown only when no person is in them.
    values
    ('ops', 'delivery', 'file_name'), ('ops', 'issue', 'file_name'), ('ops', 'issue', 'sheet'),
    ('ops', 'reconciliation', 'sheet'), ('core', 'source_record', 'sheet')
)

select distinct s.schema_name, s.table_name, s.column_name
from suspect_text as s
anti join labels using (schema_name, table_name, column_name)
anti join typed using (schema_name, table_name, column_name)
where regexp_matches(s.text_value, '[ก-๎]')
union
select distinct s.schema_name, s.table_name, s.column_name
from suspect_text as s
semi join typed using (schema_name, table_name, column_name)
where exists (
    select 1
    from input.person as p
    where
        length(p.first_name) >= 2
        and length(p.last_name) >= 2
        and contains(s.text_value, p.first_name)
        and contains(s.text_value, p.last_name)
)
order by all
