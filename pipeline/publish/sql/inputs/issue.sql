-- One row is one fault that any stage found.
create view input.issue as
select * from input.issue_extract
union all
select * from input.issue_normalise
union all
select * from input.issue_link
union all
select * from input.issue_score
