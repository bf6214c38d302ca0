-- One row is one identifier that points to nothing.
select 'core.person.household_id' as reference, household_id as id from core.person as p anti join core.household as h using (household_id) where p.household_id is not null
union all
select 'core.household_member.household_id', household_id from core.household_member anti join core.household using (household_id)
union all
select 'core.household_member.person_id', person_id from core.household_member anti join core.person using (person_id)
union all
select 'core.source_record.household_id', household_id from core.source_record anti join core.household using (household_id)
union all
select 'core.source_record.person_id', person_id from core.source_record as s anti join core.person as p using (person_id) where s.person_id is not null
union all
select 'core.household_indicator.household_id', household_id from core.household_indicator anti join core.household using (household_id)
union all
select 'core.household_poverty.household_id', household_id from core.household_poverty anti join core.household using (household_id)
union all
select 'core.assistance.household_id', household_id from core.assistance anti join core.household using (household_id)
union all
select 'core.assistance.person_id', person_id from core.assistance as a anti join core.person as p using (person_id) where a.person_id is not null
union all
select 'core.assistance.record_id', record_id from core.assistance anti join core.source_record using (record_id)
union all
select 'core.source_record.agency', agency from core.source_record anti join core.agency using (agency)
union all
select 'ops.issue.code', code from ops.issue anti join ops.issue_code using (code)
order by all
