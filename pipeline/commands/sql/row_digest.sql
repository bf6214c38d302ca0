-- One row is one delivered record and a number that follows from everything its row says, as text and by column. What
-- hash() gives is DuckDB's own: it is compared only with numbers of the same version.
select
    row_number,
    hash(
        record_id,
        agency,
        national_id,
        title,
        first_name,
        last_name,
        sex,
        birth_date,
        house_no,
        moo,
        village,
        tambon_code,
        amphoe,
        house_code,
        household_ref,
        relationship,
        death_date,
        last_seen_date
    ) as digest
from delivered
