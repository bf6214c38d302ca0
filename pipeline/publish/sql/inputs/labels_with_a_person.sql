-- One row is one name of a file or sheet with a given name and a surname of one person in it: the test of the privacy audit.
select l.label
from labels_arriving as l
where exists (
    select 1
    from input.person as p
    where
        length(p.first_name) >= 2
        and length(p.last_name) >= 2
        and contains(l.label, p.first_name)
        and contains(l.label, p.last_name)
)
