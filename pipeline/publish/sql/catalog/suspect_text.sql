-- One row is one text of the warehouse with Thai letters, or as many digits as an ID, a house code or a phone number.
create or replace temp table suspect_text (
    schema_name varchar, table_name varchar, column_name varchar, text_value varchar
)
