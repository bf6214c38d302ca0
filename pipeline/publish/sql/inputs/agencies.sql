-- One row is one agency that delivered.
select distinct agency from input.delivery where agency is not null
