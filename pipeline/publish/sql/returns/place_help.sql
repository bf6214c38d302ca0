-- One row is one help that may be told at all: given or lent, and of no kind that tells of an illness.
create table input.returned_help as
select distinct a.household_id, a.person_id, a.agency, a.assistance_kind_code
from input.assistance as a
anti join input.withheld_kind as w on w.assistance_kind_code = a.assistance_kind_code
where a.assistance_kind_code is not null and a.assistance_status_code in ('given', 'lent')
