-- One row is what a schema is for.
select description_thai
from ops.schema_description
where schema_name = $schema
